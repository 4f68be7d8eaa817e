import { expect, test } from "vitest";
import { messageOf } from "./failure.ts";
import { ALICE, NOWHERE, startJobScenario } from "./job-scenario.ts";

test("an answer of the remote server becomes JSON text with its message and the whole body", async () => {
  await using scenario = await startJobScenario();
  scenario.put("/app", { A: "1" });
  const sync = scenario.addSync();
  sync.destinationConfig = { ...sync.destinationConfig, secretPath: "/x" };
  await scenario.run(sync);
  const error = {
    reqId: expect.stringMatching(/^req-/),
    statusCode: 404,
    message: "Folder with path '/x' in environment with slug 'prod' not found",
    error: "SecretPathNotFound",
  };
  expect(JSON.parse(sync.sync.message ?? "")).toEqual({ message: error.message, error });
});

test.each([
  {
    what: "text",
    body: "<h1>Bad gateway</h1>",
    message: { message: "Request failed with status code 403", error: "<h1>Bad gateway</h1>" },
  },
  {
    what: "JSON without a message",
    body: { code: 7 },
    message: { message: "Request failed with status code 403", error: { code: 7 } },
  },
  {
    what: "issues",
    body: { message: [{ path: ["a"] }] },
    message: { message: [{ path: ["a"] }], error: { message: [{ path: ["a"] }] } },
  },
])("an answer with $what", async ({ body, message }) => {
  await using scenario = await startJobScenario();
  scenario.remote.fault({ kind: "status", status: 403, body });
  const sync = scenario.addSync();
  await scenario.run(sync);
  expect(JSON.parse(sync.sync.message ?? "")).toEqual(message);
});

test("a lost connection is told in plain text, by what the system said", async () => {
  await using scenario = await startJobScenario();
  const sync = scenario.addSync({ connection: scenario.connect({ instanceUrl: NOWHERE }) });
  scenario.jobs.queueImport(sync, "prioritize-source", ALICE);
  await scenario.clock.advance(0);
  expect(sync.import).toMatchObject({ status: "failed" });
  expect(sync.import.message).toMatch(/^connect ECONNREFUSED/);
});

test("an answer of an unknown shape is not quoted: it may hold values", async () => {
  await using scenario = await startJobScenario();
  const sync = scenario.addSync();
  for (const body of ["planted {", { secrets: [{ secretKey: "A", secretValue: { planted: "planted" } }] }]) {
    scenario.remote.fault({ kind: "status", status: 200, path: "/api/v3", body });
    scenario.jobs.queueImport(sync, "prioritize-source", ALICE);
    await scenario.clock.advance(0);
    expect(sync.import.message).toMatch(/unknown shape/);
    expect(sync.import.message).not.toMatch(/planted/);
  }
});

test("messages are cut to 1024 characters that end in dots", () => {
  expect(messageOf(new Error("x".repeat(1024)))).toBe("x".repeat(1024));
  expect(messageOf(new Error("x".repeat(1025)))).toBe(`${"x".repeat(1021)}...`);
});
