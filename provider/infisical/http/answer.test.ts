import { expect, test } from "vitest";
import { z } from "zod";
import { createRedactor } from "../../redaction/redactor.ts";
import { readAnswer, refusalError } from "./answer.ts";
import type { Call, Refusal } from "./exchange.ts";

const read: Call<unknown> = {
  method: "GET",
  route: "/api/v4/thing",
  query: { secretPath: "/not/in/errors" },
  answer: z.unknown(),
  repeat: "safe",
  what: "read the thing",
};

function refusalOf(status: number, body: unknown, call: Call<unknown> = read): Refusal {
  const redactor = createRedactor();
  redactor.add("canary-secret");
  redactor.add("prod");
  const answer = readAnswer(
    call,
    {
      kind: "response",
      status,
      headers: { "content-type": "application/json" },
      text: JSON.stringify(body),
    },
    { origin: "https://i.example", urlArgument: "host", redactor },
  );
  if (answer.kind !== "refused") throw new Error(`unexpected ${answer.kind}`);
  return answer.refusal;
}

test("a refusal is data: status, text, request and rights", () => {
  const refusal = refusalOf(403, {
    reqId: "req-Ab3dE6gH9jK2mN",
    message: "No way\u001b[2J\n in prod",
    error: "PermissionDenied",
    details: [
      { action: "read", subject: "secrets", inverted: false, conditions: { environment: "dev" } },
      { action: ["a", "b"], subject: null },
    ],
  });
  expect(refusal).toEqual({
    isAfterDoubt: false,
    status: 403,
    text: "No way in [secret]",
    says: expect.any(Function),
    error: "PermissionDenied",
    requestId: "req-Ab3dE6gH9jK2mN",
    rights: [
      { action: "read", subject: "secrets", conditions: '{"environment":"dev"}' },
      { action: "a, b", subject: "", conditions: undefined },
    ],
    isRouteMissing: false,
    method: "GET",
    url: "https://i.example/api/v4/thing",
    what: "read the thing",
  });
});

test("where an answer quotes a part of a secret, none of its words is shown; what they mean is known all the same", () => {
  const refusal = refusalOf(400, {
    reqId: "canary-secre",
    message: 'Folder no longer exists: {\\"v\\":\\"canary-se…',
    error: "BadRequest",
    details: [{ action: "anary-secret", subject: "secrets", conditions: { path: "/nary-secret" } }],
  });
  expect(refusal).toMatchObject({
    text: "BadRequest: its own words are left out, since they quote a part of a secret",
    requestId: undefined,
    rights: [{ action: "", subject: "secrets", conditions: undefined }],
  });
  expect(refusal.says(/no longer exists/)).toBe(true);
});

test("a refusal that quotes what was sent is known by what was sent", () => {
  const call = { ...read, confidential: () => ["line one\nline two"] };
  expect(refusalOf(400, { message: "bad: line one\\nline two" }, call).text).toBe("bad: [secret]");
  expect(refusalOf(400, { message: "bad: line one\\nline t" }, call).text).toMatch(/left out/);
  expect(refusalOf(400, { message: "bad: line one\\nline two" }).text).toBe("bad: line one\\nline two");
});

test.each([
  ["the kind of content", { status: 200, headers: { "content-type": "text/canary-sec" } }],
  ["the target of a redirect", { status: 302, headers: { location: "https://x-anary-secret.example/" } }],
  ["a target in capitals", { status: 302, headers: { location: "https://x-UPPER-CASE-VAL.example/" } }],
])("%s is not shown where it quotes a part of a secret", (_what, { status, headers }) => {
  const redactor = createRedactor();
  for (const secret of ["canary-secret", "UPPER-CASE-VALUE"]) redactor.add(secret);
  const context = { origin: "https://i.example", urlArgument: "host", redactor };
  expect(() => readAnswer(read, { kind: "response", status, headers, text: "" }, context)).toThrow(
    /does not answer like an Infisical instance \(\d+\): (?:the answer is not JSON but something else|it redirects elsewhere)/,
  );
});

test("the issues of a 422 become one text", () => {
  const message = [
    { code: "too_small", path: ["secrets", 0, "secretKey"], message: "Required" },
    { message: "Bad" },
  ];
  expect(refusalOf(422, { message }).text).toBe("secrets.0.secretKey: Required; Bad");
});

test.each([[null], [[]], ["text"], [{ message: { a: 1 }, error: 7, reqId: {}, details: "x" }], [{}]])(
  "a refusal of another shape is still one: %j",
  (body) => {
    expect(refusalOf(400, body)).toMatchObject({ status: 400, text: "", rights: [], requestId: undefined });
  },
);

test("an error page that is too long to look through is not quoted", () => {
  expect(refusalOf(400, { message: "x".repeat(100_000) }).text).toBe("");
});

test("a route that the framework does not have is told from a thing that is not there", () => {
  const message = "Route GET:/api/v4/thing not found";
  expect(refusalOf(404, { message, error: "Not Found", statusCode: 404 }).isRouteMissing).toBe(true);
  expect(refusalOf(404, { message, reqId: "req-1" }).isRouteMissing).toBe(false);
  expect(refusalOf(404, { message: "Secret not found" }).isRouteMissing).toBe(false);
});

test("an error says what was tried, what came back and what to do", () => {
  const refusal = refusalOf(400, { message: "Bad key", reqId: "req-1" });
  const error = refusalError(refusal, "rejected", {
    because: "the instance refused.",
    path: "p",
    hint: "Look.",
  });
  expect(error).toMatchObject({
    code: "rejected",
    message: "Cannot read the thing: the instance refused. (400, request req-1) Bad key",
    path: "p",
    hint: "Look.",
    status: 400,
    requestId: "req-1",
    url: "https://i.example/api/v4/thing",
  });
});
