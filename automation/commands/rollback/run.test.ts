/** The commands on a stack's state and two instances, without a stack's engine. */
import { expect, test } from "vitest";
import { failureOf, type Properties, startNativeWorld } from "../../../test/native/provider-calls.ts";
import { providerConfiguration } from "../../../test/support/arguments.ts";
import {
  exported,
  exportedSync,
  handMadeSession,
  openedOutputs,
  SEAL,
} from "../../../test/support/hand-made.ts";
import { giveParts, readParts } from "../../../test/support/parts.ts";
import type { WorldOptions } from "../../../test/support/world.ts";
import type { Deployment } from "../../engines/engine.ts";
import { exitCodeOfResults } from "../../terminal/failures.ts";
import type { RollbackCommand } from "./options.ts";
import { act } from "./run.ts";

interface State {
  resources: { urn: string; inputs: Properties; outputs: Properties; [name: string]: unknown }[];
}

/** A stack with one sync, which can be deployed and rolled back. */
async function start(options: WorldOptions = {}) {
  const world = await startNativeWorld({ execution: "engine", source: { A: "a1", B: "b1" }, ...options });
  const connection = await world.create("connection", world.connection);
  const state: State = { resources: [] };
  const { answering, ...session } = handMadeSession();
  const imports: State[] = [];
  /** Done before an import with this number, from 1. */
  const before = new Map<number, () => void | Promise<void>>();
  const resource = () => state.resources[0] as State["resources"][number];

  const deploy = async (over: Properties = {}) => {
    const news = world.sync(connection.id, over);
    if (state.resources.length === 0) {
      const made = await world.create("secretSync", news);
      state.resources.push(recorded(made.id, made.outs));
    } else {
      const { id, outputs } = resource();
      state.resources = [
        recorded(String(id), await world.update("secretSync", String(id), openedOutputs(outputs), news)),
      ];
    }
    await world.provider.nextPhase();
    return (resource().outputs["runs"] as { id: string; at: string }[])[0]?.id ?? "";
  };

  return Object.assign(world, session, {
    connectionId: connection.id,
    state,
    imports,
    before,
    deploy,
    outputs: () => resource().outputs,
    act: (
      command: RollbackCommand,
      given: { to?: string; sync?: string[]; yes?: boolean; preview?: boolean } = {},
    ) =>
      act(command, {
        stack: {
          name: "dev",
          exportStack: async () => exported(state.resources),
          async importStack({ deployment }: Deployment) {
            await before.get(imports.length + 1)?.();
            imports.push(structuredClone(deployment));
            Object.assign(state, structuredClone(deployment));
          },
          getAllConfig: async () => providerConfiguration(world),
        },
        options: { sync: [], yes: true, to: undefined, preview: false, diff: false, allowHost: [], ...given },
        environment: {},
        policies: [],
        shared: world.provider.shared,
        session: answering("no"),
      }),
  });
}

/** With what only a resource that can be imported again has. */
const recorded = (id: string, outs: Properties): State["resources"][number] => ({
  ...exportedSync("billing", id, outs),
  inputs: { keys: outs["keys"] },
  initErrors: ["half-way"],
});

test("puts back what belonged to the values, and names what the instance does not tell of it", async () => {
  await using world = await start();
  const copying = {
    syncOptions: { initialSyncBehavior: "overwrite-destination", copy: ["comment", "tags", "multiline"] },
  };
  await giveParts(world.source.store(), { A: { comment: "one", tags: ["core"] }, B: { comment: "b" } });
  const first = await world.deploy(copying);
  await giveParts(world.source.store(), {
    A: { comment: "two", tags: [], multiline: true },
    B: { comment: "b2" },
  });
  world.source.put({ B: "b2" });
  await world.deploy(copying);
  const { results } = await world.act("rollback", { to: first });
  const untold = ["A", "B"].map((label) => ({ label, parts: ["tags"] }));
  expect(results).toMatchObject([{ result: "succeeded", prepared: { untold } }]);
  expect(world.printed.join("\n")).toMatch(
    /~ A .*update comment, multiline .*A +its tags cannot be put back/s,
  );
  expect(world.destination.read()).toEqual({ A: "a1", B: "b1" });
  expect(await readParts(world.destination.store())).toEqual({ A: { comment: "one" }, B: { comment: "b" } });
});

