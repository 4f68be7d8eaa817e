/** Whose clients talk to which instance. */
import type { Login } from "../infisical/auth/login.ts";
import type { ClientOptions, InfisicalClient } from "../infisical/http/client.ts";
import { requireAllowedHost } from "./allowed-hosts.ts";
import { type ConnectionLogin, connectionLogin, type NamedLogin, sourceLogin } from "./logins.ts";
import type { Context } from "./resource.ts";

const TOLD_PAUSE_MS = 2000;

/** What errors of a connection's instance are said to be about. */
export const connectionUrl = "instanceUrl";

/** The log is told of long waits. */
type Settings = Pick<Context, "config" | "environment" | "shared"> & Partial<Pick<Context, "log">>;

/** The client of the source instance. @throws BridgeError `missing-credentials`, `host-not-allowed` */
export function sourceClient({ config, ...settings }: Settings): InfisicalClient {
  const { host, allowInsecureHttp } = config;
  requireAllowedHost(host, "host", settings.environment);
  const { login, argument } = sourceLogin(config, settings.environment);
  const argumentNames = { url: "host", credentials: argument };
  return client({ origin: host, login, allowInsecureHttp, argumentNames }, settings);
}

/** The client of a connection. @throws BridgeError `host-not-allowed` */
export function connectionClient(
  connection: { instanceUrl: string; allowInsecureHttp: boolean },
  { login, argument }: NamedLogin,
  settings: Omit<Settings, "config">,
): InfisicalClient {
  const { instanceUrl: origin, allowInsecureHttp } = connection;
  requireAllowedHost(origin, connectionUrl, settings.environment);
  const argumentNames = { url: connectionUrl, credentials: argument };
  return client({ origin, login, allowInsecureHttp, argumentNames }, settings);
}

/**
 * The same, by what its arguments say, the configuration and the environment.
 *
 * @throws BridgeError `missing-credentials`, `host-not-allowed`
 */
export function openConnection(
  connection: ConnectionLogin & { name: string; allowInsecureHttp: boolean },
  context: Settings,
): { client: InfisicalClient; login: Login } {
  const named = connectionLogin(connection.name, connection, context.config, context.environment);
  return { client: connectionClient(connection, named, context), login: named.login };
}

const client = (
  options: ClientOptions,
  { shared, environment, log }: Omit<Settings, "config">,
): InfisicalClient =>
  shared.client({
    ...options,
    environment,
    onPause(ms) {
      if (ms >= TOLD_PAUSE_MS)
        log?.(
          `${options.origin} takes no more requests for now: waiting ${Math.ceil(ms / 1000)} s for its rate limit`,
        );
    },
  });
