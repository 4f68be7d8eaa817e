import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type {
  Engine,
  EngineEvent,
  OperationOptions,
  StackHandle,
  StackSource,
} from "../../automation/engines/engine.ts";
import type { SyncArguments } from "../scenarios/scenario.ts";
import { connectionInputs, providerConfiguration, syncArguments } from "../support/arguments.ts";
import { fixture } from "../support/node.ts";
import { declarePair } from "../support/open-stack.ts";
import { makeStackFolder, type StackFolder } from "../support/stack-folder.ts";
import type { PlayedWorld } from "../support/world.ts";
import { type Stack, type View, viewOf } from "./driver.ts";

type Maps = { keys?: Record<string, string>; effects?: Record<string, string> };

/**
 * A stack folder run by one of the engines, through the interface that users have.
 *
 * @param isInline the program is a function of this process, instead of the folder's in one of its own
 */
export async function engineStack(world: PlayedWorld, engine: Engine, isInline = false): Promise<Stack> {
  let declared: SyncArguments = {};
  const inline: Pick<StackSource, "projectName" | "program"> = {
    projectName: "scenario",
    program: async () => declarePair(world, pairOf(world, declared)),
  };
  const folder = await makeStackFolder(fixture("scenario-stack"));
  const stack = await engine.openStack({
    stack: "test",
    workDir: folder.path,
    backendUrl: folder.backendUrl,
    envVars: folder.envVars,
    config: providerConfiguration(world),
    ...(isInline && inline),
  });
  const program = async (args: SyncArguments) => {
    declared = args;
    const { syncName: resourceName, sync } = pairOf(world, args);
    await folder.write("program.json", { connection: connectionInputs(world), resourceName, sync });
  };
  const shown: string[] = [];
  const watched = async (args: SyncArguments, run: (options: OperationOptions) => Promise<unknown>) => {
    await program(args);
    return watch(args, shown, run);
  };
  return {
    preview: (args) => watched(args, (options) => stack.preview(options)),
    deploy: (args) => watched(args, (options) => stack.up(options)),
    async refresh(args) {
      const before = await recorded(stack, args);
      await stack.refresh();
      return { keys: viewOf(before, await recorded(stack, args)).keys };
    },
    destroy: async () => void (await stack.destroy()),
    transcript: () => shown.join("\n"),
    // Not what exportStack answers: as in the Automation API, secrets are open there.
    state: () => allFiles(folder),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const pairOf = (world: PlayedWorld, { resourceName, ...args }: SyncArguments) => ({
  syncName: resourceName ?? "sync",
  sync: syncArguments(world, args),
});

/** Runs an operation and reads from its events what a user would be shown of the sync. */
async function watch(
  args: SyncArguments,
  shown: string[],
  run: (options: OperationOptions) => Promise<unknown>,
): Promise<View> {
  let view: View = { keys: {}, effects: {}, unchanged: true };
  const onEvent = (event: EngineEvent) => {
    shown.push(JSON.stringify(event));
    const step = event.resourcePreEvent?.metadata;
    if (!step || step.type.startsWith("pulumi:")) return;
    if (step.op !== "same") view = { ...view, unchanged: false };
    if (step.urn.endsWith(`ExternalInfisicalSecretSync::${args.resourceName ?? "sync"}`))
      view = { ...view, ...viewOf((step.old?.inputs ?? {}) as Maps, (step.new?.inputs ?? {}) as Maps) };
  };
  await run({ onEvent, onOutput: (text) => shown.push(text) });
  return view;
}

async function recorded(stack: StackHandle, args: SyncArguments): Promise<Maps> {
  const { deployment } = (await stack.exportStack()) as {
    deployment: { resources?: { urn: string; inputs: Maps }[] };
  };
  const resource = deployment.resources?.find(({ urn }) => urn.endsWith(`::${args.resourceName ?? "sync"}`));
  return resource?.inputs ?? {};
}

/** Everything below the folder's state, its settings and its temporary files. */
async function allFiles(folder: StackFolder): Promise<string> {
  const texts: string[] = [];
  for (const base of [folder.stateFolder, folder.path])
    for (const entry of await readdir(base, { recursive: true, withFileTypes: true }))
      if (entry.isFile() && entry.name !== "program.json")
        texts.push(await readFile(join(entry.parentPath, entry.name), "utf8"));
  return texts.join("\n");
}
