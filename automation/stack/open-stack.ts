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
export interface StackOptions {
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
 * @param opened is filled in on the way, so that a failure can be told with what was found
 * @param use what it is opened for
 */
export async function openStack(
  place: string | undefined,
  options: StackOptions,
  session: Session,
  opened: Opened,
  use: StackUse,
): Promise<StackHandle> {
  const { env } = process;
  const config = { ...configOf(options, env), ...options.settings };
  for (const { value, secret } of Object.values(config)) if (secret) session.redactor.add(value);
  const stack = await findStack(place, options, session, opened, { config, use });
  const files = listPolicyFiles(options.policies ?? [], env["EXTERNAL_INFISICAL_POLICIES"]);
  const fromFiles = await readPolicyFiles(files, options.cwd ?? process.cwd());
  opened.policies = [...(stack.policies ? [stack.policies] : []), ...fromFiles];
  const engine = await findEngine(stack, options, session, opened);
  const handle = await stack.open(engine, session.redactor.add);
  opened.handle = handle;
  if (handle.isNew) warnOfWeakSecrets(env, session);
  return handle;
}

/**
 * Finds and opens it for what touches no resource: neither secrets nor configuration are read or set, and a stack
 * that there is not is refused.
 */
export async function openUnprepared(
  place: string | undefined,
  options: StackOptions,
  session: Session,
  opened: Opened,
): Promise<StackHandle> {
  const stack = await findStack(place, options, session, opened, { config: {}, use: "change" });
  const engine = await findEngine(stack, options, session, opened);
  const { config: _, ...source } = stack.source;
  opened.handle = await engine.openStack(source);
  return opened.handle;
}

async function findStack(
  place: string | undefined,
  options: StackOptions,
  session: Session,
  opened: Opened,
  { config, use }: { config: ConfigMap; use: StackUse },
): Promise<RunnableStack> {
  const { env } = process;
  keepEnvironmentSecrets(env, session);
  const target = await findTarget({ file: options.file ?? place, folder: options.cwd ?? process.cwd() });
  const project = await projectOf(target);
  if (project !== undefined) opened.project = project;
  const name = stackName(options.stack ?? (await selectedStack(target.folder, env)) ?? "dev", project);
  opened.stack = name;
  const stack = await loadStack(target, {
    stack: name,
    use,
    environment: env,
    config,
    allowedHosts: listHosts(options.allowHost, env[ALLOWED_HOSTS])?.entries,
  });
  session.atEnd(() => stack[Symbol.dispose]());
  return stack;
}

async function findEngine(
  stack: RunnableStack,
  options: StackOptions,
  session: Session,
  opened: Opened,
): Promise<Engine> {
  const { engine, reason } = await chooseEngine(stack.source, {
    engine: options.engine,
    installCli: options.installCli,
    environment: process.env,
  });
  opened.engine = engine;
  session.note(session.paintNotes("dim", reason));
  return engine;
}
