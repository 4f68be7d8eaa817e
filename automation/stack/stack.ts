/** What is run: a Pulumi folder, or the inline program made from a syncs.yaml. */
import { dirname, resolve } from "node:path";
import { allowingHosts, hostList } from "../../provider/hosts.ts";
import { lookUp } from "../../provider/look-up.ts";
import type { ConfigMap, Engine, StackHandle, StackSource, StackUse } from "../engines/engine.ts";
import { nameInFiles, stackName } from "../engines/names.ts";
import { resourceName } from "../engines/urn.ts";
import type { Policies } from "../policies/schema.ts";
import { fleetProblems, foldersIn } from "../syncs/fleet.ts";
import { allowedHosts, hostsOf, sourceHost } from "../syncs/hosts.ts";
import { declaredBy, sourceConfig, syncsProgram } from "../syncs/program.ts";
import type { SyncsFile } from "../syncs/read.ts";
import { resolveSecrets } from "../syncs/secrets.ts";
import { absoluteBackend, borrowWorkspace, keepWorkspace, prepareBackend } from "../syncs/workspace.ts";
import { requireSecretSettings } from "./secret-settings.ts";
import { loadSyncsFile } from "./syncs-file.ts";
import type { Target } from "./target.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface StackOptions {
  stack: string;
  environment: Environment;
  /** Stack configuration to set. */
  config?: ConfigMap;
  /** What the stack is opened for; default: `deploy`. */
  use?: StackUse;
  /** Hosts that may be talked to; left out for all, while an empty list allows none. */
  allowedHosts?: readonly string[] | undefined;
}

/** A stack that can be opened with an engine. Disposing it removes what was made for this run alone. */
export interface RunnableStack extends Disposable {
  readonly source: StackSource;
  /** Those that a syncs.yaml has. */
  readonly policies?: Policies | undefined;
  /**
   * Opens the stack and makes it ready to run.
   *
   * @param addSecret is told every secret that becomes known, so that it is not printed
   */
  open(engine: Engine, addSecret?: (secret: string) => void): Promise<StackHandle>;
}

/** Makes a stack of a Pulumi folder or a syncs.yaml; a syncs.yaml is checked as a whole here. */
export async function loadStack(target: Target, options: StackOptions): Promise<RunnableStack> {
  return target.kind === "folder"
    ? folderStack(target.folder, options)
    : syncsStack(await loadSyncsFile(target.file), target.file, options);
}

function folderStack(workDir: string, options: StackOptions): RunnableStack {
  const { stack, use, config } = options;
  const source = {
    ...{ stack, workDir, envVars: allowingHosts(listIn(options)) },
    ...(config && { config }),
    ...(use && { use }),
  };
  return {
    source,
    [Symbol.dispose]: () => {},
    async open(engine, addSecret = () => {}) {
      const handle = await engine.openStack(source);
      const stackConfig = await handle.getAllConfig();
      tellSecrets(stackConfig, addSecret);
      requireSecretSettings(stackConfig);
      return handle;
    },
  };
}

async function syncsStack(file: SyncsFile, path: string, options: StackOptions): Promise<RunnableStack> {
  const { environment, config, use = "deploy" } = options;
  const folder = dirname(resolve(path));
  const list = listIn(options);
  const hosts = allowedHosts(list);
  let host = "";
  const checkHosts = (stackConfig: ConfigMap) => {
    host = sourceHost(file, environment, stackConfig["external-infisical:host"]?.value);
    hosts.check(hostsOf(file, host));
  };
  checkHosts(config ?? {});
  let secrets = new Map<string, string>();
  const backendUrl = backendOf(file, folder, environment);
  const nameOf = backendUrl?.startsWith("file://") ? nameInFiles : stackName;
  const stack = nameOf(options.stack, file.project);
  if (file.backend !== undefined && use === "deploy") await prepareBackend(backendUrl);
  const workspace = await (use === "deploy"
    ? keepWorkspace(folder, file.project)
    : borrowWorkspace(folder, file.project, stack));
  const source: StackSource = {
    stack,
    use,
    workDir: workspace.path,
    projectName: file.project,
    program: syncsProgram(file, { secretOf: (at) => secrets.get(at), sourceHost: () => host }),
    ...(file.sharedLooks && { folders: (urns) => foldersIn(file, host, urns?.map(resourceName)) }),
    ...(backendUrl !== undefined && { backendUrl }),
    ...(config && { config }),
    // The resources check each host again, in a process of their own.
    envVars: allowingHosts(list),
  };
  return {
    source,
    [Symbol.dispose]: () => workspace[Symbol.dispose](),
    policies: file.policies,
    async open(engine, addSecret = () => {}) {
      const handle = await engine.openStack(source);
      const before = await handle.getAllConfig();
      tellSecrets(before, addSecret);
      requireSecretSettings(before);
      checkHosts(before);
      secrets = await resolveSecrets(file, { environment, folder, config: before });
      for (const secret of secrets.values()) addSecret(secret);
      await applyConfig(
        handle,
        before,
        sourceConfig(file, (at) => secrets.get(at)),
      );
      const refuse = () => {
        const problems = fleetProblems(file, host);
        if (problems.length > 0) file.fail(problems);
      };
      const all = declaredBy(file, handle.name, host);
      return {
        ...handle,
        order: all.map(({ urn }) => urn),
        ...(source.folders && { folders: source.folders }),
        async declared() {
          refuse();
          return all;
        },
        // What runs no program goes on without: a file that is wrong stops no look and no destruction.
        async preview(options) {
          refuse();
          return handle.preview(options);
        },
        async up(options) {
          refuse();
          return handle.up(options);
        },
      };
    },
  };
}

const listIn = ({ allowedHosts: entries }: StackOptions) => entries && hostList(entries);

function backendOf(file: SyncsFile, folder: string, environment: Environment): string | undefined {
  // The environment wins, as it does over the backend that a Pulumi.yaml names.
  const given = environment["PULUMI_BACKEND_URL"];
  if (given) return absoluteBackend(given, process.cwd());
  return file.backend === undefined ? undefined : absoluteBackend(file.backend, folder);
}

function tellSecrets(config: ConfigMap, addSecret: (secret: string) => void): void {
  for (const { value, secret } of Object.values(config)) if (secret) addSecret(value);
}

/** Writes what differs only: each writing of a secret changes its ciphertext. */
async function applyConfig(
  handle: StackHandle,
  before: ConfigMap,
  wanted: Readonly<Record<string, ConfigMap[string] | undefined>>,
): Promise<void> {
  const changed = new Map<string, ConfigMap[string]>();
  for (const [key, value] of Object.entries(wanted)) {
    const old = lookUp(before, key);
    if (value === undefined) {
      if (old) await handle.removeConfig(key);
    } else if (old?.value !== value.value || (old.secret ?? false) !== (value.secret ?? false)) {
      changed.set(key, value);
    }
  }
  if (changed.size > 0) await handle.setAllConfig(Object.fromEntries(changed));
}
