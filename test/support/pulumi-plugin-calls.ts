/** Single calls of the plugin, for what is not the life of a connection and a sync. */
import { callsOf, configurationOf } from "../drivers/pulumi-plugin.ts";
import { connectionInputs } from "./arguments.ts";
import { type RunningPlugin, startPlugin } from "./pulumi-plugin.ts";
import type { World } from "./world.ts";

export type Properties = Record<string, unknown>;
export type Checked = { inputs: Properties; failures?: { reason: string }[] };
export type Made = { id: string; outs: Properties };
export type Read = { props: Properties; inputs: Properties };

type Kind = "connection" | "secretSync";

interface OpenPlugin extends AsyncDisposable {
  plugin: RunningPlugin;
  call<T>(kind: Kind, method: string, ...args: unknown[]): Promise<T>;
  /** The same in a preview. */
  foresee(kind: Kind, method: "create" | "update", ...args: unknown[]): Promise<unknown>;
}

/** A plugin that has seen the connection of the world, unless that is what it is to be asked. */
export async function openPlugin(world: World, { isConnectionSeen = true } = {}): Promise<OpenPlugin> {
  const plugin = await startPlugin(configurationOf(world));
  const calls = callsOf(plugin);
  const call = <T>(kind: Kind, method: string, ...args: unknown[]) =>
    calls.call(kind, method, {}, args) as Promise<T>;
  if (isConnectionSeen) await call("connection", "check", {}, connectionInputs(world));
  const foresee: OpenPlugin["foresee"] = async (kind, method, ...args) => calls.foresee(kind, method, args);
  return { plugin, call, foresee, [Symbol.asyncDispose]: plugin[Symbol.asyncDispose] };
}

/** Requests that wrote secrets at the destination. */
export const writesOf = (world: World) =>
  world.destination.server.requests.filter(
    ({ method, path, status }) => method !== "GET" && status < 400 && !path.includes("/auth/"),
  );
