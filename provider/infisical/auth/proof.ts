/** What a login sends: the body of its request, and what it says of itself should it be refused. */
import { BridgeError } from "../../errors.ts";
import { PHRASES } from "../../phrases.ts";
import { awsCredentials, signedIdentityRequest } from "./aws.ts";
import { type Claims, claimsText } from "./claims.ts";
import type { Login } from "./login.ts";
import { type Asking, askForToken, sourceText } from "./token-source.ts";

/** Any login but a token that is one already. */
export type Provable = Exclude<Login, { method: "token" }>;

export interface Proof {
  body: object;
  /** Not to be shown, from now on. */
  secrets: readonly string[];
  /** What was sent, for who is told that it was refused. */
  says?: string;
  claims?: Claims;
}

/**
 * Asks for what proves the identity, anew each time.
 *
 * @throws BridgeError `missing-credentials`
 */
export async function prove(login: Provable, asking: Asking & { now: Date }): Promise<Proof> {
  const proof = await proofOf(login, asking);
  const { organizationSlug } = login;
  // Versions of 2025 know it by another name, and each drops what it does not know.
  const organization = organizationSlug && { organizationSlug, subOrganizationName: organizationSlug };
  return { ...proof, body: { ...proof.body, ...organization } };
}

async function proofOf(login: Provable, asking: Asking & { now: Date }): Promise<Proof> {
  switch (login.method) {
    case "universal": {
      const { clientId, clientSecret } = login;
      return { body: { clientId, clientSecret: clientSecret.reveal() }, secrets: [clientSecret.reveal()] };
    }
    case "aws-iam":
      return awsProof(login.identityId, asking);
    case "oidc":
    case "kubernetes":
    case "jwt": {
      const { token, claims } = await askForToken(login.source, asking);
      const jwt = token.reveal();
      const says = `the token from ${sourceText(login.source)} says ${claimsText(claims)}`;
      return { body: { identityId: login.identityId, jwt }, secrets: [jwt], says, claims };
    }
    default:
      return login satisfies never;
  }
}

function awsProof(identityId: string, { environment, now, what, path }: Asking & { now: Date }): Proof {
  const credentials = awsCredentials(environment);
  if ("missing" in credentials)
    throw new BridgeError(
      "missing-credentials",
      `Cannot ${what}: ${PHRASES.noToken} the environment: ${credentials.missing.join(", ")} ${credentials.missing.length > 1 ? "are" : "is"} not set.`,
      {
        path,
        hint: "AWS credentials are taken from these variables alone. Where they come from elsewhere (a profile, a role of the instance, container or pod), set them by: eval $(aws configure export-credentials --format env).",
      },
    );
  const { accessKeyId, secretAccessKey, sessionToken, region } = credentials;
  const request = signedIdentityRequest(credentials, now);
  return {
    body: { identityId, ...request },
    // The signed request is as good as a password for some minutes.
    secrets: [secretAccessKey, request.iamRequestHeaders, ...(sessionToken ? [sessionToken] : [])],
    says: `the request was signed with the access key ${accessKeyId} for ${region} at ${now.toISOString()}`,
  };
}
