/** How the source and connections log in, from what is configured and what the environment has. */
import {
  type ConnectionAuth,
  SERVICE_ACCOUNT_TOKEN,
  type SourceAuth,
  TOKEN_VARIABLES,
} from "../auth-schema.ts";
import { BridgeError } from "../errors.ts";
import { type Login, METHOD_ROUTES } from "../infisical/auth/login.ts";
import { GITHUB_URL, type TokenSource } from "../infisical/auth/token-source.ts";
import { lookUp } from "../look-up.ts";
import { PHRASES } from "../phrases.ts";
import type { ProviderConfig } from "../schema.ts";
import { SecretValue } from "../secret-value.ts";
import { connectionSecret, connectionVariable } from "./config.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Auth = SourceAuth | ConnectionAuth;

/** A login, and what of the arguments it is about, for errors. */
export interface NamedLogin {
  login: Login;
  argument: string;
}

/** @throws BridgeError `missing-credentials` */
export function sourceLogin(config: ProviderConfig, environment: Environment): NamedLogin {
  const { host, clientId, clientSecret, token, auth } = config;
  if (auth) {
    const identity = { id: undefined, variable: "INFISICAL_MACHINE_IDENTITY_ID" };
    return { login: loginBy(auth, { host, identity, environment }), argument: "auth" };
  }
  if (token !== undefined)
    return { login: { method: "token", token: new SecretValue(token) }, argument: "token" };
  if (clientId !== undefined && clientSecret !== undefined)
    return { login: universal(clientId, clientSecret), argument: "clientSecret" };
  throw new BridgeError("missing-credentials", `${PHRASES.noCredentials} the source instance ${host}.`, {
    hint: "Set clientId and clientSecret in the configuration external-infisical, or INFISICAL_UNIVERSAL_AUTH_CLIENT_ID and INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET, or INFISICAL_TOKEN, or say by auth or INFISICAL_AUTH_METHOD how to log in without a secret.",
  });
}

/** What of a connection its login is made from, as arguments of connections and inputs of syncs have it. */
export interface ConnectionLogin {
  instanceUrl: string;
  machineIdentityClientId?: string | undefined;
  machineIdentityClientSecret?: string | undefined;
  auth?: ConnectionAuth | undefined;
}

/** @throws BridgeError `missing-credentials` */
export function connectionLogin(
  name: string,
  connection: ConnectionLogin,
  config: ProviderConfig,
  environment: Environment,
): NamedLogin {
  const { instanceUrl, machineIdentityClientId, auth } = connection;
  if (auth) {
    const variable = connectionVariable(name, "IDENTITY_ID");
    const identity = { id: lookUp(environment, variable) || undefined, variable };
    // Nothing else in the environment is meant for a connection that does not say so.
    return { login: loginBy(auth, { host: instanceUrl, identity, environment: {} }), argument: "auth" };
  }
  if (machineIdentityClientId === undefined)
    throw new BridgeError(
      "invalid-arguments",
      `Connection "${name}" does not say how to log in: machineIdentityClientId is missing, and so is auth.`,
      { path: "machineIdentityClientId", hint: "Give one of them." },
    );
  const clientSecret = connectionSecret({ ...connection, name }, config, environment);
  return universalLogin(machineIdentityClientId, clientSecret);
}

/** A connection's login by client ID and secret. */
export const universalLogin = (clientId: string, clientSecret: string): NamedLogin => ({
  login: universal(clientId, clientSecret),
  argument: "machineIdentityClientSecret",
});

/** What names a connection's identity: its client id, or without Universal Auth its own. */
export function identityOf(connection: Pick<ConnectionLogin, "machineIdentityClientId" | "auth">) {
  const { machineIdentityClientId, auth } = connection;
  return machineIdentityClientId ?? (auth?.oidc ?? auth?.kubernetes ?? auth?.awsIam ?? auth?.jwt)?.identityId;
}

/** How that identity logs in, in the words of connections. */
export const methodOf = ({ auth }: Pick<ConnectionLogin, "auth">): string =>
  `machine-identity-${METHOD_ROUTES[methodIn(auth)]}`;

function methodIn(auth: ConnectionLogin["auth"]): keyof typeof METHOD_ROUTES {
  if (auth?.oidc) return "oidc";
  if (auth?.kubernetes) return "kubernetes";
  if (auth?.awsIam) return "aws-iam";
  return auth?.jwt ? "jwt" : "universal";
}

/** What is wrong with how arguments say to log in; undefined where they say one way. */
export function loginProblem({
  machineIdentityClientId,
  machineIdentityClientSecret,
  auth,
}: {
  machineIdentityClientId?: unknown;
  machineIdentityClientSecret?: unknown;
  auth?: unknown;
}): { name: string; message: string } | undefined {
  if (auth === undefined)
    return machineIdentityClientId === undefined
      ? { name: "machineIdentityClientId", message: "is missing, and so is auth" }
      : undefined;
  return machineIdentityClientId === undefined && machineIdentityClientSecret === undefined
    ? undefined
    : { name: "auth", message: "must not stand beside machineIdentityClientId and its secret" };
}

