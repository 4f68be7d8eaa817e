/** A program in YAML, run by the real Pulumi CLI, whatever package its resources are of. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SyncArguments } from "../scenarios/scenario.ts";
import { connectionInputs, syncArguments } from "../support/arguments.ts";
import type { CliStack } from "../support/pulumi-cli-stack.ts";
import type { PlayedWorld } from "../support/world.ts";
import { type Stack, type View, viewOf } from "./driver.ts";

type Properties = Record<string, unknown>;
type Maps = Parameters<typeof viewOf>[0];

export interface PreviewJson {
  steps?: { op: string; urn: string; oldState?: { inputs?: Maps }; newState?: { inputs?: Maps } }[];
  diagnostics?: { urn?: string; message: string }[];
}
interface Recorded {
  urn: string;
  inputs?: Maps;
  outputs?: Maps;
}

export interface YamlPackage {
  /** @param folder has the first program */
  open(world: PlayedWorld, folder: string): Promise<CliStack>;
  /** The sync as the program has it. @param connection arguments of the resource `connection` */
  syncOf(args: Properties, connection: Properties): Properties;
  /** What a preview shows of the sync. */
  seen(preview: PreviewJson, isSync: (urn: string) => boolean): Omit<View, "unchanged">;
  /** Where a state has what the destination holds of it. */
  mapsIn(recorded: Recorded): Maps | undefined;
}

export async function yamlStack(world: PlayedWorld, of: YamlPackage): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), "external-infisical-program-"));
  const write = (args: SyncArguments, path: string) =>
    writeFile(join(path, "Pulumi.yaml"), programOf(world, of, args));
  await write({}, folder);
  const stack = await of.open(world, folder);
  await rm(folder, { recursive: true });
  const printed: string[] = [];
  const pulumi = async (...args: string[]) => {
    const text = await stack.pulumi(...args);
    printed.push(text);
    return text;
  };
  if (world.connectionSecret === "configuration") await configureSecret(stack, world);

  const isOf = (args: SyncArguments) => (urn: string) => urn.endsWith(`:SecretSync::${nameOf(args)}`);

  async function preview(args: SyncArguments): Promise<View> {
    await write(args, stack.path);
    const json = jsonIn<PreviewJson>(await pulumi("preview", "--json").catch(readable));
    const unchanged = (json.steps ?? []).every(({ op }) => op === "same");
    return { ...of.seen(json, isOf(args)), unchanged };
  }

  async function recorded(args: SyncArguments): Promise<Maps> {
    const { deployment } = jsonIn<{ deployment: { resources?: Recorded[] } }>(
      await pulumi("stack", "export"),
    );
    const found = deployment.resources?.find(({ urn }) => isOf(args)(urn));
    return (found && of.mapsIn(found)) ?? {};
  }

  return {
    preview,
    async deploy(args) {
      const view = await preview(args);
      await pulumi("up", "--yes", "--skip-preview");
      return view;
    },
    async refresh(args) {
      const before = await recorded(args);
      await pulumi("refresh", "--yes", "--skip-preview");
      return { keys: viewOf(before, await recorded(args)).keys };
    },
    destroy: async () => void (await pulumi("destroy", "--yes", "--skip-preview")),
    state: () => pulumi("stack", "export"),
    transcript: () => printed.join("\n"),
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

const nameOf = ({ resourceName = "sync" }: SyncArguments) => resourceName;

/** JSON is YAML; in its texts a `$` before a bracket is to be one. */
function programOf(world: PlayedWorld, of: YamlPackage, args: SyncArguments): string {
  const { machineIdentityClientSecret: secret, ...rest } = connectionInputs(world);
  const literal = (properties: Properties) =>
    JSON.parse(JSON.stringify(properties).replaceAll("${", "$${")) as Properties;
  const sealed = secret === undefined ? {} : { machineIdentityClientSecret: { "fn::secret": secret } };
  const connection: Properties = { ...literal(rest), ...sealed };
  return JSON.stringify({
    name: "scenario",
    runtime: "yaml",
    resources: {
      connection: { type: "externalinfisical:Connection", properties: connection },
      [nameOf(args)]: {
        type: "externalinfisical:SecretSync",
        properties: of.syncOf(literal(syncArguments(world, args)), connection),
      },
    },
  });
}

async function configureSecret(stack: CliStack, { destination }: PlayedWorld): Promise<void> {
  const setting = `externalinfisical:connectionSecrets.dr-site=${destination.clientSecret}`;
  await stack.pulumi("config", "set-all", "--path", "--secret", setting);
}

/** What was printed as JSON, before what was told beside. */
const jsonIn = <Document>(printed: string): Document =>
  JSON.parse(printed.slice(printed.indexOf("{"), printed.lastIndexOf("\n}") + 2)) as Document;

/** Errors of a preview as JSON are texts in JSON. */
function readable(error: Error): never {
  throw new Error(error.message.replaceAll('\\"', '"').replaceAll("\\n", "\n"));
}
