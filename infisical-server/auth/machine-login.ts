// Logins without a client secret, each in the order of checks of contract §21.
import { createPublicKey } from "node:crypto";
import { z } from "zod";
import type { Context } from "../context.ts";
import { forbidden, notFound, unauthorized } from "../http/errors.ts";
import type { Identity } from "../model.ts";
import { whoSigned } from "./aws-identity.ts";
import type { KubernetesAuth, MachineAuths } from "./machine-auth-schema.ts";
import { METHODS } from "./machine-auth-schema.ts";
import { issueToken, type TokenAnswer } from "./tokens.ts";
import {
  type Failure,
  failureOf,
  jsonAt,
  keysAt,
  listed,
  requireBounds,
  verifiedClaims,
} from "./verify-jwt.ts";

type Method = keyof MachineAuths;
type Login = Pick<Context, "world" | "revision">;

const organization = {
  organizationSlug: z.string().trim().min(1).max(64).optional(),
};
export const withJwt = z.object({ identityId: z.string().trim(), jwt: z.string().trim(), ...organization });
export const withAwsRequest = z.object({
  identityId: z.string().trim(),
  iamHttpRequestMethod: z.string().default("POST"),
  iamRequestBody: z.string(),
  iamRequestHeaders: z.string(),
  ...organization,
});
type WithJwt = z.output<typeof withJwt>;

const NAMES: Readonly<Record<Method, string>> = {
  oidcAuth: "OIDC",
  jwtAuth: "JWT",
  kubernetesAuth: "Kubernetes",
  awsAuth: "AWS",
};

export async function oidcLogin(login: Login, body: WithJwt): Promise<TokenAnswer> {
  const { identity, auth, fail } = find(login, "oidcAuth", body.identityId);
  const discovery = `${auth.oidcDiscoveryUrl.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const found = await jsonAt(discovery, () =>
    fail(`Access denied: Failed to fetch OIDC discovery document from ${discovery}`),
  );
  const jwksUri = z.object({ jwks_uri: z.string() }).safeParse(found).data?.jwks_uri;
  if (jwksUri === undefined)
    throw fail("Access denied: the OIDC discovery document does not contain a jwks_uri");
  const claims = await verifiedClaims(body.jwt, (header) => keysAt(jwksUri, header, fail), now(login));
  if (claims["iss"] !== auth.boundIssuer)
    throw unauthorized(`Access denied: jwt issuer invalid. expected: ${auth.boundIssuer}`);
  requireBounds(claims, auth, "OIDC", fail);
  return issue(login, "oidcAuth", identity, auth, body);
}

export async function jwtLogin(login: Login, body: WithJwt): Promise<TokenAnswer> {
  const { identity, auth, fail } = find(login, "jwtAuth", body.identityId);
  const keysOf: Parameters<typeof verifiedClaims>[1] = async (header) =>
    auth.configurationType === "jwks"
      ? keysAt(auth.jwksUrl, header, fail)
      : auth.publicKeys.map((key) => createPublicKey(key));
  const claims = await verifiedClaims(body.jwt, keysOf, now(login));
  if (auth.boundIssuer !== "" && claims["iss"] !== auth.boundIssuer)
    throw forbidden("Access denied: issuer mismatch");
  requireBounds(claims, auth, "JWT", fail);
  return issue(login, "jwtAuth", identity, auth, body);
}

const review = z.object({
  status: z.object({
    authenticated: z.boolean().optional(),
    error: z.string().optional(),
    user: z.object({ username: z.string() }).optional(),
    audiences: z.array(z.string()).optional(),
  }),
});

export async function kubernetesLogin(login: Login, body: WithJwt): Promise<TokenAnswer> {
  const { identity, auth, fail } = find(login, "kubernetesAuth", body.identityId);
  const { status } = review.parse(await reviewed(auth, body.jwt, fail));
  if (status.error !== undefined) throw unauthorized(status.error);
  if (status.authenticated !== true) throw unauthorized("Kubernetes token not authenticated");
  const [, kind, namespace = "", name = ""] = status.user?.username.split(":") ?? [];
  if (kind !== "serviceaccount") throw fail("Only service accounts can log in");
  const requireOneOf = (allowed: string, value: string, what: string) => {
    if (allowed !== "" && !listed(allowed).includes(value))
      throw unauthorized(`Access denied: K8s ${what} not allowed.`);
  };
  requireOneOf(auth.allowedNamespaces, namespace, "namespace");
  requireOneOf(auth.allowedNames, name, "name");
  if (auth.allowedAudience !== "" && !status.audiences?.includes(auth.allowedAudience))
    throw unauthorized("Access denied: K8s audience not allowed.");
  return issue(login, "kubernetesAuth", identity, auth, body);
}

/** The cluster judges the token; the client never talks to it. */
const reviewed = ({ kubernetesHost, allowedAudience }: KubernetesAuth, token: string, fail: Failure) =>
  jsonAt(
    `${kubernetesHost.replace(/\/$/, "")}/apis/authentication.k8s.io/v1/tokenreviews`,
    () => fail("The Kubernetes API does not answer"),
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenReview",
        spec: { token, ...(allowedAudience !== "" && { audiences: [allowedAudience] }) },
      }),
    },
  );

export async function awsLogin(login: Login, body: z.output<typeof withAwsRequest>): Promise<TokenAnswer> {
  const { identity, auth, fail } = find(login, "awsAuth", body.identityId);
  const { account, arn } = await whoSigned(body, auth.stsEndpoint, fail);
  if (auth.allowedAccountIds !== "" && !listed(auth.allowedAccountIds).includes(account))
    throw unauthorized("AWS account ID not allowed");
  const [, , , , , resource = ""] = arn.split(":");
  const [kind, name] = resource.split("/");
  // A session of a role counts as the role.
  const principal = `arn:aws:iam::${account}:${kind === "assumed-role" ? "role" : kind}/${name}`;
  const isAllowed = listed(auth.allowedPrincipalArns).some(
    (one) => one === principal || one === `arn:aws:iam::${account}:*`,
  );
  if (auth.allowedPrincipalArns !== "" && !isAllowed) throw unauthorized("AWS principal ARN not allowed");
  return issue(login, "awsAuth", identity, auth, body);
}

/** Seconds since 1970. */
const now = ({ world }: Login) => world.now() / 1000;

function find<M extends Method>({ world, revision }: Login, method: M, identityId: string) {
  const fail = failureOf(revision.login);
  const identity = world.identities.get(identityId);
  const auth = identity?.machineAuths?.[method];
  const name = NAMES[method];
  if (!identity || !auth)
    throw notFound(`${name} auth method not found for identity, did you configure ${name} auth?`);
  return { identity, auth: auth as NonNullable<MachineAuths[M]>, fail };
}

function issue(
  login: Login,
  method: Method,
  identity: Identity,
  auth: NonNullable<MachineAuths[Method]>,
  { organizationSlug }: { organizationSlug?: string | undefined },
): TokenAnswer {
  if (organizationSlug !== undefined && organizationSlug !== login.world.organization.slug)
    throw notFound(`Organization with slug '${organizationSlug}' not found`);
  return issueToken(login, { identity, settings: auth, authMethod: METHODS[method] });
}
