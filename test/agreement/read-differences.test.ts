/** Rows of docs/executions.md: what a run takes from the source. Each test shows the product and our engine. */
import { expect, test } from "vitest";
import { connect } from "../../infisical-server/test-client.ts";
import { createStore } from "../../provider/infisical/secrets/store.ts";
import { syncOptions } from "../../provider/schema.ts";
import { ARGUMENT_NAMES, clientFor } from "../support/store-subject.ts";
import { FAR_PROJECT } from "./arena.ts";
import { startBoth } from "./both.ts";
import type { Copy } from "./copy.ts";
import { createEngineActor } from "./engine-actor.ts";

test("hidden values at the destination: the product overwrites what it cannot compare, we stop", async () => {
  await using both = await startBoth({ source: { A: "1" }, destination: { A: "1" } });
  const { theirs, ours, native, engine } = both;
  both.change(({ destination }) => {
    destination.server.fault({
      kind: "hide-values",
      path: /\/api\/v[34]\/secrets(\/raw)?$/,
      times: Number.POSITIVE_INFINITY,
    });
  });
  expect(await native.run()).toBe("succeeded");
  expect(writesTo(theirs)).toEqual(["PATCH /api/v3/secrets/batch/raw"]);
  await expect(engine.runOrThrow()).rejects.toMatchObject({ code: "partial-read" });
  expect(writesTo(ours)).toEqual([]);
});

test("secrets that cannot be read: the product deletes them at the destination, we do not", async () => {
  const source = { BAD: "1", USER: "a${BAD}", GOOD: "2" };
  await using both = await startBoth({ source, destination: { BAD: "1", USER: "a1", GOOD: "2" } });
  const { theirs, ours, native, engine } = both;
  theirs.source.server.spoilSecrets(theirs.source.place, ["BAD"]);
  expect(await native.run()).toBe("succeeded");
  expect(theirs.destination.read()).toEqual({ GOOD: "2" });
  // Over the API such a secret shows, or is known to be left out.
  ours.source.server.fault({ kind: "omit", keys: ["BAD"], times: Number.POSITIVE_INFINITY });
  await expect(engine.runOrThrow()).rejects.toMatchObject({ code: "partial-read" });
  expect(ours.destination.read()).toMatchObject({ BAD: "1" });
});

test("references to other projects: the product reads them with no one's rights, we need the right", async () => {
  await using both = await startBoth({ source: { A: "${@faraway.dev.X}" } });
  const { theirs, ours, native } = both;
  await native.run();
  expect(theirs.destination.read()).toEqual({ A: "far away" });

  const { server, place } = ours.source;
  const identity = server.createIdentity({ memberships: [{ projectId: place.projectId, role: "member" }] });
  await using client = clientFor(server, identity);
  const source = { ...ours.source, store: createStore(client, place, ARGUMENT_NAMES) };
  const options = syncOptions.parse({ initialSyncBehavior: "overwrite-destination" });
  const engine = createEngineActor({ ...ours, source }, options);
  await expect(engine.runOrThrow()).rejects.toMatchObject({ code: "forbidden" });
  expect(ours.destination.read()).toEqual({});
  server.addMember(FAR_PROJECT, identity.identityId, "viewer");
  await engine.runOrThrow();
  expect(ours.destination.read()).toEqual({ A: "far away" });
});

test("unresolved references: the product pushes the text, we do too, or refuse where that is asked for", async () => {
  const seeded = { source: { A: "<${NOWHERE}>" } };
  await using both = await startBoth(seeded);
  await both.native.run();
  expect(both.theirs.destination.read()).toEqual({ A: "<${NOWHERE}>" });
  expect((await both.engine.runOrThrow()).plan.unresolved).toEqual(["A"]);
  expect(both.ours.destination.read()).toEqual({ A: "<${NOWHERE}>" });

  await using strict = await startBoth(seeded, { unresolvedReferences: "fail" });
  await expect(strict.engine.runOrThrow()).rejects.toMatchObject({ code: "unresolved-references" });
});

test("skipMultilineEncoding: both push an expanded value quoted, and references: keep copies it as it is", async () => {
  const seeded = { source: { PEM: "line 1\nline 2", COPY: "${PEM}" } };
  for (const references of ["expand", "keep"] as const) {
    await using both = await startBoth(seeded, { references });
    for (const { source } of [both.theirs, both.ours]) {
      const api = await connect(source.server, source.server.admin);
      const { projectId, environment, secretPath } = source.place;
      const body = { projectId, environment, secretPath, skipMultilineEncoding: true };
      expect((await api.patch("/api/v4/secrets/COPY", body)).status).toBe(200);
    }
    await both.native.run();
    await both.engine.runOrThrow();
    const quoted = { PEM: "line 1\nline 2", COPY: '"line 1\\nline 2"' };
    expect(both.theirs.destination.read()).toEqual(quoted);
    expect(both.ours.destination.read()).toEqual(references === "expand" ? quoted : seeded.source);
  }
});

test("a local reference of an imported secret: the product looks where it was imported from, we here first", async () => {
  await using both = await startBoth({
    source: { HOST: "here" },
    imports: [{ HOST: "there", URL: "//${HOST}" }],
  });
  await both.native.run();
  await both.engine.runOrThrow();
  expect(both.theirs.destination.read()).toEqual({ HOST: "here", URL: "//there" });
  expect(both.ours.destination.read()).toEqual({ HOST: "here", URL: "//here" });
});

test("white space around an expanded value: the product writes it at each run, for us it is equal", async () => {
  await using both = await startBoth({ source: { EMPTY: "", A: "${EMPTY} a" } });
  const { theirs, ours, native, engine } = both;
  for (const run of ["first", "later"]) {
    await native.run();
    await engine.run();
    expect([run, theirs.destination.read()]).toEqual([run, { EMPTY: "", A: "a" }]);
    expect([run, ours.destination.read()]).toEqual([run, { EMPTY: "", A: "a" }]);
  }
  expect(writesTo(theirs)).toEqual(["POST /api/v3/secrets/batch/raw", "PATCH /api/v3/secrets/batch/raw"]);
  expect(writesTo(ours)).toEqual(["PATCH /api/v4/secrets/batch"]);
});

const writesTo = ({ destination }: Copy) =>
  destination.server.requests
    .filter(({ path }) => path.includes("/secrets/batch"))
    .map(({ method, path }) => `${method} ${path}`);
