/** An open stack: the operations of the interface on the files of the stack. */
import { rm } from "node:fs/promises";
import { relative } from "node:path";
import { loadUndici } from "../../../provider/infisical/http/request.ts";
import { inside } from "../../files/inside.ts";
import {
  type ConfigMap,
  type Deployment,
  EngineError,
  noSuchStack,
  type OperationOptions,
  type OutputMap,
  type StackHandle,
  type StackSource,
} from "../engine.ts";
import { nameInFiles, requireProjectName } from "../names.ts";
import { noPassphrase, refuseTargets } from "../refusals.ts";
import { type OperationKind, type OperationOutcome, runOperation, sdkOf } from "./operation.ts";
import { messageOf } from "./protocol/provider.ts";
import { loadCalls } from "./protocol/provider-here.ts";
import { historyEntry, outputsOf, summaryOf } from "./result.ts";
import { openBackend, type StackFiles } from "./state/backend.ts";
import { backendUrlOf } from "./state/backend-url.ts";
import { fullKey, resolveConfig, type StackConfig, toConfigMap } from "./state/config.ts";
import { type Crypter, type Keyring, readPassphrase } from "./state/passphrase.ts";
import { type Project, readProject } from "./state/project.ts";
import { reveal } from "./state/sealing.ts";
import { readStackSettings, type StackSettings } from "./state/stack-settings.ts";
import { createStateFile, importResources, type StateFile } from "./state/state-file.ts";
import { type Binding, bindingOf, createLocalPlan } from "./steps/bound-plan.ts";

/** What belongs to one stack. */
interface Stack {
  source: StackSource;
  project: Project;
  files: StackFiles;
  /** Of a stack that nothing is written of: read once, and changed in memory. */
  settings: StackSettings | undefined;
  env: NodeJS.ProcessEnv;
  keyring: Keyring;
}

/** Opens a stack, or makes it as the source says. */
export async function openStack(
  source: StackSource,
  keyring: Keyring,
  baseEnv: NodeJS.ProcessEnv,
): Promise<StackHandle> {
  return guard(() => open(source, keyring, baseEnv));
}

/** Whatever goes wrong leaves here as an EngineError: files that cannot be written, for one. */
async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError("engine-failed", messageOf(error), { cause: error });
  }
}

async function open(given: StackSource, keyring: Keyring, baseEnv: NodeJS.ProcessEnv): Promise<StackHandle> {
  const { use = "deploy" } = given;
  const env = { ...baseEnv, ...given.envVars };
  const project = await readProject(given);
  requireProjectName(project.name);
  const source = { ...given, stack: nameInFiles(given.stack, project.name) };
  const backend = await openBackend(await backendUrlOf(source, project, env), env, project.root);
  const isReadOnly = use === "preview" || use === "look";
  const files = backend.stack(project.name, source.stack);
  const stack: Stack = {
    source,
    project,
    env,
    keyring,
    files: isReadOnly ? { ...files, lock: refuseWriting, unlockAll: refuseWriting } : files,
    settings: isReadOnly ? await readStackSettings(project, source.stack, false) : undefined,
  };
  const isMissing = !(await files.exists());
  const isNew = isMissing && use === "deploy";
  if (isNew) await createStack(stack);
  else if (isMissing) {
    // Whoever was killed while it made the stack has left a lock only.
    if (use !== "preview" && (await files.locks()).length === 0)
      throw noSuchStack(source.stack, project.name, await backend.stacks(project.name));
  }
  if (source.config) await changeConfig(stack, source.config);
  return handleOf(stack, isNew);
}

async function refuseWriting(): Promise<never> {
  throw new EngineError(
    "unsupported",
    "The stack was opened to be looked at only; nothing of it is written.",
  );
}

function handleOf(stack: Stack, isNew: boolean): StackHandle {
  const { source, files } = stack;
  return {
    name: source.stack,
    isNew,
    async declared(options = {}) {
      const { outcome } = await operate(stack, "preview", { ...options, targets: [] });
      return outcome.declared;
    },
    async preview(options = {}) {
      const kept = options.bind ? createLocalPlan(stack) : undefined;
      const { outcome } = await operate(stack, "preview", options, kept?.binding);
      const { changes } = outcome.events;
      return { ...streams(outcome), changeSummary: { ...changes }, ...(kept && { plan: kept.plan }) };
    },
    async up(options = {}) {
      const { outcome, result } = await carryOut(stack, "update", options, bindingIn(stack, options));
      return { ...result, outputs: outputsOf(outcome.resources) };
    },
    refresh: async (options = {}) => (await carryOut(stack, "refresh", options)).result,
    async destroy(options = {}) {
      refuseTargets(options);
      return (await carryOut(stack, "destroy", options)).result;
    },
    outputs: async (): Promise<OutputMap> => outputsOf((await openState(stack)).resources),
    async exportStack(): Promise<Deployment> {
      const state = await openState(stack);
      return { version: 3, deployment: state.toDeployment(reveal) };
    },
    async importStack(deployment: Deployment) {
      await using _lock = await files.lock();
      const state = await openState(stack);
      const imported = await importResources(deployment, stack.project.name, source.stack, (salt) =>
        crypterOf(stack, salt),
      );
      await state.persist(imported.resources, imported.pending);
    },
    getAllConfig: async (): Promise<ConfigMap> => toConfigMap(await readConfig(stack)),
    setConfig: (key, value) => changeConfig(stack, { [key]: value }),
    setAllConfig: (config) => changeConfig(stack, config),
    async removeConfig(key) {
      const settings = await readSettings(stack);
      settings.remove(fullKey(stack.project.name, key));
      await settings.save();
    },
    locks: () => files.locks(),
    cancel: () => files.unlockAll(),
    async remove() {
      await using _lock = await files.lock();
      const { resources } = await openState(stack);
      if (resources.length > 0) {
        throw new EngineError(
          "not-empty",
          `The stack "${source.stack}" still has ${resources.length} resources.`,
          {
            hint: "Destroy them first.",
          },
        );
      }
      await files.remove();
      const { path } = await readSettings(stack);
      await rm(await inside(stack.project.root, relative(stack.project.root, path)), { force: true });
    },
  };
}

