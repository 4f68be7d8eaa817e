/** Marks in the destination's metadata: who sets them, and that everybody heeds them. */
import { expect, test } from "vitest";
import { MARK } from "../../provider/engine/ownership/ownership.ts";
import { directRuns } from "../drivers/direct.ts";
import { startWorld } from "../support/world.ts";
import {
  annotate,
  item,
  listen,
  mark,
  marking,
  metadataAt,
  overwrite,
  ownersAt,
  recordedIn,
} from "./destination.ts";

const ownerIn = (world: { source: { projectId: string } }, name = "dr-billing", stack = "") =>
  `${name} of project ${world.source.projectId} prod:/app${stack}`;

test("what is created, overwritten or found equal is marked at once, and then there is nothing to do", async () => {
  await using world = await startWorld({
    source: { NEW: "n", OTHER: "mine", EQUAL: "e" },
    destination: { OTHER: "theirs", EQUAL: "e" },
  });
  await annotate(world.destination, "EQUAL", item("team", "payments"));
  await annotate(world.destination, "OTHER", item("team", "search"));
  await using stack = await directRuns.open(world);
  const shown = await stack.preview(marking);
  expect(shown.effects).toEqual({
    EQUAL: "mark (not marked as this sync's)",
    OTHER: expect.stringContaining("overwrite"),
  });
  await stack.deploy(marking);
  const owner = ownerIn(world);
  expect(await ownersAt(world.destination)).toEqual({ NEW: owner, OTHER: owner, EQUAL: owner });
  const text = `${owner} at ${world.source.server.url}`;
  expect(await metadataAt(world.destination)).toMatchObject({
    EQUAL: [item("team", "payments"), item(MARK, text)],
    OTHER: [item("team", "search"), item(MARK, text)],
  });
  expect(await recordedIn(stack)).toMatchObject({
    counts: { create: 1, update: 1, mark: 1 },
    verified: true,
  });
  expect((await stack.deploy(marking)).unchanged).toBe(true);
});

test("marks come and go with the option: on marks what is there, off leaves it, and removal still works", async () => {
  await using world = await startWorld({ source: { A: "1", B: "2" } });
  await using stack = await directRuns.open(world);
  const before = { removeSecretsOnDelete: true, stack: "shop/prod" };
  await stack.deploy({ removeSecretsOnDelete: true });
  const turnedOn = await stack.deploy({ ...marking, ...before });
  expect(turnedOn).toMatchObject({
    keys: {},
    effects: { A: expect.stringContaining("mark ("), B: expect.anything() },
  });
  expect(world.destination.read()).toEqual({ A: "1", B: "2" });
  expect(await ownersAt(world.destination)).toMatchObject({
    A: ownerIn(world, "dr-billing", ", stack shop/prod"),
  });
  expect((await stack.deploy({ ...marking, ...before })).unchanged).toBe(true);

  // An adapter names the stack only where marks are set.
  await stack.deploy({ removeSecretsOnDelete: true });
  expect((await stack.deploy({ removeSecretsOnDelete: true })).unchanged).toBe(true);
  world.source.put({ A: "1b" });
  await stack.deploy({ removeSecretsOnDelete: true });
  expect(world.destination.read()).toEqual({ A: "1b", B: "2" });
  await stack.destroy();
  expect(world.destination.read()).toEqual({});
});

test.each([
  ["without the option", {}],
  ["with it", marking],
])("a key with another's mark is not written, %s, and nothing else is either", async (_name, args) => {
  await using world = await startWorld({
    source: { A: "1", B: "2", C: "3" },
    destination: { A: "0", B: "2" },
  });
  await mark(world.destination, "A");
  await mark(world.destination, "B", "\u001b[2J evil\u202e of project");
  await using stack = await directRuns.open(world);
  const refusal =
    /marked as another sync's: A \(theirs of project p9 prod:\/x at https:\/\/their\.example\); B \(%1B\[2J evil%E2%80%AE of project\)/;
  await expect(stack.preview(args)).rejects.toThrow(refusal);
  await expect(stack.deploy(args)).rejects.toThrow(/syncOptions\.takeOverFrom/);
  expect(world.destination.read()).toEqual({ A: "0", B: "2" });
});

