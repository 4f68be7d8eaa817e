import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SecretValue } from "../../secret-value.ts";
import { awsCredentials, signedIdentityRequest } from "./aws.ts";
import { claimsOf, claimsText } from "./claims.ts";
import { isSameLogin, type Login } from "./login.ts";
import { type Asking, askForToken, type TokenSource } from "./token-source.ts";

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
const jwtOf = (claims: object) => `${encoded({ alg: "RS256" })}.${encoded(claims)}.canary-signature`;
const JWT = jwtOf({ iss: "https://issuer.example.com", sub: "me", aud: ["a", "b"], exp: 1_800_000_000 });

function asking(more: Partial<Asking> = {}): Asking {
  return {
    environment: {},
    get: async () => ({ problem: "github.example.com answered 403" }),
    what: "log in",
    path: "auth",
    ...more,
  };
}

test("a token tells who it is for; what is no JWT tells nothing", () => {
  expect(claimsText(claimsOf(JWT) ?? {})).toBe(
    'iss "https://issuer.example.com", sub "me", aud "a, b", exp 2027-01-15T08:00:00.000Z',
  );
  expect(claimsText(claimsOf(jwtOf({ sub: 7, exp: 1e20 })) ?? {})).toBe(
    "no iss, no sub, no aud, exp 100000000000000000000",
  );
  for (const text of ["", "a.b", "a.b.c", `${JWT}.d`, "canary-value", jwtOf({}).replace(/\.[^.]*$/, ".")])
    expect(claimsOf(text)).toBeUndefined();
});

test.each<[string, TokenSource, Partial<Asking>]>([
  ["a variable", { from: "variable", name: "JWT" }, { environment: { JWT: ` ${JWT}\n` } }],
  ["the configuration", { from: "argument", token: new SecretValue(JWT) }, {}],
])("a token comes from %s", async (_what, source, more) => {
  const { token, claims } = await askForToken(source, asking(more));
  expect(token.equals(new SecretValue(JWT))).toBe(true);
  expect(claims).toMatchObject({ sub: "me" });
});

test("GitHub is asked with the job's own token for the audience, each time", async () => {
  const asked: string[] = [];
  const environment = {
    ACTIONS_ID_TOKEN_REQUEST_URL: "https://github.example.com/token?api=2",
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "bearer",
  };
  const get: Asking["get"] = async (url, headers) => {
    asked.push(`${url} ${headers["authorization"]}`);
    return { text: JSON.stringify({ value: JWT }) };
  };
  const ask = (audience?: string) => askForToken({ from: "github", audience }, asking({ environment, get }));
  await ask("https://a b");
  await ask();
  expect(asked).toEqual([
    "https://github.example.com/token?api=2&audience=https%3A%2F%2Fa+b Bearer bearer",
    "https://github.example.com/token?api=2 Bearer bearer",
  ]);
});

test("a file is read each time", async () => {
  const folder = await mkdtemp(join(tmpdir(), "token-"));
  try {
    const path = join(folder, "token");
    const ask = () => askForToken({ from: "file", path }, asking());
    await writeFile(path, `${JWT}\n`);
    expect((await ask()).claims.sub).toBe("me");
    await writeFile(path, jwtOf({ sub: "rotated" }));
    expect((await ask()).claims.sub).toBe("rotated");
    await writeFile(path, "x".repeat(70_000));
    await expect(ask()).rejects.toThrow(/too large/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

const GITHUB = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://x", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "canary-bearer" };

test.each<[string, TokenSource, Partial<Asking>, RegExp]>([
  ["a variable that is not set", { from: "variable", name: "JWT" }, {}, /variable JWT: it is not set/],
  [
    "a variable with something else",
    { from: "variable", name: "PASSPHRASE" },
    { environment: { PASSPHRASE: "canary-value" } },
    /PASSPHRASE: what is there is no JWT/,
  ],
  ["a file that is not there", { from: "file", path: "/nowhere" }, {}, /file \/nowhere: it cannot be read/],
  ["a job that may not ask", { from: "github" }, {}, /the job may not ask/],
  [
    "an answer in clear",
    { from: "github" },
    { environment: { ...GITHUB, ACTIONS_ID_TOKEN_REQUEST_URL: "http://x" } },
    /is not https/,
  ],
  ["a refusal", { from: "github" }, { environment: GITHUB }, /answered 403/],
  [
    "an answer without a token",
    { from: "github" },
    { environment: GITHUB, get: async () => ({ text: "canary" }) },
    /has no token/,
  ],
])("%s is told, with what to do, and never its text", async (_what, source, more, text) => {
  const error = await askForToken(source, asking(more)).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: "missing-credentials",
    path: "auth",
    message: expect.stringMatching(text),
    hint: expect.stringMatching(/\w/),
  });
  expect(String(error)).not.toMatch(/canary/);
});

test("the AWS request is signed as AWS documents it", () => {
  const credentials = awsCredentials({
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    AWS_DEFAULT_REGION: "us-east-1",
  });
  if ("missing" in credentials) throw new Error("The environment has all");
  const request = signedIdentityRequest(credentials, new Date("2015-08-30T12:36:00Z"));
  const decoded = (text: string) => Buffer.from(text, "base64").toString();
  expect(decoded(request.iamRequestBody)).toBe("Action=GetCallerIdentity&Version=2011-06-15");
  expect(JSON.parse(decoded(request.iamRequestHeaders))).toEqual({
    "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    Host: "sts.us-east-1.amazonaws.com",
    "X-Amz-Date": "20150830T123600Z",
    Authorization: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20150830\/us-east-1\/sts\/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=[0-9a-f]{64}$/,
    ),
  });
  expect(awsCredentials({ AWS_ACCESS_KEY_ID: "x" })).toEqual({
    missing: ["AWS_SECRET_ACCESS_KEY", "AWS_REGION"],
  });
});

test("logins are the same where everything of them is", () => {
  const login = (more: object = {}): Login =>
    ({ method: "oidc", identityId: "1", source: { from: "variable", name: "A" }, ...more }) as Login;
  const universal = (secret: string): Login => ({
    method: "universal",
    clientId: "1",
    clientSecret: new SecretValue(secret),
  });
  expect(isSameLogin(login(), login())).toBe(true);
  expect(isSameLogin(universal("a"), universal("a"))).toBe(true);
  expect(isSameLogin(universal("a"), universal("b"))).toBe(false);
  for (const more of [
    { method: "jwt" },
    { identityId: "2" },
    { source: { from: "variable", name: "B" } },
    { source: { from: "file", path: "A" } },
    { organizationSlug: "x" },
  ])
    expect(isSameLogin(login(), login(more))).toBe(false);
});
