import { providerConfiguration } from "../support/arguments.ts";
import { type RunningPlugin, reference, secret, startPlugin, urnOf } from "../support/pulumi-plugin.ts";
import type { PlayedWorld } from "../support/world.ts";
import type { Driver } from "./driver.ts";
import { lifecycleStack, type ProviderCalls } from "./lifecycle.ts";

type Properties = Record<string, unknown>;

const calling = (previews: boolean): Driver => ({
  name: "pulumi-plugin",
  // What differs is played by the direct driver; here the way there.
  isSlow: true,
  async open(world) {
    const plugin = await startPlugin(configurationOf(world));
    return lifecycleStack(world, callsOf(plugin), previews);
  },
});

/** Speaks Pulumi's protocol to the plugin, as its engine does, without a CLI; each deployment is previewed before. */
export const pulumiPlugin = calling(true);

/** The same without that, for scenarios, which preview what they want to have previewed. */
export const pulumiPluginRuns = calling(false);

export const configurationOf = (world: PlayedWorld): Properties =>
  Object.fromEntries(
    Object.entries(providerConfiguration(world)).map(([key, { value, secret: isSecret }]) => [
      key.slice(key.indexOf(":") + 1),
      isSecret ? secret(value) : value,
    ]),
  );

/** The inputs that a sync has of its connection, which a program gives by naming that. */
const OF_CONNECTION = [
  "connectionId",
  "connectionName",
  "connectionExecution",
  "instanceUrl",
  "machineIdentityClientId",
  "machineIdentityClientSecret",
  "allowInsecureHttp",
];

type Answer = Record<string, () => unknown>;

export function callsOf(plugin: RunningPlugin): Required<ProviderCalls> {
  const CONNECTION = urnOf("Connection", "connection");

  const declared = (kind: string, { stack: _ofTheUrn, ...news }: Properties): Properties => {
    if (kind === "secretSync" && news["connectionName"] === undefined) return news;
    if (kind === "secretSync") {
      const own = Object.entries(news).filter(([name]) => !OF_CONNECTION.includes(name));
      return { ...Object.fromEntries(own), connection: reference(CONNECTION, String(news["connectionId"])) };
    }
    const { machineIdentityClientSecret: given, ...rest } = news;
    return { ...rest, ...(given !== undefined && { machineIdentityClientSecret: secret(given) }) };
  };

  const methods: Record<string, (urn: string, kind: string, ...args: never[]) => Promise<unknown>> = {
    async check(urn, kind, olds: Properties, news: Properties) {
      const answer = await send("check", "CheckRequest", {
        Urn: urn,
        Olds: olds,
        News: declared(kind, news),
      });
      const failures = (answer["getFailuresList"]?.() ?? []) as { getReason(): string }[];
      if (failures.length > 0) return { failures: failures.map((one) => ({ reason: one.getReason() })) };
      return { inputs: plugin.client.read(answer["getInputs"]?.()) };
    },
    async diff(urn, _kind, id: string, olds: Properties, news: Properties, inputs: Properties) {
      const fields = { Urn: urn, Id: id, Olds: olds, News: news, OldInputs: inputs };
      const NONE = 1;
      return { changes: ((await send("diff", "DiffRequest", fields))["getChanges"]?.() as number) !== NONE };
    },
    async create(urn, _kind, inputs: Properties) {
      const answer = await send("create", "CreateRequest", {
        Urn: urn,
        Properties: inputs,
        Preview: isPreview,
      });
      return { id: answer["getId"]?.(), outs: plugin.client.read(answer["getProperties"]?.()) };
    },
    async read(urn, _kind, id: string, olds: Properties, inputs: Properties) {
      const answer = await send("read", "ReadRequest", {
        Urn: urn,
        Id: id,
        Properties: olds,
        Inputs: inputs,
      });
      const { read } = plugin.client;
      return { props: read(answer["getProperties"]?.()), inputs: read(answer["getInputs"]?.()) };
    },
    async update(urn, _kind, id: string, olds: Properties, news: Properties) {
      const fields = { Urn: urn, Id: id, Olds: olds, News: news, Preview: isPreview };
      const answer = await send("update", "UpdateRequest", fields);
      return { outs: plugin.client.read(answer["getProperties"]?.()) };
    },
    async delete(urn, _kind, id: string, olds: Properties) {
      await send("delete", "DeleteRequest", { Urn: urn, Id: id, Properties: olds });
    },
  };

  const send = (method: string, message: string, fields: Properties) =>
    plugin.client.call<Answer>(method, message, fields);

  let stack: string | undefined;
  let isPreview = false;
  const run = (kind: string, method: string, args: unknown[]) => {
    const called = methods[method];
    if (!called) throw new Error(`No such call: ${method}`);
    const news = method === "check" ? (args[1] as Properties) : {};
    if (kind === "secretSync" && method === "check") stack = news["stack"] as string | undefined;
    const urn = kind === "connection" ? CONNECTION : urnOf("SecretSync", "sync", stack);
    return called(urn, kind, ...(args as never[]));
  };
  return {
    call: async (kind, method, _config, args) => run(kind, method, args),
    async foresee(kind, method, args) {
      isPreview = true;
      return run(kind, method, args).finally(() => {
        isPreview = false;
      });
    },
    nextPhase: plugin.nextPhase,
    [Symbol.asyncDispose]: plugin[Symbol.asyncDispose],
  };
}