test("a key with another's mark is not deleted, whoever made it, and the reason is told", async () => {
  await using world = await startWorld({
    source: { A: "1", MINE: "m" },
    destination: { THEIRS: "t", OLD: "o" },
  });
  await mark(world.destination, "THEIRS");
  await using stack = await directRuns.open(world);
  using output = listen();
  await stack.deploy({ removeSecretsOnDelete: true });
  expect(world.destination.read()).toEqual({ A: "1", MINE: "m", THEIRS: "t" });
  expect(output.told()).toMatch(/not deleted, since they are marked as another sync's: THEIRS \(theirs of/);

  // What this sync has created is another's from the moment that it carries that mark.
  await mark(world.destination, "MINE");
  world.source.drop("MINE");
  await stack.deploy({ removeSecretsOnDelete: true });
  expect(world.destination.read()).toMatchObject({ MINE: "m" });
  await stack.destroy();
  expect(world.destination.read()).toEqual({ MINE: "m", THEIRS: "t" });
  expect(output.told()).toMatch(/left there, since they are marked as another sync's: MINE/);
});

test.each<[string, object]>([
  ["a new name", { name: "renamed" }],
  ["a new stack", { stack: "shop/other" }],
  ["a moved source", { secretPath: "/moved" }],
])(
  "%s is the same sync: keys are marked anew, also after a run that failed half-way",
  async (_name, change) => {
    await using world = await startWorld({ source: { A: "1", B: "2" } });
    const { projectId, environment } = world.source;
    world.source.server.putSecrets({ projectId, environment, secretPath: "/moved" }, { A: "1", B: "2" });
    await using stack = await directRuns.open(world);
    const args = { ...marking, stack: "shop/prod" };
    await stack.deploy(args);
    const before = await ownersAt(world.destination);

    const moved = { ...args, ...change };
    world.destination.server.fault({
      kind: "status",
      status: 403,
      path: "/api/v4/secrets/batch",
      method: "PATCH",
    });
    await expect(stack.deploy(moved)).rejects.toThrow(/Member/);
    await stack.deploy(moved);
    const after = await ownersAt(world.destination);
    expect(Object.keys(after)).toEqual(["A", "B"]);
    expect(after["A"]).not.toBe(before["A"]);
    expect((await stack.deploy(moved)).unchanged).toBe(true);
    await stack.deploy(args);
    expect(await ownersAt(world.destination)).toEqual(before);
  },
);

test("two stacks on one folder find each other, and either may be told to take over", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  await using first = await directRuns.open(world);
  await using second = await directRuns.open(world);
  await first.deploy({ ...marking, stack: "shop/one" });
  const other = { ...marking, stack: "shop/two", removeSecretsOnDelete: true };
  const refused = await second.preview(other).catch((error: Error) => error.message);
  const owner = /marked as another sync's: A \((.*?)\)\./.exec(String(refused))?.[1] ?? "";
  expect(owner).toContain("stack shop/one at http");

  const taking = { ...other, syncOptions: { ...marking.syncOptions, takeOverFrom: owner } };
  await second.deploy(taking);
  expect(await ownersAt(world.destination)).toEqual({ A: ownerIn(world, "dr-billing", ", stack shop/two") });
  expect((await second.deploy(other)).unchanged).toBe(false);
  expect((await second.deploy(other)).unchanged).toBe(true);
  await expect(first.deploy({ ...marking, stack: "shop/one" })).rejects.toThrow(/stack shop\/two/);
  await second.destroy();
  expect(world.destination.read(), "adopted, not created").toEqual({ A: "1" });
});

test("state that was lost is found again by the mark, and what it adopts is never removed", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { OTHER: "o" } });
  const args = { syncOptions: { ...marking.syncOptions, unownedKeys: "keep" }, removeSecretsOnDelete: true };
  {
    await using lost = await directRuns.open(world);
    await lost.deploy(args);
  }
  await using stack = await directRuns.open(world);
  const shown = await stack.deploy(args);
  expect(shown.effects).toEqual({ A: "unchanged (at the destination already)" });
  await stack.destroy();
  expect(world.destination.read()).toEqual({ A: "1", OTHER: "o" });
});

