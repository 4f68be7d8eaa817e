import { BridgeError } from "../errors.ts";
import { lookUp } from "../look-up.ts";
import { type ProviderConfig, providerConfig } from "../schema.ts";
import { problemsOf } from "./problems.ts";

/** Environment variables of the provider's configuration; the first four are the official provider's names. */
const VARIABLES = {
  host: "INFISICAL_HOST",
  clientId: "INFISICAL_UNIVERSAL_AUTH_CLIENT_ID",
  clientSecret: "INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET",
  token: "INFISICAL_TOKEN",
  fingerprintKey: "EXTERNAL_INFISICAL_FINGERPRINT_KEY",
} as const;

/** What an adapter found in its own configuration; it wins over the environment. */
export type RawConfig = { [Name in keyof ProviderConfig]?: unknown };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The provider's configuration from the adapter's own and the environment.
 *
 * @throws BridgeError `invalid-arguments`, naming the setting
 */
export function readConfig(raw: RawConfig, environment: Environment): ProviderConfig {
  const given = Object.fromEntries(
    Object.entries(raw).filter(([, value]) => value !== undefined && value !== ""),
  );
  const fromEnvironment = Object.entries(VARIABLES).flatMap(([name, variable]) => {
    const value = environment[variable];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  // A token in the environment must not mix with an identity given explicitly, nor the other way round.
  const skip = given["token"] ? ["clientId", "clientSecret"] : given["clientId"] ? ["token"] : [];
  const kept = fromEnvironment.filter(([name]) => !skip.includes(name));
  requireOneKey(given["fingerprintKey"], environment[VARIABLES.fingerprintKey]);
  const parsed = providerConfig.safeParse({ ...Object.fromEntries(kept), ...given });
  if (parsed.success) return parsed.data;
  throw new BridgeError(
    "invalid-arguments",
    `Invalid provider configuration: ${problemsOf(parsed.error.issues).join("; ")}.`,
  );
}

/**
 * A key that is set in both places is the same: what a reviewed tree can change takes the place of no other, or the
 * fingerprints could be made with a key that its author knows.
 */
function requireOneKey(given: unknown, variable: string | undefined): void {
  if (!given || !variable || given === variable) return;
  throw new BridgeError(
    "invalid-arguments",
    `The configured fingerprintKey and ${VARIABLES.fingerprintKey} differ.`,
    { hint: "Leave one of them away; where others' changes are previewed, keep the environment's." },
  );
}

/**
 * The client secret of a connection: its argument, else the configuration's map, else the environment.
 *
 * @throws BridgeError `missing-credentials`
 */
export function connectionSecret(
  connection: { name: string; machineIdentityClientSecret?: string | undefined },
  config: ProviderConfig,
  environment: Environment,
): string {
  const variable = connectionSecretVariable(connection.name);
  const secret =
    connection.machineIdentityClientSecret ??
    lookUp(config.connectionSecrets, connection.name) ??
    (lookUp(environment, variable) || undefined);
  if (secret !== undefined) return secret;
  throw new BridgeError("missing-credentials", `No client secret for connection "${connection.name}".`, {
    path: "machineIdentityClientSecret",
    hint: `Give it as an argument, in the secret configuration connectionSecrets, or in ${variable}.`,
  });
}

/** The environment variable that may hold the client secret of a connection. */
export const connectionSecretVariable = (name: string): string =>
  `EXTERNAL_INFISICAL_${name.toUpperCase().replaceAll("-", "_")}_CLIENT_SECRET`;
