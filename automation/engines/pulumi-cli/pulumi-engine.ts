/** The engine that is Pulumi's own CLI, driven through the Automation API. */
import type { ConfigMap, Stack } from "@pulumi/pulumi/automation/index.js";
import {
  type Engine,
  EngineError,
  type EngineEvent,
  needsMoreText,
  type OperationOptions,
  type StackHandle,
  type StackSource,
} from "../engine.ts";
import { refuseTargets } from "../refusals.ts";
import { resourceName } from "../urn.ts";
import { createFailureWatch, toEngineError } from "./errors.ts";
import type { PulumiCli } from "./find.ts";
import { writeFoldersFile } from "./folders-file.ts";
import { locksOf } from "./locks.ts";
import { CliError } from "./process.ts";
import { declaredIn, pathOf, planFilter, savePlan, withoutPlanValues } from "./saved-plan.ts";
import { loadAutomation } from "./sdk.ts";
import { type CliRun, openWorkspace } from "./workspace.ts";

/**
 * Makes an engine of a CLI found with `findPulumiCli` or installed with `installPulumiCli`.
 *
 * @param env the environment that its stacks run in, as it is now. Default: this process's
 */
export function createPulumiEngine(cli: PulumiCli, env: NodeJS.ProcessEnv = process.env): Engine {
  const environment = { ...env };
  return {
    kind: "pulumi",
    version: cli.version,
    async openStack(source) {
      const { Stack } = await loadAutomation();
      return translated("Opening the stack", async () => {
        const { workspace, stack, isNew, run, whoami } = await openWorkspace(cli, source, environment);
        const locks = async () =>
          locksOf({ ...source, stack }, await whoami(), { ...environment, ...workspace.envVars });
        const handle = stackHandle(await Stack.select(stack, workspace), source, { isNew, run, locks });
        if (source.config) await handle.setAllConfig(source.config);
        return handle;
      });
    },
  };
}

function stackHandle(
  stack: Stack,
  { folders, program }: StackSource,
  { isNew, run, locks }: Pick<StackHandle, "isNew" | "locks"> & { run: CliRun },
): StackHandle {
  const { name, workspace } = stack;
  const operate = async <Result>(
    what: string,
    options: OperationOptions,
    work: (common: Common) => Promise<Result>,
  ): Promise<Result> => {
    await using file = await writeFoldersFile(folders?.(options.targets) ?? []);
    Object.assign(workspace.envVars, file.environment);
    return await runOperation(what, options, work);
  };
  const inline = ({ targets }: OperationOptions) => program && { program: () => program(targets) };
  return {
    name,
    isNew,
    async declared(options = {}) {
      const { plan } = await operate("Reading the program", { ...options, targets: [NONE] }, (common) =>
        savePlan((path) => stack.preview({ ...common, ...inline({ targets: [NONE] }), plan: path })),
      );
      await using _released = plan;
      return await declaredIn(plan);
    },
    preview: (options = {}) =>
      operate("The preview", options, (common) =>
        options.bind
          ? savePlan((plan) => stack.preview({ ...common, ...inline(options), ...packs(options), plan }))
          : stack.preview({ ...common, ...inline(options), ...packs(options) }),
      ),
    up: (options = {}) =>
      operate("The update", options, (common) =>
        stack.up({
          ...common,
          ...inline(options),
          ...packs(options),
          ...(options.plan && { plan: pathOf(options.plan) }),
        }),
      ),
    refresh: (options = {}) => operate("The refresh", options, (common) => stack.refresh(common)),
    destroy: (options = {}) =>
      operate("The destruction", options, async ({ expectNoChanges, ...common }) => {
        refuseTargets(options);
        if (expectNoChanges && (await hasResources(stack))) {
          throw new EngineError(
            "unexpected-changes",
            "No changes were expected, but the stack has resources.",
          );
        }
        return stack.destroy(common);
      }),
    outputs: () => translated("Reading the outputs", () => stack.outputs()),
    exportStack: () => translated("Exporting the stack", () => stack.exportStack()),
    // The Automation API would put the state, secrets in clear, into a file that others may read.
    importStack: (state) =>
      translated("Importing the stack", async () => {
        await run(["stack", "import"], JSON.stringify(state));
      }),
    getAllConfig: () => translated("Reading the configuration", () => stack.getAllConfig()),
    async setConfig(key, value) {
      await this.setAllConfig({ [key]: value });
    },
    setAllConfig: (config) => translated("Setting the configuration", () => setConfig(config, run)),
    removeConfig: (key) => translated("Removing configuration", () => stack.removeConfig(key)),
    locks: () => translated("Looking for locks", locks),
    cancel: () => translated("Removing the lock", async () => void (await run(["cancel", "--yes"]))),
    remove: () =>
      translated("Removing the stack", async () => {
        await workspace.removeStack(name);
      }),
  };
}

