/** The environment of the processes that are started. */

/** What an engine, its programs and its providers call each other by. */
const THIS_MACHINE = ["127.0.0.1", "localhost", "::1"];

/**
 * Whatever proxies the user has: processes on this machine talk to each other without one, or it would get their secrets in
 * clear. gRPC in Node takes the first of these lists that it finds, and a blank for a part of a name.
 */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const list = env["no_grpc_proxy"] || env["no_proxy"] || env["NO_PROXY"] || "";
  const names = list.split(",").map((name) => name.trim());
  const all = new Set([...names.filter((name) => name !== ""), ...THIS_MACHINE]);
  return { ...env, no_grpc_proxy: [...all].join(",") };
}

/** The same for the calls that a program makes in this process. @param settings the SDK's `runtime/settings` */
export function callDirectly(settings: object): void {
  const { grpcClientOptions } = settings as { grpcClientOptions?: object };
  if (grpcClientOptions) Object.assign(grpcClientOptions, NO_PROXY_OPTION);
}

/** An option of gRPC's channels. */
export const NO_PROXY_OPTION = { "grpc.enable_http_proxy": 0 } as const;
