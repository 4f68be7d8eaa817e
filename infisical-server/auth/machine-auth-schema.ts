// What identities have set up for logins without a client secret, in the fields of the API (contract §21).
import { z } from "zod";
import { settingsSchema } from "./universal-auth-schema.ts";

const tokenSettings = settingsSchema.pick({
  accessTokenTTL: true,
  accessTokenMaxTTL: true,
  accessTokenNumUsesLimit: true,
}).shape;

/** What is empty is not looked at. */
const bounds = {
  /** Comma list. */
  boundAudiences: z.string().default(""),
  boundSubject: z.string().default(""),
  /** Claim → comma list. */
  boundClaims: z.record(z.string(), z.string()).default({}),
};

const oidcAuth = z.strictObject({
  oidcDiscoveryUrl: z.url(),
  boundIssuer: z.string().trim().min(1),
  ...bounds,
  ...tokenSettings,
});

const jwtAuth = z.strictObject({
  configurationType: z.enum(["jwks", "static"]),
  jwksUrl: z.string().default(""),
  /** PEM. */
  publicKeys: z.array(z.string()).default([]),
  boundIssuer: z.string().default(""),
  ...bounds,
  ...tokenSettings,
});

const kubernetesAuth = z.strictObject({
  kubernetesHost: z.url(),
  /** Comma lists. */
  allowedNamespaces: z.string().default(""),
  allowedNames: z.string().default(""),
  allowedAudience: z.string().default(""),
  ...tokenSettings,
});

const awsAuth = z.strictObject({
  stsEndpoint: z.url().default("https://sts.amazonaws.com/"),
  /** Comma lists. */
  allowedAccountIds: z.string().default(""),
  allowedPrincipalArns: z.string().default(""),
  ...tokenSettings,
});

/** By which of these an identity can log in. */
export const machineAuths = {
  oidcAuth: oidcAuth.optional(),
  jwtAuth: jwtAuth.optional(),
  kubernetesAuth: kubernetesAuth.optional(),
  awsAuth: awsAuth.optional(),
};

type OidcAuth = z.output<typeof oidcAuth>;
type JwtAuth = z.output<typeof jwtAuth>;
export type KubernetesAuth = z.output<typeof kubernetesAuth>;
type AwsAuth = z.output<typeof awsAuth>;
export type Bounds = Pick<OidcAuth, keyof typeof bounds>;

/** Parsed once, when the identity is made. */
export interface MachineAuths {
  oidcAuth?: OidcAuth | undefined;
  jwtAuth?: JwtAuth | undefined;
  kubernetesAuth?: KubernetesAuth | undefined;
  awsAuth?: AwsAuth | undefined;
}

/** As the API's routes and tokens call them. */
export const METHODS = {
  oidcAuth: "oidc-auth",
  jwtAuth: "jwt-auth",
  kubernetesAuth: "kubernetes-auth",
  awsAuth: "aws-auth",
} as const satisfies Record<keyof MachineAuths, string>;