/** A pattern of targets that fits no resource: the CLI takes no targets at all for everything. */
const NONE = "urn:pulumi:*::none";

type Common = Omit<OperationOptions, "bind" | "plan" | "policyPacks" | "targets"> & {
  color: "never";
  target?: string[];
};

async function runOperation<Result>(
  what: string,
  options: OperationOptions,
  work: (common: Common) => Promise<Result>,
): Promise<Result> {
  const { bind: _, plan: __, policyPacks: ___, targets, onEvent, onOutput, ...rest } = options;
  const watch = createFailureWatch();
  const output = onOutput && planFilter(onOutput);
  try {
    return await work({
      ...rest,
      color: "never",
      ...(targets && { target: [...targets] }),
      ...(output && { onOutput: output.add }),
      onEvent(event: EngineEvent) {
        const told = shown(event);
        watch.onEvent(told);
        onEvent?.(told);
      },
    });
  } catch (error) {
    // What is not the CLI's failure is ours, whatever the user did meanwhile.
    const isAborted = options.signal?.aborted === true && error instanceof CliError;
    throw toEngineError(error, what, { ...watch, hasFailedResource: watch.hasFailedResource, isAborted });
  } finally {
    output?.end();
  }
}

function shown(event: EngineEvent): EngineEvent {
  const { diagnosticEvent } = event;
  if (!diagnosticEvent) return event;
  const message = withoutPlanValues(diagnosticEvent.message)
    .replace(NOT_MADE, (_, urn: string) => needsMoreText(urn))
    .replace(LEFT_OUT, (_, urn: string) => leftOutText(urn));
  return { ...event, diagnosticEvent: { ...diagnosticEvent, message } };
}

const leftOutText = (urn: string) =>
  `"${resourceName(urn)}" is declared no longer, and it depends on what is named: the Pulumi CLI wants the whole stack to be deployed first, so that it is deleted; --engine local leaves it alone`;

/** The CLI's words about targets. */
const NOT_MADE = /Resource '[^']*' depends on '([^']*)' which (?:was )+not specified in --target list\./;
const LEFT_OUT =
  /Resource '([^']*)' will be destroyed but was not specified in --target list\.\s+Either include [^.]*\./;

const packs = ({ policyPacks }: OperationOptions) => (policyPacks ? { policyPacks: [...policyPacks] } : {});

async function translated<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toEngineError(error, what);
  }
}

async function hasResources(stack: Stack): Promise<boolean> {
  const { deployment } = await stack.exportStack();
  const resources: unknown = deployment?.resources;
  return Array.isArray(resources) && resources.length > 0;
}

/** Plain values in one call; secrets one by one, through standard input. */
async function setConfig(
  config: ConfigMap,
  run: (args: string[], input?: string) => Promise<unknown>,
): Promise<void> {
  const entries = Object.entries(config);
  const plain = entries.filter(([, { secret }]) => !secret);
  if (plain.length > 0) {
    await run([
      "config",
      "set-all",
      ...plain.flatMap(([key, { value }]) => ["--plaintext", `${key}=${value}`]),
    ]);
  }
  for (const [key, { value, secret }] of entries) {
    if (secret) await run(["config", "set", "--secret", key], value);
  }
}
