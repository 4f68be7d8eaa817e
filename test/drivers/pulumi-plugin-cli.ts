import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SyncArguments } from "../scenarios/scenario.ts";
import { connectionInputs, syncArguments } from "../support/arguments.ts";
import { LANGUAGES } from "../support/plugin-languages.ts";
import { type CliStack, openCliStack } from "../support/pulumi-cli-stack.ts";
import { isThorough } from "../support/thorough.ts";
import type { PlayedWorld } from "../support/world.ts";
import { type Driver, type Stack, type View, viewOf } from "./driver.ts";

type Properties = Record<string, unknown>;
type Planned = { inputs?: Parameters<typeof viewOf>[0] };

interface PreviewJson {
  steps?: { op: string; urn: string; oldState?: Planned; newState?: Planned }[];
}
interface StateJson {
  deployment: { resources?: { urn: string; inputs?: Properties }[] };
}

const lacking = LANGUAGES.find(({ name }) => name === "yaml")?.lacking;

/** A program in YAML with the plugin, run by the real Pulumi CLI. */
export const pulumiPluginCli: Driver = {
  name: "pulumi-plugin-cli",
  ...(lacking ? { unavailable: lacking } : !isThorough && { unavailable: "only in npm run test:all" }),
  isSlow: true,
  open: openStack,
};

async function openStack(world: PlayedWorld): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), "external-infisical-program-"));
  const write = (program: string, path = folder) => writeFile(join(path, "Pulumi.yaml"), program);
  await write(programOf(world, {}));
  const stack = await openCliStack(world, folder);
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
    await write(programOf(world, args), stack.path);
    const { steps = [] } = jsonIn<PreviewJson>(await pulumi("preview", "--json").catch(readable));
    const mine = steps.find(({ urn, newState }) => newState && isOf(args)(urn));
    const unchanged = steps.every(({ op }) => op === "same");
    return { ...viewOf(mine?.oldState?.inputs ?? {}, mine?.newState?.inputs ?? {}), unchanged };
  }

  async function recorded(args: SyncArguments): Promise<Properties> {
    const { deployment } = jsonIn<StateJson>(await pulumi("stack", "export"));
    return deployment.resources?.find(({ urn }) => isOf(args)(urn))?.inputs ?? {};
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
function programOf(world: PlayedWorld, args: SyncArguments): string {
  const { machineIdentityClientSecret: secret, ...rest } = connectionInputs(world);
  const literal = (properties: Properties) =>
    JSON.parse(JSON.stringify(properties).replaceAll("${", "$${")) as Properties;
  const sealed = secret === undefined ? {} : { machineIdentityClientSecret: { "fn::secret": secret } };
  return JSON.stringify({
    name: "scenario",
    runtime: "yaml",
    resources: {
      connection: {
        type: "externalinfisical:Connection",
        properties: { ...literal(rest), ...sealed },
      },
      [nameOf(args)]: {
        type: "externalinfisical:SecretSync",
        properties: { ...literal(syncArguments(world, args)), connection: "${connection}" },
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
