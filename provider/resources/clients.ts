/** Whose clients talk to which instance. */
import { BridgeError } from "../errors.ts";
import type { ClientOptions, Credentials, InfisicalClient } from "../infisical/http/client.ts";
import { PHRASES } from "../phrases.ts";
import { SecretValue } from "../secret-value.ts";
import { requireAllowedHost } from "./allowed-hosts.ts";
import { connectionSecret } from "./config.ts";
import type { Context } from "./resource.ts";

const TOLD_PAUSE_MS = 2000;

/** What errors of a connection's instance are said to be about. */
export const connectionUrl = "instanceUrl";

/** The log is told of long waits. */
type Settings = Pick<Context, "config" | "environment" | "shared"> & Partial<Pick<Context, "log">>;

/** The client of the source instance. @throws BridgeError `missing-credentials`, `host-not-allowed` */
export function sourceClient({ config, ...settings }: Settings): InfisicalClient {
  const { host, clientId, clientSecret, token, allowInsecureHttp } = config;
  requireAllowedHost(host, "host", settings.environment);
  const argumentNames = { url: "host", credentials: token === undefined ? "clientSecret" : "token" };
  const common = { origin: host, allowInsecureHttp, argumentNames };
  if (token !== undefined)
    return client({ ...common, credentials: { kind: "token", token: new SecretValue(token) } }, settings);
  if (clientId !== undefined && clientSecret !== undefined)
    return client({ ...common, credentials: universalAuth(clientId, clientSecret) }, settings);
  throw new BridgeError("missing-credentials", `${PHRASES.noCredentials} the source instance ${host}.`, {
    hint: "Set clientId and clientSecret in the configuration external-infisical, or INFISICAL_UNIVERSAL_AUTH_CLIENT_ID and INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET, or INFISICAL_TOKEN.",
  });
}

interface ConnectionTarget {
  instanceUrl: string;
  machineIdentityClientId: string;
  allowInsecureHttp: boolean;
}

export interface ConnectionLogin extends ConnectionTarget {
  name: string;
  machineIdentityClientSecret?: string | undefined;
}

/** The client of a connection. @throws BridgeError `host-not-allowed` */
export function connectionClient(
  connection: ConnectionTarget & { clientSecret: string },
  settings: Omit<Settings, "config">,
): InfisicalClient {
  const { instanceUrl: origin, machineIdentityClientId, clientSecret, allowInsecureHttp } = connection;
  requireAllowedHost(origin, connectionUrl, settings.environment);
  const credentials = universalAuth(machineIdentityClientId, clientSecret);
  const argumentNames = { url: connectionUrl, credentials: "machineIdentityClientSecret" };
  return client({ origin, credentials, allowInsecureHttp, argumentNames }, settings);
}

/**
 * The same, whose client secret is an argument, or stands in the configuration or the environment.
 *
 * @throws BridgeError `missing-credentials`, `host-not-allowed`
 */
export function openConnection(
  { name, machineIdentityClientSecret, ...connection }: ConnectionLogin,
  context: Settings,
): { client: InfisicalClient; clientSecret: string } {
  const named = { name, machineIdentityClientSecret };
  const clientSecret = connectionSecret(named, context.config, context.environment);
  return { client: connectionClient({ ...connection, clientSecret }, context), clientSecret };
}

const universalAuth = (clientId: string, clientSecret: string): Credentials => ({
  kind: "universal-auth",
  clientId,
  clientSecret: new SecretValue(clientSecret),
});

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
