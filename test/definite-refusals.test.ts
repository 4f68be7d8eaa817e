/** A refusal for certain is told as one: nobody is left to wonder what was done. What may have been done is not told so. */
import { expect, test } from "vitest";
import type { Fault } from "../infisical-server/index.ts";
import { failureOf, startNativeWorld } from "./native/provider-calls.ts";

const BATCH = /\/secrets\/batch/;
const NOTHING = /Nothing was written/;

const refused = (status: number) => ({ kind: "status", status, path: BATCH, times: 100 }) as const;
const html = { body: "<h1>Not allowed</h1>", contentType: "text/html" };

const REFUSALS: readonly [string, Fault][] = [
  ["403", refused(403)],
  ["405 of a proxy", { ...refused(405), ...html }],
  ["413 of a proxy", { ...refused(413), ...html }],
  ["an approval workflow", { kind: "approval", path: BATCH }],
];

test.each(REFUSALS)("a first run that meets %s has written nothing, and says so", async (_what, fault) => {
  await using world = await startNativeWorld({ execution: "engine", source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  world.destination.server.fault(fault);
  const failure = await failureOf(world.create("secretSync", world.sync(connection.id)));
  expect(failure.message).toMatch(NOTHING);
  expect(world.destination.read()).toEqual({});
});

test.each(REFUSALS)("so does a later run that meets %s", async (_what, fault) => {
  await using world = await startNativeWorld({ execution: "engine", source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  const declared = world.sync(connection.id);
  const { id, outs } = await world.create("secretSync", declared);
  await world.provider.nextPhase();
  world.source.put({ A: "2" });
  world.destination.server.fault(fault);
  expect((await failureOf(world.update("secretSync", id, outs, declared))).message).toMatch(NOTHING);
});

test("and a removal that is refused", async () => {
  await using world = await startNativeWorld({ execution: "engine", source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  const { id, outs } = await world.create(
    "secretSync",
    world.sync(connection.id, { removeSecretsOnDelete: true }),
  );
  world.destination.server.fault(refused(403));
  expect((await failureOf(world.remove("secretSync", id, outs))).message).toMatch(NOTHING);
});

test("and an instance that does not let its own sync be made", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  world.source.server.fault({ kind: "status", status: 403, method: "POST", path: /secret-syncs/ });
  const failure = await failureOf(world.create("secretSync", world.sync(connection.id)));
  expect(failure.message).toMatch(NOTHING);
});

test("a failure of which nobody knows what it has done is not told so", async () => {
  await using world = await startNativeWorld({ execution: "engine", source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  world.destination.server.fault({ kind: "drop-after", path: BATCH, times: 100 });
  const failure = await failureOf(world.create("secretSync", world.sync(connection.id)));
  expect(failure.message).not.toMatch(NOTHING);
});

test("nor is a refusal of a request that was sent again because its first answer got lost", async () => {
  await using world = await startNativeWorld({ execution: "engine", source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  world.destination.server.fault({ kind: "drop-after", path: BATCH, times: 1 });
  world.destination.server.fault({ ...refused(403), nth: 2 });
  const failure = await failureOf(world.create("secretSync", world.sync(connection.id)));
  expect(world.destination.read(), "the first one was carried out").toEqual({ A: "1" });
  expect(failure.message).toMatch(/403/);
  expect(failure.message).not.toMatch(NOTHING);
});

test("nor is a refusal after which a part is there, on an instance that takes two requests for one write", async () => {
  await using world = await startNativeWorld({
    execution: "engine",
    source: { A: "1" },
    destinationServer: { profile: "2024-10" },
  });
  const connection = await world.create("connection", world.connection);
  const declared = world.sync(connection.id);
  const { id, outs } = await world.create("secretSync", declared);
  await world.provider.nextPhase();
  world.source.put({ A: "2", B: "new" });
  world.destination.server.fault({ ...refused(403), path: /v3\/secrets\/batch/, method: "PATCH" });
  const failure = await failureOf(world.update("secretSync", id, outs, declared));
  expect(failure.message).not.toMatch(NOTHING);
  expect(failure.message).toMatch(/1 of the secrets were written, the others were not/);
  expect(world.destination.read()).toEqual({ A: "1", B: "new" });
});