const universal = (clientId: string, clientSecret: string) =>
  ({ method: "universal", clientId, clientSecret: new SecretValue(clientSecret) }) as const;

/** What a login is made from beside what is written of it. */
interface Settings {
  host: string;
  /** The identity where none is written, and which variable would name it. */
  identity: { id: string | undefined; variable: string };
  /** What else it may take from the environment. */
  environment: Environment;
}

function loginBy(auth: Auth, settings: Settings): Login {
  const { organizationSlug } = auth;
  return { ...byMethod(auth, settings), ...(organizationSlug !== undefined && { organizationSlug }) };
}

function byMethod(auth: Auth, settings: Settings): Login {
  const { oidc, kubernetes, awsIam, jwt } = auth;
  const { environment } = settings;
  const identityId = () =>
    (oidc ?? kubernetes ?? awsIam ?? jwt)?.identityId ?? settings.identity.id ?? noIdentity(settings);
  if (oidc) return { method: "oidc", identityId: identityId(), source: oidcSource(oidc, environment) };
  if (kubernetes)
    return {
      method: "kubernetes",
      identityId: identityId(),
      source: kubernetesSource(kubernetes, environment),
    };
  if (awsIam) return { method: "aws-iam", identityId: identityId() };
  if (jwt)
    return {
      method: "jwt",
      identityId: identityId(),
      source: namedSource(jwt) ?? variableSource(TOKEN_VARIABLES.jwt, environment),
    };
  return secretMethod(auth as SourceAuth, settings.host);
}

/** The methods that only the source has: a connection's client secret is an argument of its own. */
function secretMethod({ universal: given, token }: SourceAuth, host: string): Login {
  if (token !== undefined) return { method: "token", token: new SecretValue(token) };
  const { clientId, clientSecret } = given ?? {};
  if (clientId !== undefined && clientSecret !== undefined) return universal(clientId, clientSecret);
  throw new BridgeError("missing-credentials", `${PHRASES.noCredentials} ${host}.`, {
    path: "auth",
    hint: "Give clientId and clientSecret in auth.universal, or set INFISICAL_UNIVERSAL_AUTH_CLIENT_ID and INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET.",
  });
}

interface Named {
  tokenEnvironmentVariableName?: string | undefined;
  tokenPath?: string | undefined;
}

function namedSource({
  tokenEnvironmentVariableName: name,
  tokenPath: path,
}: Named): TokenSource | undefined {
  if (path !== undefined) return { from: "file", path };
  return name === undefined ? undefined : { from: "variable", name };
}

/** The first variable that is set; where none is, the first is what is missing. */
const variableSource = (names: readonly [string, ...string[]], environment: Environment): TokenSource => ({
  from: "variable",
  name: names.find((name) => isSet(environment, name)) ?? names[0],
});

/** A token for a named audience is asked for before one is taken that is for nobody knows whom. */
function oidcSource(oidc: Named & { audience?: string | undefined }, environment: Environment): TokenSource {
  const named = namedSource(oidc);
  if (named) return named;
  const { audience } = oidc;
  const mayAsk = isSet(environment, GITHUB_URL);
  const variable = TOKEN_VARIABLES.oidc.some((name) => isSet(environment, name));
  const isVariable = variable ? !(mayAsk && audience !== undefined) : !mayAsk && audience === undefined;
  return isVariable ? variableSource(TOKEN_VARIABLES.oidc, environment) : { from: "github", audience };
}

const TOKEN = "INFISICAL_KUBERNETES_SERVICE_ACCOUNT_TOKEN";

/** What is given goes before the environment, and on each side the token before its path. */
function kubernetesSource(
  given: { serviceAccountTokenPath?: string | undefined; serviceAccountToken?: string | undefined },
  environment: Environment,
): TokenSource {
  const { serviceAccountToken: token, serviceAccountTokenPath: path } = given;
  if (token !== undefined) return { from: "argument", token: new SecretValue(token) };
  if (path !== undefined) return { from: "file", path };
  if (isSet(environment, TOKEN)) return { from: "variable", name: TOKEN };
  return { from: "file", path: lookUp(environment, `${TOKEN}_PATH`) || SERVICE_ACCOUNT_TOKEN };
}

const isSet = (environment: Environment, name: string) => Boolean(lookUp(environment, name));

function noIdentity({ host, identity }: Settings): never {
  throw new BridgeError("missing-credentials", `${PHRASES.noCredentials} ${host}: whose is not said.`, {
    path: "auth",
    hint: `Give identityId in auth, or set ${identity.variable}.`,
  });
}
