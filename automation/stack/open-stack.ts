/** Opens the stack that the command line names. */
import { ALLOWED_HOSTS, listHosts } from "../../provider/hosts.ts";
import type { ConfigMap, Engine, StackHandle, StackUse } from "../engines/engine.ts";
import { stackName } from "../engines/names.ts";
import { listPolicyFiles, readPolicyFiles } from "../policies/read.ts";
import type { Policies } from "../policies/schema.ts";
import type { Session } from "../terminal/session.ts";
import { chooseEngine, type EngineChoice } from "./choose-engine.ts";
import { configOf } from "./command-line-config.ts";
import { keepEnvironmentSecrets, warnOfWeakSecrets } from "./environment-secrets.ts";
import { loadStack, type RunnableStack } from "./stack.ts";
import { findTarget, projectOf, selectedStack } from "./target.ts";

/** What the command line says of the stack. */
interface StackOptions {
  cwd?: string | undefined;
  file?: string | undefined;
  stack?: string | undefined;
  engine: EngineChoice;
  installCli: boolean;
  config: readonly string[];
  secretConfig: readonly string[];
  /** Configuration that a program gives as it is. */
  settings?: ConfigMap;
  allowHost: readonly string[];
  /** Files of policies. */
  policies?: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What opens a stack. */
interface Opening {
  /** The argument of the command line. */
  place: string | undefined;
  options: StackOptions;
  session: Session;
  /** Filled in on the way, so that a failure can be told with what was found. */
  opened: Opened;
  environment: Environment;
}

export interface Opened {
  /** Names of the project and the stack, as far as they could be found. */
  project?: string;
  stack?: string;
  engine?: Engine;
  handle?: StackHandle;
  /** Those of a syncs.yaml and of files of their own. */
  policies?: readonly Policies[];
}

/**
 * Finds, configures and opens what the command line names.
 *
 * @param use what it is opened for
 */
export async function openStack(opening: Opening, use: StackUse): Promise<StackHandle> {
  const { options, session, opened, environment } = opening;
  const config = { ...configOf(options, environment), ...options.settings };
  for (const { value, secret } of Object.values(config)) if (secret) session.redactor.add(value);
  const stack = await findStack(opening, { config, use });
  const files = listPolicyFiles(options.policies ?? [], environment["EXTERNAL_INFISICAL_POLICIES"]);
  const fromFiles = await readPolicyFiles(files, options.cwd ?? process.cwd());
  opened.policies = [...(stack.policies ? [stack.policies] : []), ...fromFiles];
  const engine = await findEngine(stack, opening);
  const handle = await stack.open(engine, session.redactor.add);
  opened.handle = handle;
  if (handle.isNew) warnOfWeakSecrets(environment, session);
  return handle;
}

/**
 * Finds and opens it for what touches no resource: neither secrets nor configuration are read or set, and a stack
 * that there is not is refused.
 */
export async function openUnprepared(opening: Opening): Promise<StackHandle> {
  const { opened } = opening;
  const stack = await findStack(opening, { config: {}, use: "change" });
  const engine = await findEngine(stack, opening);
  const { config: _, ...source } = stack.source;
  opened.handle = await engine.openStack(source);
  return opened.handle;
}

async function findStack(
  { place, options, session, opened, environment }: Opening,
  { config, use }: { config: ConfigMap; use: StackUse },
): Promise<RunnableStack> {
  keepEnvironmentSecrets(environment, session);
  const target = await findTarget({ file: options.file ?? place, folder: options.cwd ?? process.cwd() });
  const project = await projectOf(target);
  if (project !== undefined) opened.project = project;
  const name = stackName(
    options.stack ?? (await selectedStack(target.folder, environment)) ?? "dev",
    project,
  );
  opened.stack = name;
  const stack = await loadStack(target, {
    stack: name,
    use,
    environment,
    config,
    allowedHosts: listHosts(options.allowHost, environment[ALLOWED_HOSTS])?.entries,
  });
  session.atEnd(() => stack[Symbol.dispose]());
  return stack;
}

async function findEngine(
  stack: RunnableStack,
  { options, session, opened, environment }: Opening,
): Promise<Engine> {
  const { engine, reason } = await chooseEngine(stack.source, {
    engine: options.engine,
    installCli: options.installCli,
    environment,
  });
  opened.engine = engine;
  session.note(session.paintNotes("dim", reason));
  return engine;
}