test("keys that are imported into the source are marked in the same run", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { B: "2" }, sourceRole: "member" });
  await using stack = await directRuns.open(world);
  const args = { syncOptions: { ...marking.syncOptions, initialSyncBehavior: "import-prioritize-source" } };
  await stack.deploy(args);
  expect(world.source.read()).toEqual({ A: "1", B: "2" });
  expect(Object.keys(await ownersAt(world.destination)).sort()).toEqual(["A", "B"]);
  expect((await stack.deploy(args)).unchanged).toBe(true);
});

test("encrypted metadata is never rewritten: such keys are kept equal, unmarked", async () => {
  await using world = await startWorld({ source: { A: "1", B: "2" }, destination: { A: "0", B: "2" } });
  for (const key of ["A", "B"]) await annotate(world.destination, key, item("rotation", "canary", true));
  await using stack = await directRuns.open(world);
  await stack.deploy(marking);
  expect(world.destination.read()).toEqual({ A: "1", B: "2" });
  expect(await metadataAt(world.destination)).toEqual({
    A: [item("rotation", "canary", true)],
    B: [item("rotation", "canary", true)],
  });
  expect((await stack.deploy(marking)).unchanged).toBe(true);
});

test("a project that takes encrypted metadata only is told of before anything is written", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  const { server, projectId } = world.destination;
  await setEncrypted(server, projectId);
  await using stack = await directRuns.open(world);
  await expect(stack.preview(marking)).rejects.toThrow(
    /syncOptions\.ownershipMark: .*encrypted metadata only/,
  );
  await stack.deploy({});
  expect(world.destination.read()).toEqual({ A: "1" });
});

test("a run that is to restore takes its marks back", async () => {
  await using world = await startWorld({
    source: { EQUAL: "e", NEW: "n", OTHER: "mine" },
    destination: { EQUAL: "e", OTHER: "theirs", OLD: "o" },
  });
  await annotate(world.destination, "OLD", item("team", "search"));
  await annotate(world.destination, "OTHER", item("team", "search"));
  const before = await metadataAt(world.destination);
  await using stack = await directRuns.open(world);
  world.destination.server.fault({
    kind: "status",
    status: 403,
    path: "/api/v4/secrets/batch",
    method: "DELETE",
  });
  const syncOptions = { ...marking.syncOptions, onFailure: "restore" };
  await expect(stack.deploy({ syncOptions })).rejects.toThrow(/was put back/);
  expect(world.destination.read()).toEqual({ EQUAL: "e", OTHER: "theirs", OLD: "o" });
  expect(await metadataAt(world.destination)).toEqual(before);
});

test("an instance refuses nothing by itself, so a native sync is stopped before it touches a marked key", async () => {
  for (const destination of [{ A: "0" }, { GONE: "g" }] as Record<string, string>[]) {
    await using world = await startWorld({ execution: "native", source: { A: "1" }, destination });
    for (const key of Object.keys(destination)) await mark(world.destination, key);
    await using stack = await directRuns.open(world);
    await expect(stack.deploy({ syncOptions: overwrite })).rejects.toThrow(/marked as another sync's/);
    expect(world.destination.read()).toEqual(destination);
    await expect(stack.preview(marking)).rejects.toThrow(/ownershipMark needs execution: "engine"/);
  }
});

test("a native sync is not deleted with secrets that another sync has marked since", async () => {
  await using world = await startWorld({ execution: "native", source: { A: "1", B: "2" } });
  await using stack = await directRuns.open(world);
  await stack.deploy({ syncOptions: overwrite, removeSecretsOnDelete: true });
  await mark(world.destination, "B");
  await expect(stack.destroy()).rejects.toThrow(/B \(theirs of .*removeSecretsOnDelete/s);
  expect(world.destination.read()).toEqual({ A: "1", B: "2" });
});

async function setEncrypted(
  server: { url: string; admin: { clientId: string; clientSecret: string } },
  id: string,
) {
  const send = async (method: string, path: string, body: object, token?: string) => {
    const headers = {
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const answer = await fetch(server.url + path, { method, headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    return (await answer.json()) as { accessToken: string };
  };
  const { clientId, clientSecret } = server.admin;
  const login = await send("POST", "/api/v1/auth/universal-auth/login", { clientId, clientSecret });
  const body = { enforceEncryptedSecretManagerSecretMetadata: true };
  await send("PATCH", `/api/v1/projects/${id}`, body, login.accessToken);
}
