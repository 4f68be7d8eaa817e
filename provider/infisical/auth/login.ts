/** How a client logs in, as a value: which method, as whom, and where its token comes from. */
import type { SecretValue } from "../../secret-value.ts";
import type { TokenSource } from "./token-source.ts";

/** The methods by which a machine identity proves who it is by a token that somebody else has issued. */
type TokenMethod = "oidc" | "kubernetes" | "jwt";

export type Login = (
  | { method: "token"; token: SecretValue }
  | { method: "universal"; clientId: string; clientSecret: SecretValue }
  | { method: TokenMethod; identityId: string; source: TokenSource }
  | { method: "aws-iam"; identityId: string }
) & {
  /** Another organization than the identity's own. */
  organizationSlug?: string | undefined;
};

/** Infisical's name of each method, for people. */
export const METHOD_NAMES = {
  token: "access token",
  universal: "Universal Auth",
  oidc: "OIDC Auth",
  kubernetes: "Kubernetes Auth",
  "aws-iam": "AWS Auth",
  jwt: "JWT Auth",
} as const;

/** Infisical's name of each method that logs in, in its routes and in the methods of connections. */
export const METHOD_ROUTES = {
  universal: "universal-auth",
  oidc: "oidc-auth",
  kubernetes: "kubernetes-auth",
  "aws-iam": "aws-auth",
  jwt: "jwt-auth",
} as const;

/** What is secret about a login before it is made; tokens of sources are known once they were asked for. */
export function secretOf(login: Login): SecretValue | undefined {
  switch (login.method) {
    case "token":
      return login.token;
    case "universal":
      return login.clientSecret;
    case "aws-iam":
      return undefined;
    default:
      return login.source.from === "argument" ? login.source.token : undefined;
  }
}

/** Who logs in, for errors: `5c1f… ` where it is as ever, else with the method. */
export function whoOf(login: Exclude<Login, { method: "token" }>): string {
  if (login.method === "universal") return login.clientId;
  return `identity ${login.identityId} by ${METHOD_NAMES[login.method]}`;
}

/** True where one client serves both. */
export function isSameLogin(a: Login, b: Login): boolean {
  if (a.method !== b.method || a.organizationSlug !== b.organizationSlug) return false;
  const [one, other] = [secretOf(a), secretOf(b)];
  const isSameSecret = one === undefined || other === undefined ? one === other : one.equals(other);
  return isSameSecret && openly(a) === openly(b);
}

/** All that is not secret, in the order in which logins are made; a secret says that it is one. */
const openly = (login: Login) => JSON.stringify(login);
