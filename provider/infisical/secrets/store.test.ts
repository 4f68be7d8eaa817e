import { expect, test } from "vitest";
import { notFound, row, startScripted } from "../../../test/support/scripted-store.ts";

test("facts that may not be read are absent", async () => {
  const { server, store } = await startScripted({ "GET /api/v1/projects/p1": [403, { message: "no" }] });
  await using _ = server;
  expect(await store.facts()).toEqual({});
});

test("a project from an old instance comes as workspace", async () => {
  const { server, store } = await startScripted({
    "GET /api/v1/workspace/p1": [200, { workspace: { autoCapitalization: true } }],
  });
  await using _ = server;
  expect(await store.facts()).toEqual({ type: undefined, autoCapitalization: true });
});

test("looking a secret up tells found, missing and forbidden apart", async () => {
  const { server, store } = await startScripted({
    "GET /api/v4/secrets/FOUND": [200, { secret: row("FOUND", "<hidden-by-infisical>") }],
    "GET /api/v4/secrets/MISSING": notFound,
    "GET /api/v4/secrets/FORBIDDEN": [403, { message: "no" }],
  });
  await using _ = server;
  expect(await store.probe("FOUND")).toBe("found");
  expect(await store.probe("MISSING")).toBe("missing");
  expect(await store.probe("FORBIDDEN")).toBe("forbidden");
  expect(server.requests[0]?.path).toContain("viewSecretValue=false");
});
