/** The plugin behind a real socket, and a client that speaks Pulumi's protocol to it, without a CLI. */
import { loadSdk } from "../../automation/engines/local/protocol/sdk.ts";
import type { PropertyMap } from "../../automation/engines/values.ts";
import { createPlugin } from "../../provider/pulumi-plugin/plugin.ts";
import { servePlugin } from "../../provider/pulumi-plugin/service.ts";
import { createShared } from "../../provider/resources/process.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";

export const secret = (value: unknown) => ({ [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", value });
export const reference = (urn: string, id: string) => ({
  [SIGNATURE]: "5cf8f73096256a8f31e491e813e4eb8e",
  urn,
  id,
});

export const urnOf = (type: "Connection" | "SecretSync", name: string, stack = "scenario/test") => {
  const [project, of] = stack.split("/");
  return `urn:pulumi:${of}::${project}::externalinfisical:index:${type}::${name}`;
};

type Properties = Record<string, unknown>;
type Fields = Record<string, unknown>;

/** What an engine is told when a call fails. */
type PluginFailure = Error & { id?: string; properties?: Properties; reasons?: string[] };

interface PluginClient {
  /** Sends a message with these fields, by the protocol's names, and answers the message that comes back. */
  call<Answer>(method: string, message: string, fields: Fields): Promise<Answer>;
  read(struct: unknown): Properties;
  close(): void;
}

const sdk = loadSdk();

function connectPlugin(port: number): PluginClient {
  const connection = sdk.connectProvider(`127.0.0.1:${port}`);
  const messages = sdk.provider as unknown as Record<
    string,
    new () => Record<string, (value: unknown) => void>
  >;
  return {
    async call<Answer>(method: string, name: string, fields: Fields) {
      const Message = messages[name];
      const message = Message ? new Message() : sdk.empty();
      for (const [field, value] of Object.entries(fields)) {
        const set = (message as Record<string, (value: unknown) => void>)[`set${field}`];
        if (!set) throw new Error(`${name} has no ${field}`);
        const isStruct = typeof value === "object" && value !== null && !Array.isArray(value);
        set.call(message, isStruct ? sdk.toStruct(value as PropertyMap) : value);
      }
      try {
        return await connection.call<Answer>(method, message);
      } catch (error) {
        const { details, message: text } = error as Error & { details?: string };
        throw Object.assign(new Error(details ?? text), sdk.partialState(error)) as PluginFailure;
      }
    },
    read: (struct) => sdk.fromStruct(struct as Parameters<typeof sdk.fromStruct>[0]),
    close: () => connection.close(),
  };
}

export interface RunningPlugin extends AsyncDisposable {
  readonly client: PluginClient;
  /** Each phase of a deployment starts the plugin anew. */
  nextPhase(): Promise<void>;
  /** Lines for the user. */
  told: string[];
}

/** The plugin in this process. @param config the provider's configuration */
export async function startPlugin(
  config: Properties,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<RunningPlugin> {
  const told: string[] = [];
  let running = await start();

  async function start() {
    const shared = createShared();
    const plugin = createPlugin({ environment, shared, tell: (line) => void told.push(line) });
    const served = await servePlugin({ plugin }, { version: "0.0.0" });
    const client = connectPlugin(served.port);
    await client.call("handshake", "ProviderHandshakeRequest", {});
    await client.call("configure", "ConfigureRequest", { Args: config });
    return {
      client,
      async end() {
        client.close();
        served.close();
        await shared[Symbol.asyncDispose]();
      },
    };
  }

  return {
    told,
    get client() {
      return running.client;
    },
    async nextPhase() {
      await running.end();
      running = await start();
    },
    [Symbol.asyncDispose]: () => running.end(),
  };
}
