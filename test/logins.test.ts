/** Logins without a stored secret, from what is configured to what an instance answers. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import {
  type IdentityOptions,
  type Issuer,
  startInfisicalServer,
  startIssuer,
} from "../infisical-server/index.ts";
import { createClient } from "../provider/infisical/http/client.ts";
import type { Call } from "../provider/infisical/http/exchange.ts";
import { createRedactor } from "../provider/redaction/redactor.ts";
import { readConfig } from "../provider/resources/config.ts";
import { sourceLogin } from "../provider/resources/logins.ts";

const AUDIENCE = "https://infisical.example.com";
const SUBJECT = "repo:acme/app:ref:refs/heads/main";
const ACCOUNT = "system:serviceaccount:prod:deployer";
const AWS = {
  accessKeyId: "AKIAEXAMPLE",
  secretAccessKey: "canary-secret-access-key",
  arn: "arn:aws:iam::123456789012:user/deployer",
};
const START = Date.UTC(2026, 0, 2);

const details: Call<unknown> = {
  method: "GET",
  route: "/api/v1/identities/details",
  answer: z.unknown(),
  repeat: "safe",
  what: "ask who is logged in",
};

async function start(settings: { ttl?: number; maxTTL?: number; profile?: "2024-10" } = {}) {
  const clock = { ms: START };
  const now = () => clock.ms;
  const issuer = await startIssuer({ now, aws: [AWS] });
  const server = await startInfisicalServer({
    clock: { now, schedule: () => () => {} },
    ...(settings.profile && { profile: settings.profile }),
  });
  const { identityId } = server.createIdentity({ name: "ci", ...auths(issuer, settings) });
  const folder = await mkdtemp(join(tmpdir(), "logins-"));
  const tokenPath = join(folder, "token");
  return {
    issuer,
    server,
    clock,
    identityId,
    tokenPath,
    issue: (claims: Record<string, unknown> = {}, seconds = 300) =>
      issuer.token({ sub: SUBJECT, aud: AUDIENCE, ...claims }, { seconds }),
    write: (token: string) => writeFile(tokenPath, token),
    /** A client that is configured so. */
    client(raw: Parameters<typeof readConfig>[0], environment: Record<string, string> = {}) {
      const config = readConfig({ host: server.url, ...raw }, environment);
      const { login, argument } = sourceLogin(config, environment);
      const redactor = createRedactor();
      return createClient(
        {
          origin: server.url,
          login,
          allowInsecureHttp: false,
          argumentNames: { url: "host", credentials: argument },
          environment,
          redactor,
        },
        { delay: async () => {}, now, random: () => 1 },
      );
    },
    logins: () => server.requests.filter(({ path }) => path.endsWith("/login")).length,
    async [Symbol.asyncDispose]() {
      await server.close();
      await issuer[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

function auths({ url, publicKey }: Issuer, { ttl = 600, maxTTL = 6000 }): IdentityOptions {
  const tokens = { accessTokenTTL: ttl, accessTokenMaxTTL: maxTTL };
  const bounds = { boundIssuer: url, boundAudiences: AUDIENCE, boundSubject: SUBJECT, ...tokens };
  return {
    oidcAuth: { oidcDiscoveryUrl: url, ...bounds },
    jwtAuth: { configurationType: "static", publicKeys: [publicKey], ...bounds },
    kubernetesAuth: { kubernetesHost: url, allowedNamespaces: "prod", ...tokens },
    awsAuth: { stsEndpoint: url, allowedAccountIds: "123456789012", ...tokens },
  };
}

type World = Awaited<ReturnType<typeof start>>;
type Configured = [raw: object, environment: Record<string, string>];

const METHODS: Record<string, (world: World) => Configured | Promise<Configured>> = {
  "OIDC by a variable": ({ identityId, issue }) => [
    { auth: { oidc: { identityId } } },
    { INFISICAL_AUTH_JWT: issue() },
  ],
  "OIDC by a variable of another name": ({ identityId, issue }) => [
    { auth: { oidc: { identityId, tokenEnvironmentVariableName: "ID_TOKEN" } } },
    { ID_TOKEN: issue(), INFISICAL_AUTH_JWT: "canary" },
  ],
  "OIDC by the environment alone, as the Terraform provider spells it": ({ identityId, issue }) => [
    {},
    {
      INFISICAL_AUTH_METHOD: "oidc",
      INFISICAL_MACHINE_IDENTITY_ID: identityId,
      INFISICAL_OIDC_AUTH_TOKEN_NAME: "ID_TOKEN",
      ID_TOKEN: issue(),
    },
  ],
  "OIDC by the variables of the SDKs and the command line": ({ identityId, issue }) => [
    {},
    { INFISICAL_OIDC_AUTH_IDENTITY_ID: identityId, INFISICAL_OIDC_AUTH_JWT: issue() },
  ],
  "OIDC in GitHub Actions": ({ identityId, issuer }) => [
    { auth: { oidc: { identityId, audience: AUDIENCE } } },
    issuer.github,
  ],
  "OIDC in GitHub Actions by the environment": ({ identityId, issuer }) => [
    {},
    {
      INFISICAL_AUTH_METHOD: "oidc",
      INFISICAL_MACHINE_IDENTITY_ID: identityId,
      EXTERNAL_INFISICAL_OIDC_AUDIENCE: AUDIENCE,
      ...issuer.github,
    },
  ],
  "OIDC by a file": async ({ identityId, issue, write, tokenPath }) => {
    await write(issue());
    return [{ auth: { oidc: { identityId, tokenPath } } }, {}];
  },
  "Kubernetes by the file of the service account": async ({ identityId, issue, write, tokenPath }) => {
    await write(issue({ sub: ACCOUNT }));
    return [{ auth: { kubernetes: { identityId, serviceAccountTokenPath: tokenPath } } }, {}];
  },
  "Kubernetes by the environment": async ({ identityId, issue, write, tokenPath }) => {
    await write(issue({ sub: ACCOUNT }));
    return [
      {},
      {
        INFISICAL_AUTH_METHOD: "kubernetes",
        INFISICAL_KUBERNETES_IDENTITY_ID: identityId,
        INFISICAL_KUBERNETES_SERVICE_ACCOUNT_TOKEN_PATH: tokenPath,
      },
    ];
  },
  "Kubernetes by a token of the environment": ({ identityId, issue }) => [
    { auth: { kubernetes: { identityId } } },
    { INFISICAL_KUBERNETES_SERVICE_ACCOUNT_TOKEN: issue({ sub: ACCOUNT }) },
  ],
  "Kubernetes by a token": ({ identityId, issue }) => [
    { auth: { kubernetes: { identityId, serviceAccountToken: issue({ sub: ACCOUNT }) } } },
    {},
  ],
  AWS: ({ identityId }) => [
    { auth: { awsIam: { identityId } } },
    {
      AWS_ACCESS_KEY_ID: AWS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: AWS.secretAccessKey,
      AWS_SESSION_TOKEN: "canary-session",
      AWS_REGION: "eu-central-1",
    },
  ],
  "AWS by the environment": ({ identityId }) => [
    {},
    {
      INFISICAL_AWS_IAM_AUTH_IDENTITY_ID: identityId,
      AWS_ACCESS_KEY_ID: AWS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: AWS.secretAccessKey,
      AWS_REGION: "eu-central-1",
    },
  ],
  JWT: ({ identityId, issue }) => [{ auth: { jwt: { identityId } } }, { INFISICAL_JWT: issue() }],
};

test.each(Object.entries(METHODS))("%s logs in", async (_what, configured) => {
  await using world = await start();
  const [raw, environment] = await configured(world);
  await using client = world.client(raw, environment);
  expect(await client.call(details)).toMatchObject({ kind: "ok" });
});

const REFUSALS: [what: string, claims: object, seconds: number, message: RegExp, hint: RegExp][] = [
  ["another audience", { aud: "https://evil" }, 300, /audience not allowed.*/, /audience/],
  ["another subject", { sub: "repo:acme/other" }, 300, /subject not allowed/, /subject/],
  ["a life that has ended", {}, 0, /jwt expired/, /had expired/],
  ["a life to come", { nbf: START / 1000 + 60 }, 300, /jwt not active/, /clocks/],
  ["another issuer", { iss: "https://evil" }, 300, /issuer invalid/, /iss must be/],
];

test.each(REFUSALS)(
  "a token with %s is refused once, with what it says and never itself",
  async (_what, claims, seconds, message, hint) => {
    await using world = await start();
    const jwt = world.issue({ ...claims }, seconds);
    await using client = world.client(
      { auth: { oidc: { identityId: world.identityId } } },
      { INFISICAL_AUTH_JWT: jwt },
    );
    const error = await client.login().catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: "authentication",
      path: "auth",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
    expect(String(error)).toMatch(
      /by OIDC Auth: the credentials were refused; the token from the environment variable INFISICAL_AUTH_JWT says iss ".*", sub ".*", aud ".*", exp 2026-01-02T.*Z\. \(40[13]/,
    );
    for (const part of jwt.split(".")) expect(String(error)).not.toContain(part);
    await expect(client.login()).rejects.toThrow();
    expect(world.logins()).toBe(1);
  },
);

test("a fault of an older version says that it may be about the token", async () => {
  await using world = await start({ profile: "2024-10" });
  const environment = { INFISICAL_AUTH_JWT: world.issue({ aud: [AUDIENCE] }) };
  await using client = world.client({ auth: { oidc: { identityId: world.identityId } } }, environment);
  await expect(client.login()).rejects.toMatchObject({
    code: "server-error",
    message: expect.stringMatching(/may be about the login itself: the token from .* says iss/),
    hint: expect.stringMatching(/list of audiences/),
  });
  await using jwt = world.client(
    { auth: { jwt: { identityId: world.identityId } } },
    { INFISICAL_JWT: world.issue() },
  );
  await expect(jwt.login()).rejects.toMatchObject({
    code: "unsupported",
    message: expect.stringMatching(/version knows no JWT Auth/),
  });
});

test("a token that can be asked for anew is, when a session ends", async () => {
  await using world = await start();
  await using client = world.client(
    { auth: { oidc: { identityId: world.identityId, audience: AUDIENCE } } },
    world.issuer.github,
  );
  await client.call(details);
  world.clock.ms += 590_000;
  expect(await client.call(details)).toMatchObject({ kind: "ok" });
  expect(world.logins()).toBe(2);
  expect(world.issuer.requests.filter((line) => line.includes("/actions/token"))).toHaveLength(2);
});

test("where it has expired in its variable, the session is renewed as long as it may be, and used to its end", async () => {
  await using world = await start({ ttl: 600, maxTTL: 1500 });
  const environment = { INFISICAL_AUTH_JWT: world.issue({}, 60) };
  await using client = world.client({ auth: { oidc: { identityId: world.identityId } } }, environment);
  const at = async (seconds: number) => {
    world.clock.ms = START + seconds * 1000;
    return client.call(details);
  };
  const renewals = () => world.server.requests.filter(({ path }) => path.endsWith("/renew")).length;
  await at(0);
  expect(await at(550)).toMatchObject({ kind: "ok" });
  expect(renewals()).toBe(1);
  // Renewed beyond 1500 seconds, it would be deleted.
  expect(await at(1100)).toMatchObject({ kind: "ok" });
  expect(await at(1149)).toMatchObject({ kind: "ok" });
  expect(renewals()).toBe(1);
  await expect(at(1160)).rejects.toThrow(/jwt expired/);
  expect(world.logins()).toBe(2);
});

test("a session that could go on is not ended by a new token that is refused, nor by a file that is gone", async () => {
  await using world = await start({ ttl: 600, maxTTL: 6000 });
  const { identityId, tokenPath, issue, write, clock } = world;
  await write(issue());
  await using client = world.client({ auth: { oidc: { identityId, tokenPath } } });
  await client.call(details);
  await write(issue({ aud: "https://other.example.com" }, 10_000));
  clock.ms += 550_000;
  expect(await client.call(details)).toMatchObject({ kind: "ok" });
  expect(world.logins()).toBe(2);
  await rm(tokenPath);
  clock.ms += 550_000;
  expect(await client.call(details)).toMatchObject({ kind: "ok" });
  // With a token that is right again, the next session is one of its own.
  clock.ms += 550_000;
  await write(issue());
  expect(await client.call(details)).toMatchObject({ kind: "ok" });
  expect(world.logins()).toBe(3);
});

test("what is secret of a login is known to be, and what is wrong with its configuration told", async () => {
  await using world = await start();
  const jwt = world.issue();
  const client = world.client(
    { auth: { oidc: { identityId: world.identityId } } },
    { INFISICAL_AUTH_JWT: jwt },
  );
  await client.login();
  expect(client.redactor.clean(`a ${jwt} b`)).toBe("a [secret] b");
  const problem = (raw: object, environment: Record<string, string> = {}) => {
    try {
      sourceLogin(readConfig(raw, environment), environment);
    } catch (error) {
      return String(error);
    }
    return "";
  };
  const { identityId } = world;
  expect(problem({ auth: { oidc: { identityId }, token: "t" } })).toMatch(/auth: must name one method/);
  expect(problem({ auth: {} })).toMatch(/must name one method/);
  expect(problem({ auth: { oidc: { identityId: "no id" } } })).toMatch(/must be the UUID/);
  expect(problem({ auth: { oidc: { identity: identityId } } })).toMatch(/identityId/);
  expect(problem({ auth: { oidc: {} } })).toMatch(/whose is not said/);
  expect(problem({ auth: { oidc: { identityId } }, token: "t" })).toMatch(/auth and token are both given/);
  expect(problem({}, { INFISICAL_AUTH_METHOD: "token" })).toMatch(
    /says token, and INFISICAL_TOKEN is not set/,
  );
  expect(problem({}, { INFISICAL_AUTH_METHOD: "azure" })).toMatch(/INFISICAL_AUTH_METHOD names no method/);
});
