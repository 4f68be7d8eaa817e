import { createShared } from "../../../provider/resources/process.ts";
import { createMethods } from "../../../provider/terraform/methods.ts";
import { startPlugin } from "../../../provider/terraform/plugin.ts";
import { createServer } from "../../../provider/terraform/server.ts";
import type { ObjectValue } from "../../../provider/terraform/value.ts";
import { connect, type ProviderClient } from "./client.ts";
import { type Core, createCore } from "./core.ts";

export const CONNECTION = "externalinfisical_connection";
export const SYNC = "externalinfisical_secret_sync";

/** The provider in this process behind a real socket, and a core that calls it. */
export interface RunningProvider extends AsyncDisposable {
  core: Core;
  client: ProviderClient;
  /** Terraform starts the provider anew for each phase, with another provider block where one is given. */
  nextPhase(config?: ObjectValue): Promise<void>;
  /** Lines for the log. */
  logged: string[];
  close(): Promise<void>;
}

/**
 * @param config the provider block
 * @param version how the caller names itself; Pulumi's bridge is known by it
 */
export async function startProvider(config: ObjectValue, version?: string): Promise<RunningProvider> {
  const logged: string[] = [];
  let shared = createShared();
  const start = () =>
    createMethods(createServer(process.env, (_level, line) => void logged.push(line), shared));
  let find = start();
  const plugin = await startPlugin({ environment: {}, find: async (path) => find(path) });
  const client = connect(plugin.handshake);
  const core = await createCore(() => client, version);
  const close = async () => {
    client.close();
    plugin.close();
    await shared[Symbol.asyncDispose]();
  };
  return {
    core,
    client,
    logged,
    close,
    async nextPhase(other) {
      await shared[Symbol.asyncDispose]();
      shared = createShared();
      find = start();
      await core.configure(other ?? config);
    },
    [Symbol.asyncDispose]: close,
  };
}
