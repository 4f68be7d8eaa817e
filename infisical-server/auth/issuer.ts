// Who stands behind logins without a client secret, for tests and trials: an OIDC issuer with its keys, the token endpoint
// of GitHub Actions, the token review of a Kubernetes cluster, and AWS's STS. None of it is Infisical's.
import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { signerOf } from "./aws-signature.ts";
import { type Claims, listed, verifiedClaims } from "./verify-jwt.ts";

/** Credentials that the issuer's STS knows. */
export interface AwsPrincipal {
  accessKeyId: string;
  secretAccessKey: string;
  arn: string;
}

export interface IssuerOptions {
  /** Milliseconds since 1970. @default the time of this machine */
  now?: () => number;
  /** What tokens of its GitHub endpoint say, beside the audience. @default a repository of ours */
  github?: Claims;
  aws?: readonly AwsPrincipal[];
}

export interface Issuer extends AsyncDisposable {
  /** http://127.0.0.1:PORT: the `iss` of its tokens, the discovery URL, the Kubernetes host and the STS endpoint. */
  readonly url: string;
  /** PEM, for logins that are given keys. */
  readonly publicKey: string;
  /** A signed token; claims go before those that every token has. A life of `undefined` is none, and so no `exp`. */
  token(claims?: Claims, life?: { seconds: number | undefined }): string;
  /** By these a job of GitHub Actions asks for its token. */
  readonly github: { ACTIONS_ID_TOKEN_REQUEST_URL: string; ACTIONS_ID_TOKEN_REQUEST_TOKEN: string };
  /** All tokens that it has issued. */
  readonly issued: readonly string[];
  /** Requests as `GET /path`, in order of arrival. */
  readonly requests: readonly string[];
}

const KEY_ID = "issuer-key";
const GITHUB = { sub: "repo:acme/app:ref:refs/heads/main", repository: "acme/app" };

/** Starts an issuer on loopback. */
export async function startIssuer(options: IssuerOptions = {}): Promise<Issuer> {
  const { now = Date.now, github = GITHUB, aws = [] } = options;
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const bearer = randomUUID();
  const requests: string[] = [];
  const issued: string[] = [];

  const token: Issuer["token"] = (claims = {}, { seconds } = { seconds: 300 }) => {
    const iat = Math.floor(now() / 1000);
    const all = {
      iss: url,
      jti: randomUUID(),
      iat,
      ...(seconds !== undefined && { exp: iat + seconds }),
      ...claims,
    };
    const content = [{ alg: "ES256", typ: "JWT", kid: KEY_ID }, all].map(encoded).join(".");
    const key = { key: privateKey, dsaEncoding: "ieee-p1363" as const };
    const jwt = `${content}.${sign("sha256", Buffer.from(content), key).toString("base64url")}`;
    issued.push(jwt);
    return jwt;
  };

  const answer = async (request: IncomingMessage, body: string): Promise<object | undefined> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", url);
    switch (`${request.method} ${pathname}`) {
      case "GET /.well-known/openid-configuration":
        return { issuer: url, jwks_uri: `${url}/keys` };
      case "GET /keys":
        return { keys: [{ ...publicKey.export({ format: "jwk" }), kid: KEY_ID, use: "sig", alg: "ES256" }] };
      case "GET /actions/token":
        return request.headers.authorization === `Bearer ${bearer}`
          ? { value: token({ ...github, aud: searchParams.get("audience") ?? "https://github.com/acme" }) }
          : undefined;
      case "POST /apis/authentication.k8s.io/v1/tokenreviews":
        return reviewed(body, async (jwt) => verifiedClaims(jwt, async () => [publicKey], now() / 1000));
      case "POST /": {
        const principal = signerOf(request.headers, body, aws);
        return principal && callerIdentity(principal);
      }
      default:
        return undefined;
    }
  };

  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    requests.push(`${request.method} ${request.url}`);
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const found = await answer(request, Buffer.concat(pieces).toString());
    response.writeHead(found ? 200 : 403, { "content-type": "application/json" });
    response.end(JSON.stringify(found ?? {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    publicKey: publicKey.export({ format: "pem", type: "spki" }).toString(),
    token,
    github: {
      // With a query, as GitHub's has one.
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/actions/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
    },
    requests,
    issued,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");

const tokenReview = z.object({
  spec: z.object({ token: z.string(), audiences: z.array(z.string()).optional() }),
});

async function reviewed(body: string, verify: (jwt: string) => Promise<Claims>): Promise<object> {
  const { token, audiences: asked } = tokenReview.parse(JSON.parse(body)).spec;
  try {
    const { sub, aud } = await verify(token);
    const own = Array.isArray(aud) ? aud.map(String) : listed(String(aud ?? ""));
    const audiences = asked?.filter((one) => own.includes(one)) ?? own;
    if (audiences.length === 0)
      return {
        status: { error: `token audiences ${JSON.stringify(own)} is invalid for the target audiences` },
      };
    return { status: { authenticated: true, user: { username: String(sub) }, audiences } };
  } catch {
    return { status: { error: "[invalid bearer token, service account token has expired]" } };
  }
}

const callerIdentity = ({ arn, accessKeyId }: AwsPrincipal) => ({
  GetCallerIdentityResponse: {
    GetCallerIdentityResult: { Account: arn.split(":")[4] ?? "", Arn: arn, UserId: accessKeyId },
  },
});