function streams({ events }: OperationOutcome): { stdout: string; stderr: string } {
  return { stdout: events.stdout, stderr: events.stderr };
}

interface Operated {
  outcome: OperationOutcome;
  config: StackConfig;
  message: string;
}

const operate = (
  stack: Stack,
  kind: OperationKind,
  options: OperationOptions,
  binding?: Binding,
): Promise<Operated> => guard(() => operateOn(stack, kind, options, binding));

/** The same of one that writes, with the summary of what it has done. */
async function carryOut(
  stack: Stack,
  kind: Exclude<OperationKind, "preview">,
  options: OperationOptions,
  binding?: Binding,
) {
  const { outcome, config, message } = await operate(stack, kind, options, binding);
  const summary = await summaryOf(stack.files, kind, outcome, config, message);
  return { outcome, result: { ...streams(outcome), summary } };
}

const bindingIn = (stack: Stack, { plan }: OperationOptions): Binding | undefined =>
  plan && bindingOf(plan, stack);

/** Runs an operation on the stored state, and keeps its history. */
async function operateOn(
  stack: Stack,
  kind: OperationKind,
  options: OperationOptions,
  binding: Binding | undefined,
): Promise<Operated> {
  if (options.policyPacks?.length) {
    throw new EngineError("unsupported", "The local engine runs no Pulumi policy packs.", {
      hint: "Use the Pulumi CLI for them (--engine pulumi), or this package's own policies (--policies).",
    });
  }
  // As with the CLI, a preview locks nothing out: it changes nothing.
  await using _lock = kind === "preview" ? undefined : await stack.files.lock();
  const { source, project, env, files } = stack;
  const state = await openState(stack);
  const config = await readConfig(stack);
  const { resources, pending } = state;
  const outcome = await runOperation(
    { kind, source, project, config, env, resources, pending, persist: state.persist, binding },
    options,
  );
  const message = options.message ?? "";
  if (kind !== "preview") {
    const { config: raw } = await readSettings(stack);
    await files.recordHistory(historyEntry(kind, outcome, message, raw));
  }
  if (outcome.failure) throw outcome.failure;
  if (options.expectNoChanges) refuseChanges(outcome);
  return { outcome, config, message };
}

function refuseChanges({ events }: OperationOutcome): void {
  const changed = Object.entries(events.changes).filter(
    ([op, count]) => op !== "same" && op !== "read" && count > 0,
  );
  if (changed.length === 0) return;
  const list = changed.map(([op, count]) => `${count} ${op}`).join(", ");
  throw new EngineError("unexpected-changes", `No changes were expected, but there are: ${list}.`, {
    diagnostics: events.diagnostics,
    stdout: events.stdout,
    stderr: events.stderr,
  });
}

async function createStack(stack: Stack): Promise<void> {
  await using _lock = await stack.files.lock();
  const settings = await readSettings(stack);
  const crypter = await crypterOf(stack, settings.salt);
  await createStateFile(stack.files, undefined, crypter).persist([], []);
  settings.setSalt(crypter.salt);
  await settings.save();
}

async function openState(stack: Stack): Promise<StateFile> {
  const deployment = await stack.files.read();
  const settings = await readSettings(stack);
  const crypter = await crypterOf(stack, deployment?.salt ?? settings.salt);
  // A stack that there is not is opened more than once, and by one key.
  if (settings.salt === undefined) settings.setSalt(crypter.salt);
  return createStateFile(stack.files, deployment, crypter);
}

const readSettings = async ({ settings, project, source }: Stack): Promise<StackSettings> =>
  settings ?? readStackSettings(project, source.stack, true);

async function readConfig(stack: Stack): Promise<StackConfig> {
  const settings = await readSettings(stack);
  return resolveConfig(stack.project, settings.config, () => configCrypter(stack, settings));
}

async function changeConfig(stack: Stack, changes: ConfigMap): Promise<void> {
  const settings = await readSettings(stack);
  for (const [key, { value, secret }] of Object.entries(changes)) {
    const stored = secret ? { secure: (await configCrypter(stack, settings)).encrypt(value) } : value;
    settings.set(fullKey(stack.project.name, key), stored);
  }
  await settings.save();
}

/** The settings have the state's salt, but a settings file of its own may have another, or be lost. */
async function configCrypter(stack: Stack, settings: StackSettings): Promise<Crypter> {
  const salt = settings.salt ?? (await stack.files.read())?.salt;
  const crypter = await crypterOf(stack, salt);
  if (settings.salt === undefined) settings.setSalt(crypter.salt);
  return crypter;
}

async function crypterOf(stack: Stack, salt: string | undefined): Promise<Crypter> {
  const { keyring, env } = stack;
  const passphrase = await readPassphrase(env);
  if (passphrase === undefined) {
    throw noPassphrase();
  }
  const crypter = salt === undefined ? keyring.create(passphrase) : keyring.open(passphrase, salt);
  loadMeanwhile(stack);
  return crypter;
}

/** The key is derived by another thread, and takes as long as what an operation loads first. */
function loadMeanwhile({ source, project }: Stack): void {
  if (source.use === "look") return;
  const load = async () => {
    const sdk = sdkOf(project);
    if (!source.program) return;
    sdk.loadInline();
    await loadCalls();
    await loadUndici();
  };
  // The operation tells what fails.
  load().catch(() => {});
}
