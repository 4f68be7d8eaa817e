/** A stack over a world's instances, on an engine, as a program opens one. */
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConfigMap, Engine, PulumiFn, StackHandle } from "../../automation/engines/engine.ts";
import { createLocalEngine } from "../../automation/engines/local/local-engine.ts";
import { createPulumiEngine } from "../../automation/engines/pulumi-cli/pulumi-engine.ts";
import { ExternalInfisicalConnection, ExternalInfisicalSecretSync } from "../../provider/pulumi/index.ts";
import { connectionInputs, providerConfiguration, syncArguments } from "./arguments.ts";
import { fixture } from "./node.ts";
import { cli } from "./pulumi-cli.ts";
import { makeStackFolder, type StackFolder } from "./stack-folder.ts";
import { isThorough } from "./thorough.ts";
import type { PlayedWorld } from "./world.ts";

/** The local engine, and in `npm run test:all` the CLI where it is found. */
export const OPENED_ENGINES: readonly (readonly [name: string, Engine])[] = [
  ["local", createLocalEngine()],
  ...(cli && isThorough ? [["pulumi-cli", createPulumiEngine(cli)] as const] : []),
];

export interface OpenedStack extends AsyncDisposable {
  folder: StackFolder;
  stack: StackHandle;
}

interface Opening {
  /** Run in this process. Default: that of the scenarios' stack folder, in a process of its own. */
  program?: PulumiFn;
  config?: ConfigMap;
  /** More lines of the project's own file. */
  project?: string;
}

export async function openStack(
  engine: Engine,
  world: PlayedWorld,
  { program, config, project = "" }: Opening = {},
): Promise<OpenedStack> {
  const folder = await makeStackFolder(fixture("scenario-stack"));
  await appendFile(join(folder.path, "Pulumi.yaml"), project);
  const stack = await engine.openStack({
    stack: "test",
    workDir: folder.path,
    backendUrl: folder.backendUrl,
    envVars: folder.envVars,
    config: { ...providerConfiguration(world), ...config },
    ...(program && { projectName: "scenario", program }),
  });
  return { folder, stack, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

type Properties = Record<string, unknown>;

/** What is declared otherwise than the world's connection and a sync over it. */
export interface Pair {
  connectionName?: string;
  connection?: Properties;
  connectionOptions?: Properties;
  syncName?: string;
  /** Of another sync, what it says otherwise. */
  copy?: Properties;
  sync?: Properties;
  syncOptions?: Properties;
}

/** A connection and a sync. @param wrap what the arguments of either become */
export function declarePair(
  world: PlayedWorld,
  pair: Pair,
  wrap: (args: Properties) => Properties = (args) => args,
): void {
  const { connectionName = "connection", syncName = "sync" } = pair;
  const connection = new ExternalInfisicalConnection(
    connectionName,
    wrap({ ...connectionInputs(world), ...pair.connection }) as never,
    pair.connectionOptions,
  );
  const sync = wrap({ ...syncArguments(world, {}), ...pair.sync });
  new ExternalInfisicalSecretSync(syncName, { ...sync, connection } as never, pair.syncOptions);
  if (pair.copy) new ExternalInfisicalSecretSync("copy", { ...sync, ...pair.copy, connection } as never);
}
