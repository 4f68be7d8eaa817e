// Logins without a client secret: what is checked, in which order, and how it is answered (contract §21).
import { InfisicalSDK } from "@infisical/sdk";
import { expect, test, vi } from "vitest";
import { type InfisicalServerOptions, type Issuer, startInfisicalServer, startIssuer } from "../index.ts";

const AUDIENCE = "https://infisical.example.com";
const SUBJECT = "repo:acme/app:ref:refs/heads/main";
const AWS = {
  accessKeyId: "AKIAEXAMPLE",
  secretAccessKey: "canary-secret-access-key",
  arn: "arn:aws:sts::123456789012:assumed-role/deployer/session",
};

interface World extends AsyncDisposable {
  issuer: Issuer;
  identityId: string;
  clock: { ms: number };
  logIn(method: string, body: object): Promise<{ status: number; message: unknown; body: unknown }>;
  url: string;
}

async function start(
  auths: (issuer: Issuer) => object,
  options: InfisicalServerOptions = {},
): Promise<World> {
  const clock = { ms: Date.UTC(2026, 0, 2) };
  const issuer = await startIssuer({ now: () => clock.ms, aws: [AWS] });
  const server = await startInfisicalServer({
    clock: { now: () => clock.ms, schedule: () => () => {} },
    ...options,
  });
  const { identityId } = server.createIdentity({ name: "ci", ...auths(issuer) });
  return {
    issuer,
    identityId,
    clock,
    url: server.url,
    async logIn(method, body) {
      const answer = await fetch(`${server.url}/api/v1/auth/${method}/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ identityId, ...body }),
      });
      const told = (await answer.json()) as { message?: unknown };
      return { status: answer.status, message: told.message, body: told };
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await issuer[Symbol.asyncDispose]();
    },
  };
}

const oidcAuth = ({ url }: Issuer) => ({
  oidcAuth: {
    oidcDiscoveryUrl: url,
    boundIssuer: url,
    boundAudiences: `https://other.example.com, ${AUDIENCE}`,
    boundSubject: "repo:acme/**",
    boundClaims: { environment: "prod, dev" },
    accessTokenTTL: 600,
  },
});
const GOOD = { sub: SUBJECT, aud: AUDIENCE, environment: "prod" };

test("a good token logs in, again and again, and its keys are fetched each time", async () => {
  await using world = await start(oidcAuth);
  const jwt = world.issuer.token(GOOD);
  for (const _ of [1, 2]) {
    const { status, body } = await world.logIn("oidc-auth", { jwt: `\n${jwt}\n` });
    expect(status).toBe(200);
    expect(body).toMatchObject({ accessToken: expect.any(String), expiresIn: 600, tokenType: "Bearer" });
  }
  expect(world.issuer.requests).toEqual([
    "GET /.well-known/openid-configuration",
    "GET /keys",
    "GET /.well-known/openid-configuration",
    "GET /keys",
  ]);
});

type Case = [what: string, claims: object, answer: [number, string], answerOf2024?: [number, string]];
const WRONG = "Something went wrong";
const CASES: Case[] = [
  [
    "another issuer",
    { iss: "https://evil.example.com" },
    [401, "Access denied: jwt issuer invalid. expected: "],
  ],
  ["another subject", { sub: "repo:other/app" }, [403, "Access denied: OIDC subject not allowed."]],
  ["no subject", { sub: undefined }, [401, "Access denied: token has no sub field"], [500, WRONG]],
  [
    "another audience",
    { aud: "https://evil.example.com" },
    [401, "Access denied: OIDC audience not allowed."],
  ],
  ["no audience", { aud: undefined }, [401, "Access denied: token has no aud field"], [500, WRONG]],
  ["another claim", { environment: "test" }, [401, "Access denied: OIDC claim not allowed."]],
  [
    "no claim",
    { environment: undefined },
    [401, "Access denied: token has no environment field"],
    [500, WRONG],
  ],
  ["a life that has ended", { exp: Date.UTC(2026, 0, 2) / 1000 }, [401, "Access denied: jwt expired"]],
  ["a life to come", { nbf: Date.UTC(2026, 0, 2) / 1000 + 1 }, [401, "Access denied: jwt not active"]],
];

test.each(CASES)("a token with %s is refused", async (_what, claims, newest, old = newest) => {
  for (const [profile, [status, message]] of [
    ["newest", newest],
    ["2024-10", old],
  ] as const) {
    await using world = await start(oidcAuth, { profile });
    const answer = await world.logIn("oidc-auth", { jwt: world.issuer.token({ ...GOOD, ...claims }) });
    expect(answer).toMatchObject({ status, message: expect.stringContaining(message) });
  }
});

test("a list of audiences is enough with one of them, and a fault to versions of 2024", async () => {
  const claims = { ...GOOD, aud: ["https://evil.example.com", AUDIENCE] };
  await using world = await start(oidcAuth);
  expect((await world.logIn("oidc-auth", { jwt: world.issuer.token(claims) })).status).toBe(200);
  await using old = await start(oidcAuth, { profile: "2024-10" });
  expect((await old.logIn("oidc-auth", { jwt: old.issuer.token(claims) })).status).toBe(500);
});

test("a token that is signed by another key, none, or with none, is refused", async () => {
  await using world = await start(oidcAuth);
  await using other = await startIssuer({ now: () => world.clock.ms });
  const forged = other.token({ ...GOOD, iss: world.issuer.url });
  const unsigned = [{ alg: "none" }, GOOD].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  const answers = [
    await world.logIn("oidc-auth", { jwt: forged }),
    await world.logIn("oidc-auth", { jwt: `${unsigned.join(".")}.x` }),
    await world.logIn("oidc-auth", { jwt: "no token" }),
    await world.logIn("oidc-auth", { jwt: "" }),
  ];
  expect(answers.map(({ message }) => message)).toEqual([
    "Access denied: invalid signature",
    "Access denied: invalid algorithm",
    "Invalid JWT",
    "Invalid JWT",
  ]);
});

test.each([
  ["repo:acme/**", true],
  ["repo:acme/app:ref:refs/heads/*", true],
  ["repo:acme/*:*", false],
  ["repo:acme/app:*", false],
  ["repo:acme/app:**", false],
])("the subject pattern %s matches a branch of the repository: %s", async (boundSubject, isMatch) => {
  await using world = await start((issuer) => ({
    oidcAuth: { oidcDiscoveryUrl: issuer.url, boundIssuer: issuer.url, boundSubject },
  }));
  const { status } = await world.logIn("oidc-auth", { jwt: world.issuer.token(GOOD) });
  expect(status).toBe(isMatch ? 200 : 403);
});

test("an issuer that is away is a refusal, and a fault to versions of 2024", async () => {
  const away = () => ({
    oidcAuth: { oidcDiscoveryUrl: "http://127.0.0.1:1", boundIssuer: "http://127.0.0.1:1" },
  });
  await using world = await start(away);
  expect(await world.logIn("oidc-auth", { jwt: world.issuer.token() })).toMatchObject({
    status: 401,
    message: expect.stringContaining("Failed to fetch OIDC discovery document"),
  });
  await using old = await start(away, { profile: "2024-10" });
  expect((await old.logIn("oidc-auth", { jwt: old.issuer.token() })).status).toBe(500);
});

test("methods that are not set up are not found, and JWT has no route in 2024", async () => {
  await using world = await start(() => ({}));
  const jwt = world.issuer.token();
  for (const method of ["oidc-auth", "kubernetes-auth", "jwt-auth"])
    expect(await world.logIn(method, { jwt })).toMatchObject({
      status: 404,
      message: expect.stringContaining("auth method not found for identity"),
    });
  await using old = await start(() => ({}), { profile: "2024-10" });
  expect(await old.logIn("jwt-auth", { jwt })).toMatchObject({
    status: 404,
    message: "Route POST:/api/v1/auth/jwt-auth/login not found",
  });
});

test("JWTs are checked by given keys or those of an address", async () => {
  const settings = (issuer: Issuer) => [
    { configurationType: "static" as const, publicKeys: [issuer.publicKey] },
    { configurationType: "jwks" as const, jwksUrl: `${issuer.url}/keys` },
  ];
  for (const which of [0, 1]) {
    await using world = await start((issuer) => ({
      jwtAuth: { ...settings(issuer)[which], boundIssuer: issuer.url, boundSubject: SUBJECT },
    }));
    const logIn = async (claims: Record<string, unknown>) =>
      world.logIn("jwt-auth", { jwt: world.issuer.token(claims) });
    expect((await logIn(GOOD)).status).toBe(200);
    expect(await logIn({ ...GOOD, iss: "x" })).toMatchObject({
      status: 403,
      message: "Access denied: issuer mismatch",
    });
    expect(await logIn({ ...GOOD, sub: "x" })).toMatchObject({ status: 403 });
  }
});

test("service accounts are reviewed by their cluster, then judged by namespace, name and audience", async () => {
  await using world = await start(({ url }) => ({
    kubernetesAuth: {
      kubernetesHost: url,
      allowedNamespaces: "ci, prod",
      allowedNames: "deployer",
      allowedAudience: AUDIENCE,
    },
  }));
  const logIn = async (sub: string, aud: string, life?: { seconds: number }) =>
    world.logIn("kubernetes-auth", { jwt: world.issuer.token({ sub, aud }, life) });
  const account = "system:serviceaccount:prod:deployer";
  expect((await logIn(account, AUDIENCE)).status).toBe(200);
  const refused = [
    await logIn("system:serviceaccount:default:deployer", AUDIENCE),
    await logIn("system:serviceaccount:prod:default", AUDIENCE),
    await logIn(account, "https://kubernetes.default.svc"),
    await logIn(account, AUDIENCE, { seconds: 0 }),
  ];
  expect(refused.map(({ status, message }) => `${status} ${message}`)).toEqual([
    "401 Access denied: K8s namespace not allowed.",
    "401 Access denied: K8s name not allowed.",
    expect.stringMatching(/^401 token audiences .* is invalid/),
    expect.stringMatching(/^401 .*expired/),
  ]);
});

test("the official SDK logs in by AWS, whose signature is checked", async () => {
  const awsAuth = ({ url }: Issuer, more: object = {}) => ({
    awsAuth: { stsEndpoint: url, allowedAccountIds: "123456789012", ...more },
  });
  vi.stubEnv("AWS_ACCESS_KEY_ID", AWS.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", AWS.secretAccessKey);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  try {
    await using world = await start((issuer) =>
      awsAuth(issuer, { allowedPrincipalArns: "arn:aws:iam::123456789012:role/deployer" }),
    );
    const sdk = new InfisicalSDK({ siteUrl: world.url });
    await sdk.auth().awsIamAuth.login({ identityId: world.identityId });
    expect(sdk.auth().getAccessToken()).toMatch(/^ey/);
    await using other = await start((issuer) =>
      awsAuth(issuer, { allowedPrincipalArns: "arn:aws:iam::123456789012:role/other" }),
    );
    const logIn = () =>
      new InfisicalSDK({ siteUrl: other.url }).auth().awsIamAuth.login({ identityId: other.identityId });
    await expect(logIn()).rejects.toThrow("AWS principal ARN not allowed");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "another");
    await expect(logIn()).rejects.toThrow("AWS refused the request");
  } finally {
    vi.unstubAllEnvs();
  }
});
