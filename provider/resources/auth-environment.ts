/** What the environment says of the source's login, by the names of Infisical's SDKs, command line and Terraform provider. */
import { BridgeError } from "../errors.ts";
import { lookUp } from "../look-up.ts";
import { PHRASES } from "../phrases.ts";
import { isPlain } from "./properties.ts";
import type { Properties } from "./resource.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const METHOD = "INFISICAL_AUTH_METHOD";
const IDENTITY = "INFISICAL_MACHINE_IDENTITY_ID";

/** As the Terraform provider spells the methods, and as the command line does. */
const METHODS: Readonly<Record<string, string>> = {
  oidc: "oidc",
  universal: "universal",
  kubernetes: "kubernetes",
  aws_iam: "awsIam",
  jwt: "jwt",
  token: "token",
  "oidc-auth": "oidc",
  "universal-auth": "universal",
  "aws-iam": "awsIam",
  "jwt-auth": "jwt",
};

/** What each method takes from the environment where it is not given; the first that is set. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  universal: {
    clientId: ["INFISICAL_UNIVERSAL_AUTH_CLIENT_ID"],
    clientSecret: ["INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET"],
  },
  oidc: {
    identityId: ["INFISICAL_OIDC_AUTH_IDENTITY_ID", IDENTITY],
    // The second is what the Terraform provider's page says, the first what it reads.
    tokenEnvironmentVariableName: ["INFISICAL_OIDC_AUTH_TOKEN_NAME", "INFISICAL_OIDC_AUTH_TOKEN_KEY_NAME"],
    audience: ["EXTERNAL_INFISICAL_OIDC_AUDIENCE"],
  },
  kubernetes: { identityId: ["INFISICAL_KUBERNETES_IDENTITY_ID", IDENTITY] },
  awsIam: { identityId: ["INFISICAL_AWS_IAM_AUTH_IDENTITY_ID", IDENTITY] },
  jwt: { identityId: [IDENTITY] },
};

/** Of these alone Infisical's SDKs know which method is meant. */
const TELLING: readonly (readonly [variable: string, method: string])[] = [
  ["INFISICAL_OIDC_AUTH_IDENTITY_ID", "oidc"],
  ["INFISICAL_KUBERNETES_IDENTITY_ID", "kubernetes"],
  ["INFISICAL_AWS_IAM_AUTH_IDENTITY_ID", "awsIam"],
];

/**
 * The login that the environment asks for by name.
 *
 * @throws BridgeError `invalid-arguments`, `missing-credentials`
 */
export function askedMethod(environment: Environment): Properties | undefined {
  const asked = lookUp(environment, METHOD)?.trim();
  if (!asked) return undefined;
  const method = lookUp(METHODS, asked);
  if (method === undefined)
    throw new BridgeError("invalid-arguments", `${METHOD} names no method to log in by.`, {
      hint: `Methods are ${Object.keys(METHODS).slice(0, 6).join(", ")}.`,
    });
  if (method !== "token") return { [method]: {} };
  const token = lookUp(environment, "INFISICAL_TOKEN");
  if (token) return { token };
  throw new BridgeError(
    "missing-credentials",
    `${PHRASES.noCredentials} the source instance: ${METHOD} says token, and INFISICAL_TOKEN is not set.`,
    { hint: `Set it, or let ${METHOD} say another method.` },
  );
}

/** The login whose own variable is set, where the environment names none. */
export function toldMethod(environment: Environment): Properties | undefined {
  const told = TELLING.find(([variable]) => lookUp(environment, variable));
  return told && { [told[1]]: {} };
}

/** A login with what is left out of it taken from the environment. What is none is found wrong later. */
export function completed(auth: unknown, environment: Environment): unknown {
  if (!isPlain(auth)) return auth;
  const slug = lookUp(environment, "INFISICAL_AUTH_ORGANIZATION_SLUG");
  const methods = Object.entries(auth).map(([method, given]) => [
    method,
    isPlain(given) ? { ...fieldsOf(method, given, environment), ...given } : given,
  ]);
  return { ...(slug && { organizationSlug: slug }), ...Object.fromEntries(methods) };
}

function fieldsOf(method: string, given: Properties, environment: Environment): Properties {
  const fields = Object.entries(lookUp(FIELDS, method) ?? {}).flatMap(([field, variables]) => {
    const value = variables.map((name) => lookUp(environment, name)).find(Boolean);
    // A token's place that is given is the only one.
    const isPlaced = field === "tokenEnvironmentVariableName" && (given["tokenPath"] ?? given["audience"]);
    return value === undefined || isPlaced ? [] : [[field, value] as const];
  });
  return Object.fromEntries(fields);
}