test("previews, asks, and does nothing on a no", async () => {
  await using world = await start();
  const first = await world.deploy();
  world.source.put({ A: "a2", NEW: "n" });
  await world.deploy();
  const state = JSON.stringify(world.state);
  const refused = await failureOf(world.act("rollback", { to: first, yes: false }));
  expect(refused).toMatchObject({ code: "cancelled" });
  expect(world.asked[0]).toMatch(
    /Rolling back \(dev\).*billing {2}to what run \w{8} had left at .*=> Billing \(.*- NEW +1@\w{8}\n.*~ A +2@\w{8} => 1@\w{8}\n.*1 to update, 1 to delete, 1 unchanged.*then paused.*put this back/s,
  );
  expect(JSON.stringify(world.state)).toBe(state);
  expect(world.destination.read()).toEqual({ A: "a2", B: "b1", NEW: "n" });
});

test("an instance that answers no earlier versions is told as the reason, and nothing is put back", async () => {
  await using world = await start({ destinationServer: { profile: "2024-10" } });
  const first = await world.deploy();
  world.source.put({ A: "a2", NEW: "n" });
  await world.deploy();
  const { results } = await world.act("rollback", { to: first });
  expect(results).toMatchObject([
    { prepared: { left: [{ label: "A", why: expect.stringContaining("answers no earlier versions") }] } },
  ]);
  expect(world.destination.read()).toEqual({ A: "a2", B: "b1" });
});

test.each(["no-access", "describe-only"] as const)(
  "what the destination of a tree does not show is neither gone nor written over: %s",
  async (role) => {
    await using world = await start({ source: { A: "a1", "api/B": "b1", "api/C": "c1" }, folders: ["api"] });
    const { destination } = world;
    const paths: { secretPath: string; role: typeof role }[] = [];
    const memberships = [{ projectId: destination.projectId, role: "member" as const, paths }];
    const identity = destination.server.createIdentity({ memberships });
    const tree = {
      machineIdentityClientId: identity.clientId,
      machineIdentityClientSecret: identity.clientSecret,
      syncOptions: { initialSyncBehavior: "overwrite-destination", includeAllSubFolders: true },
    };
    const first = await world.deploy(tree);
    world.source.put({ "api/B": "b2", "api/NEW": "n" });
    world.source.drop("api/C");
    await world.deploy(tree);
    paths.push({ secretPath: `${destination.secretPath}/api`, role });
    await world.provider.nextPhase();
    const refused = await failureOf(world.act("rollback", { to: first }));
    expect(refused).toMatchObject({ code: "partial-read" });
    expect(destination.read()).toEqual({ A: "a1", "api/B": "b2", "api/NEW": "n" });
    expect(world.outputs()).not.toHaveProperty("paused");
  },
);

test("pauses before it writes, and marks no secret of the state as plain", async () => {
  await using world = await start();
  const first = await world.deploy();
  world.source.put({ A: "a2" });
  await world.deploy();
  world.before.set(1, () => expect(world.destination.read()).toMatchObject({ A: "a2" }));
  world.before.set(2, () => expect(world.destination.read()).toMatchObject({ A: "a1" }));
  const { results } = await world.act("rollback", { to: first });
  expect(results).toMatchObject([{ result: "succeeded", jobId: expect.any(String) }]);
  expect(world.imports).toHaveLength(2);
  for (const { resources } of world.imports) {
    const pause = { run: first, at: expect.any(String) };
    expect(resources[0]).toMatchObject({
      inputs: { paused: pause },
      outputs: { paused: pause },
      initErrors: [],
    });
    expect(resources[0]?.outputs["machineIdentityClientSecret"]).toHaveProperty(...SEAL);
    expect(resources[0]?.outputs["__provider"]).toBe("closure");
  }
  expect(world.outputs()).toMatchObject({ syncStatus: "succeeded", verified: true, counts: { update: 1 } });
  expect(world.state.resources[0]?.inputs["keys"]).toEqual(world.outputs()["keys"]);
  const texts = JSON.stringify(world.imports) + world.printed.join("\n");
  expect(texts).not.toMatch(/"a[12]"|"b1"/);
});

test("a tree goes back folder by folder, one that is gone by now as well", async () => {
  const folders = ["api", "api/v1", "new"];
  await using world = await start({ folders, source: { A: "a1", "api/A": "1", "api/v1/B": "b1" } });
  const syncOptions = {
    initialSyncBehavior: "overwrite-destination",
    includeAllSubFolders: true,
    allowEmptySource: true,
  };
  const first = await world.deploy({ syncOptions });
  world.source.put({ "api/A": "2", "new/N": "n" });
  await world.deploy({ syncOptions });
  const second = { A: "a1", "api/A": "2", "api/v1/B": "b1", "new/N": "n" };
  expect(world.destination.read()).toEqual(second);
  const preview = await world.act("rollback", { to: first, preview: true });
  expect(preview.results).toMatchObject([
    { prepared: { plan: { changes: [{ label: "api/A" }, { kind: "delete", label: "new/N" }] } } },
  ]);
  expect(world.destination.read()).toEqual(second);
  const { results } = await world.act("rollback", { to: first });
  expect(results).toMatchObject([{ result: "succeeded" }]);
  expect(world.destination.read()).toEqual({ A: "a1", "api/A": "1", "api/v1/B": "b1" });
});

test("what a filter leaves out is not put back, whoever wrote it", async () => {
  await using world = await start({ source: { A: "a1", B: "b1", C: "c1" } });
  const first = await world.deploy();
  world.source.put({ A: "a2", B: "b2" });
  world.source.drop("C");
  await world.deploy();
  const keys = { exclude: ["B", "C"] };
  await world.deploy({ syncOptions: { initialSyncBehavior: "overwrite-destination", filter: { keys } } });
  world.destination.put({ C: "theirs" });
  const { results } = await world.act("rollback", { to: first });
  expect(results).toMatchObject([{ result: "succeeded", prepared: { left: [] } }]);
  expect(world.destination.read()).toEqual({ A: "a1", B: "b2", C: "theirs" });
});

test("a time means each sync's last run by then", async () => {
  await using world = await start();
  await world.deploy();
  world.source.put({ A: "a2" });
  const second = await world.deploy();
  const at = (world.outputs()["runs"] as { at: string }[])[0]?.at ?? "";
  world.source.put({ A: "a3" });
  await world.deploy();
  expect(await failureOf(world.act("rollback", { to: "2020-01-01" }))).toMatchObject({
    code: "invalid-config",
  });
  expect(await failureOf(world.act("rollback", { to: "2020-99-99" }))).toMatchObject({
    message: "2020-99-99 is no time.",
  });
  const { results } = await world.act("rollback", { to: at });
  expect(results).toMatchObject([{ run: { id: second }, result: "succeeded" }]);
  expect(world.destination.read()).toEqual({ A: "a2", B: "b1" });
});

test("going back to the last run does nothing, and pauses nothing", async () => {
  await using world = await start();
  const only = await world.deploy();
  for (const preview of [false, true]) {
    const { results, error } = await world.act("rollback", { to: only, preview });
    expect(results).toMatchObject([{ result: "unchanged" }]);
    expect(error).toMatchObject({ code: "invalid-config", message: /nothing to undo.*since/ });
  }
  expect(world.imports).toEqual([]);
});

test("a preview shows what would be done, asks nobody and changes nothing", async () => {
  await using world = await start();
  const first = await world.deploy();
  world.source.put({ A: "a2", NEW: "n" });
  await world.deploy();
  const [state, destination] = [JSON.stringify(world.state), world.destination.read()];
  const { results, error } = await world.act("rollback", { to: first, yes: false, preview: true });
  expect(error).toBeUndefined();
  expect(results).toMatchObject([{ result: "planned", run: { id: first }, prepared: { left: [] } }]);
  expect(exitCodeOfResults(results)).toBe(0);
  expect(world.printed.join("\n")).toMatch(
    /Previewing rollback \(dev\).*- NEW .*~ A .*billing {2}to be rolled back.*1 to be rolled back/s,
  );
  expect([world.asked, world.imports]).toEqual([[], []]);
  expect([JSON.stringify(world.state), world.destination.read()]).toEqual([state, destination]);

  world.destination.put({ A: "by hand", NEW: "by hand" });
  const inVain = await world.act("rollback", { to: first, preview: true });
  expect(inVain.results).toMatchObject([{ result: "failed", error: { code: "nothing-to-restore" } }]);
  expect([JSON.stringify(world.state), world.imports]).toEqual([state, []]);
});

test("the list says how one of its runs is gone back to", async () => {
  await using world = await start();
  await world.deploy();
  expect((await world.act("rollback", { yes: false })).error).toBeUndefined();
  expect(world.printed.at(-1)).toMatch(/the last one.*with --to: .*--preview/s);
  const { histories, error } = await world.act("rollback", { yes: true });
  expect(histories).toHaveLength(1);
  expect(error).toMatchObject({ code: "invalid-config", message: /--to is missing/ });
});

test("what can put back nothing is an error that says why, writes nothing and pauses nothing", async () => {
  await using world = await start();
  const first = await world.deploy();
  world.source.put({ A: "a2", NEW: "n" });
  await world.deploy();
  world.destination.put({ A: "by hand", NEW: "by hand" });
  const state = JSON.stringify(world.state);
  const { results } = await world.act("rollback", { to: first });
  expect(results).toMatchObject([
    {
      result: "failed",
      error: { code: "nothing-to-restore", message: /A, NEW: somebody else has changed it since/ },
    },
  ]);
  expect(exitCodeOfResults(results)).not.toBe(0);
  expect(world.printed.join("\n")).not.toMatch(/then paused|and paused/);
  expect(JSON.stringify(world.state)).toBe(state);
  expect(world.imports).toEqual([]);
  // One key that can be put back is worth a rollback.
  await world.provider.nextPhase();
  await world.deploy();
  const third = await world.deploy();
  expect(third).not.toBe(first);
  world.destination.put({ NEW: "by hand again" });
  await world.provider.nextPhase();
  expect((await world.act("rollback", { to: first })).results).toMatchObject([{ result: "succeeded" }]);
  expect(world.destination.read()).toMatchObject({ NEW: "by hand again" });
});

test("a command that dies after pausing is finished by the same command again", async () => {
  await using world = await start();
  const first = await world.deploy();
  world.source.put({ A: "a2", NEW: "n" });
  await world.deploy();
  // It has written to the destination, and what it did never reached the state.
  world.before.set(2, () => {
    throw new Error("gone");
  });
  expect((await world.act("rollback", { to: first })).results).toMatchObject([{ result: "failed" }]);
  await world.provider.nextPhase();
  expect(world.destination.read()).toEqual({ A: "a1", B: "b1" });
  expect(world.outputs()).toMatchObject({ paused: { run: first } });
  // No deployment undoes it meanwhile.
  await world.deploy();
  expect(world.destination.read()).toEqual({ A: "a1", B: "b1" });

  world.before.clear();
  const { results } = await world.act("rollback", { to: first });
  expect(results).toMatchObject([{ result: "succeeded", prepared: { left: [] } }]);
  expect(Object.keys(world.outputs()["memory"] as Properties)).toEqual(["A", "B"]);
  await world.act("resume");
  await world.deploy();
  expect(world.destination.read()).toEqual({ A: "a2", B: "b1", NEW: "n" });
});

test("what was done before a failure is on record, and the sync stays paused", async () => {
  await using world = await start();
  const first = await world.deploy();
  world.source.put({ A: "a2", NEW: "n" });
  await world.deploy();
  world.destination.server.fault({
    kind: "status",
    status: 403,
    method: "DELETE",
    path: "/api/v4/secrets/batch",
  });
  const { results } = await world.act("rollback", { to: first });
  world.destination.server.clearFaults();
  expect(results).toMatchObject([{ result: "failed", jobId: expect.any(String) }]);
  expect(world.destination.read()).toEqual({ A: "a1", B: "b1", NEW: "n" });
  expect(world.outputs()).toMatchObject({ syncStatus: "failed", paused: { run: first } });
  expect(world.outputs()["runs"]).toMatchObject([{ isPartial: true, counts: { update: 1 } }, {}, {}]);
  await world.provider.nextPhase();
  expect((await world.act("rollback", { to: first })).results).toMatchObject([{ result: "succeeded" }]);
  expect(world.destination.read()).toEqual({ A: "a1", B: "b1" });
});

test("a key that no later run has touched may be anything by now", async () => {
  await using world = await start();
  const first = await world.deploy();
  world.source.put({ A: "a2" });
  await world.deploy();
  world.destination.put({ B: "by hand" });
  const { results } = await world.act("rollback", { to: first });
  expect(results).toMatchObject([{ result: "succeeded" }]);
  expect(world.destination.read()).toEqual({ A: "a1", B: "by hand" });
});

test("a destination that changes after the question stops it before it writes, unpaused", async () => {
  await using world = await start();
  const first = await world.deploy();
  world.source.put({ A: "a2" });
  await world.deploy();
  world.before.set(1, () => world.destination.put({ A: "by hand" }));
  const { results } = await world.act("rollback", { to: first });
  expect(results).toMatchObject([{ result: "failed", error: { code: "plan-changed" } }]);
  expect(world.destination.read()).toMatchObject({ A: "by hand" });
  expect(world.outputs()["paused"]).toBeUndefined();
});

test("a state that another deployment has changed is not written over", async () => {
  await using world = await start();
  const first = await world.deploy();
  world.source.put({ A: "a2" });
  await world.deploy();
  world.before.set(2, () => expect.unreachable("their state is written over"));
  world.destination.server.fault({
    kind: "run",
    path: "/api/v4/secrets/batch",
    action() {
      Object.assign(world.outputs(), { lastSyncJobId: "theirs" });
    },
  });
  const { results } = await world.act("rollback", { to: first });
  expect(results).toMatchObject([{ result: "failed", error: { code: "locked" } }]);
  expect(world.outputs()["lastSyncJobId"]).toBe("theirs");
});

test("resume says what it finds", async () => {
  await using world = await start();
  const first = await world.deploy();
  expect((await world.act("resume")).results).toEqual([]);
  expect(world.printed.join("\n")).toMatch(/none is paused/);
  expect((await world.act("resume", { sync: ["billing"] })).results).toMatchObject([{ result: "unchanged" }]);
  world.source.put({ A: "a2" });
  await world.deploy();
  await world.act("rollback", { to: first });
  // Changing triggers ends the pause as well.
  await world.provider.nextPhase();
  await world.deploy({ triggers: { again: "1" } });
  expect(world.destination.read()).toMatchObject({ A: "a2" });
  expect(world.outputs()["paused"]).toBeUndefined();
});

test("stopping skips the rest, unpaused", async () => {
  await using world = await start();
  const first = await world.deploy();
  world.source.put({ A: "a2" });
  await world.deploy();
  world.before.set(1, () => {
    world.abort.abort();
    world.provider.shared.cancel();
  });
  expect((await world.act("rollback", { to: first })).results).toMatchObject([{ result: "skipped" }]);
  expect(world.outputs()["paused"]).toBeUndefined();
  expect(world.destination.read()).toMatchObject({ A: "a2" });
});

test("a sync of the instance's own is refused by name, and passed over otherwise", async () => {
  await using world = await start({ execution: "native" });
  const made = await world.create("secretSync", world.sync(world.connectionId));
  world.state.resources.push(recorded(made.id, made.outs));
  expect((await world.act("rollback")).histories).toEqual([]);
  expect(await failureOf(world.act("rollback", { sync: ["billing"], to: "x" }))).toMatchObject({
    code: "invalid-config",
    message: /billing is in execution "native".*remembers none of its runs/,
  });
});
