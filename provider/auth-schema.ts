/**
 * How a machine identity logs in, described once. Names and forms are those of `auth` in Infisical's own Terraform provider
 * (data-plane §21.7); `jwt`, `audience` and `tokenPath`, which that lacks, are made to fit.
 */
import { z } from "zod";
import { strictObject } from "./unknown-names.ts";

export const clientId = z.string().trim().check(z.guid("must be the UUID that Infisical shows as Client ID"));
export const clientSecret = z.string().trim().min(1).max(512);

/** A token that is used as it is. */
export const accessToken = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]+$/, "must be one word of printable ASCII characters");

export const SERVICE_ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** Where a login finds its token if nothing else is said; the first that is set. */
export const TOKEN_VARIABLES = {
  oidc: ["INFISICAL_AUTH_JWT", "INFISICAL_OIDC_AUTH_JWT", "INFISICAL_JWT"],
  jwt: ["INFISICAL_JWT", "INFISICAL_AUTH_JWT"],
} as const;

const SOURCE = "INFISICAL_MACHINE_IDENTITY_ID";
const CONNECTIONS = "EXTERNAL_INFISICAL_<NAME>_IDENTITY_ID";

const identityOf = (method: string, environment: string) =>
  z
    .string()
    .trim()
    .check(z.guid("must be the UUID that Infisical shows as Identity ID"))
    .optional()
    .meta({ description: `ID (a UUID) of a machine identity with ${method}.`, environment });

const path = (description: string) => z.string().trim().min(1).optional().meta({ description });

const issuedToken = (variable: string) => ({
  tokenEnvironmentVariableName: z
    .string()
    .trim()
    .regex(/^[A-Za-z_]\w*$/, "must be the name of an environment variable")
    .optional()
    .meta({
      description: `Name of the environment variable that holds the token, a JWT: read at each login. ${variable}`,
    }),
  tokenPath: path("Path of a file that holds the token instead: read at each login."),
});

const audience = path(
  "In GitHub Actions: the audience for which the job asks its token, at each login, where no variable or file holds one. Left out, it is GitHub's own, the URL of the repository's owner.",
);

const serviceAccountTokenPath = path(
  `Path of the service account's token: read at each login. Default: \`${SERVICE_ACCOUNT_TOKEN}\`.`,
);

const organizationSlug = (environment: object) =>
  z
    .string()
    .trim()
    .min(1)
    .max(64)
    .optional()
    .meta({
      description: "Slug of the organization to log in to, where it is not the identity's own.",
      ...environment,
    });

const DESCRIPTIONS = {
  oidc: "Log in by a token of an OIDC issuer, such as a CI system.",
  kubernetes: "Log in as a Kubernetes service account.",
  awsIam:
    "Log in as an AWS principal, by `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and `AWS_REGION` of the environment.",
  jwt: "Log in by a JWT whose keys the identity's settings name.",
} as const;

const METHODS = ["oidc", "universal", "kubernetes", "awsIam", "jwt", "token"];

const hasOneMethod = (auth: object): boolean =>
  METHODS.filter((method) => Object.hasOwn(auth, method) && auth[method as keyof typeof auth] !== undefined)
    .length === 1;
const ONE_METHOD = "must name one method";

const CONNECTION_VARIABLE = "Of a connection this, a file or an audience must be given.";

/** Has a place where the token is: one that is left out would be the source's. */
const hasSource = (method: {
  tokenEnvironmentVariableName?: unknown;
  tokenPath?: unknown;
  audience?: unknown;
}) => (method.tokenEnvironmentVariableName ?? method.tokenPath ?? method.audience) !== undefined;
const SOURCE_NEEDED = "needs tokenEnvironmentVariableName or tokenPath, or an audience in GitHub Actions";

/** How a connection logs in without a client secret. */
export const connectionAuth = strictObject({
  organizationSlug: organizationSlug({}),
  oidc: strictObject({
    identityId: identityOf("OIDC Auth", CONNECTIONS),
    ...issuedToken(CONNECTION_VARIABLE),
    audience,
  })
    .refine(hasSource, SOURCE_NEEDED)
    .optional()
    .meta({ description: DESCRIPTIONS.oidc }),
  kubernetes: strictObject({
    identityId: identityOf("Kubernetes Auth", CONNECTIONS),
    serviceAccountTokenPath,
  })
    .optional()
    .meta({ description: DESCRIPTIONS.kubernetes }),
  awsIam: strictObject({ identityId: identityOf("AWS Auth", CONNECTIONS) })
    .optional()
    .meta({ description: DESCRIPTIONS.awsIam }),
  jwt: strictObject({ identityId: identityOf("JWT Auth", CONNECTIONS), ...issuedToken(CONNECTION_VARIABLE) })
    .refine(hasSource, SOURCE_NEEDED)
    .optional()
    .meta({ description: DESCRIPTIONS.jwt }),
}).refine(hasOneMethod, ONE_METHOD);
export type ConnectionAuth = z.output<typeof connectionAuth>;

const machineMethods = {
  organizationSlug: organizationSlug({ environment: "INFISICAL_AUTH_ORGANIZATION_SLUG" }),
  oidc: strictObject({
    identityId: identityOf("OIDC Auth", SOURCE),
    ...issuedToken(`Default: \`${TOKEN_VARIABLES.oidc[0]}\`; in GitHub Actions the job asks for its token.`),
    audience,
  })
    .optional()
    .meta({ description: DESCRIPTIONS.oidc }),
  kubernetes: strictObject({ identityId: identityOf("Kubernetes Auth", SOURCE), serviceAccountTokenPath })
    .optional()
    .meta({ description: DESCRIPTIONS.kubernetes }),
  awsIam: strictObject({ identityId: identityOf("AWS Auth", SOURCE) })
    .optional()
    .meta({ description: DESCRIPTIONS.awsIam }),
  jwt: strictObject({
    identityId: identityOf("JWT Auth", SOURCE),
    ...issuedToken(`Default: \`${TOKEN_VARIABLES.jwt[0]}\`.`),
  })
    .optional()
    .meta({ description: DESCRIPTIONS.jwt }),
};

/** What a file that is read by others may say of the source's login: nothing of it is secret. */
export const openAuth = strictObject(machineMethods).refine(hasOneMethod, ONE_METHOD);

/** How the provider logs in to the source. */
export const sourceAuth = strictObject({
  ...machineMethods,
  kubernetes: strictObject({
    identityId: identityOf("Kubernetes Auth", SOURCE),
    serviceAccountTokenPath,
    serviceAccountToken: z.string().trim().min(1).optional().meta({
      description: "The service account's token itself, which goes before the path.",
      environment: "INFISICAL_KUBERNETES_SERVICE_ACCOUNT_TOKEN",
      sensitive: true,
    }),
  })
    .optional()
    .meta({ description: DESCRIPTIONS.kubernetes }),
  universal: strictObject({
    clientId: clientId.optional().meta({
      description: "Client ID (a UUID) of the Universal Auth of a machine identity.",
      environment: "INFISICAL_UNIVERSAL_AUTH_CLIENT_ID",
    }),
    clientSecret: clientSecret.optional().meta({
      description: "Client secret of that identity.",
      environment: "INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET",
      sensitive: true,
    }),
  })
    .optional()
    .meta({ description: "Log in by client ID and secret." }),
  token: accessToken.optional().meta({
    description: "An access token, instead of a login.",
    environment: "INFISICAL_TOKEN",
    sensitive: true,
  }),
}).refine(hasOneMethod, ONE_METHOD);
export type SourceAuth = z.output<typeof sourceAuth>;
