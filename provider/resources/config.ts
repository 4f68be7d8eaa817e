import { BridgeError } from "../errors.ts";
import { lookUp } from "../look-up.ts";
import { PHRASES } from "../phrases.ts";
import { type ProviderConfig, providerConfig } from "../schema.ts";
import { askedMethod, completed, toldMethod } from "./auth-environment.ts";
import { problemsOf } from "./problems.ts";

/** Setting → its environment variable. Those of connections' secrets have the connections' names in them. */
const VARIABLES = new Map(
  Object.entries(providerConfig.shape).flatMap(([name, setting]) => {
    const variable = setting.meta()?.["environment"];
    return typeof variable === "string" && !variable.includes("<NAME>") ? [[name, variable] as const] : [];
  }),
);

/** What an adapter found in its own configuration; it wins over the environment. */
export type RawConfig = { [Name in keyof ProviderConfig]?: unknown };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The provider's configuration from the adapter's own and the environment.
 *
 * @throws BridgeError `invalid-arguments`, naming the setting
 */
export function readConfig(raw: RawConfig, environment: Environment): ProviderConfig {
  const given: RawConfig = Object.fromEntries(
    Object.entries(raw).filter(([, value]) => value !== undefined && value !== ""),
  );
  const fromEnvironment = [...VARIABLES].flatMap(([name, variable]) => {
    const value = lookUp(environment, variable);
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  const auth = authOf(given, Object.fromEntries(fromEnvironment), environment);
  const skip = auth === undefined ? skipped(given) : PLAIN_LOGIN;
  const kept = fromEnvironment.filter(([name]) => !skip.includes(name));
  const fallbacks: { [Name in keyof ProviderConfig]?: string } = Object.fromEntries(kept);
  requireOneKey(given.fingerprintKey, fallbacks.fingerprintKey);
  const parsed = providerConfig.safeParse({
    ...fallbacks,
    ...given,
    ...(auth !== undefined && { auth: completed(auth, environment) }),
  });
  if (parsed.success) return parsed.data;
  throw new BridgeError(
    "invalid-arguments",
    `Invalid provider configuration: ${problemsOf(parsed.error.issues).join("; ")}.`,
  );
}

/** The settings that are a login by themselves, beside `auth`. */
const PLAIN_LOGIN: readonly string[] = ["clientId", "clientSecret", "token"];

/** A token in the environment must not mix with an identity given explicitly, nor the other way round. */
const skipped = (given: RawConfig): readonly string[] =>
  given.token ? ["clientId", "clientSecret"] : given.clientId ? ["token"] : [];

/** How to log in, where that is no client ID and secret, nor a token, by themselves. */
function authOf(given: RawConfig, fallbacks: RawConfig, environment: Environment): unknown {
  const plain = PLAIN_LOGIN.filter((name) => lookUp(given, name) !== undefined);
  if (given.auth === undefined) {
    if (plain.length > 0) return undefined;
    const hasPlain = fallbacks.token !== undefined || fallbacks.clientSecret !== undefined;
    return askedMethod(environment) ?? (hasPlain ? undefined : toldMethod(environment));
  }
  if (plain.length === 0) return given.auth;
  throw new BridgeError(
    "invalid-arguments",
    `Invalid provider configuration: auth and ${plain.join(", ")} are both given.`,
    { hint: "Say how to log in once." },
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
    `The configured fingerprintKey and ${VARIABLES.get("fingerprintKey")} differ.`,
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
  if (secret !== undefined) return secret.trim();
  throw new BridgeError("missing-credentials", `${PHRASES.noClientSecret} connection "${connection.name}".`, {
    path: "machineIdentityClientSecret",
    hint: `Give it as an argument, in the secret configuration connectionSecrets, or in ${variable}.`,
  });
}

/** The environment variable that may hold the client secret of a connection. */
export const connectionSecretVariable = (name: string): string => connectionVariable(name, "CLIENT_SECRET");

export const connectionVariable = (name: string, what: "CLIENT_SECRET" | "IDENTITY_ID"): string =>
  `EXTERNAL_INFISICAL_${name.toUpperCase().replaceAll("-", "_")}_${what}`;
