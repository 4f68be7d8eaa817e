/** The commands on a stack's state and two instances, without a stack's engine. */
import { beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import {
  failureOf,
  type NativeWorld,
  type Properties,
  rowOf,
  startNativeWorld,
} from "../../../test/native/provider-calls.ts";
import { providerConfiguration } from "../../../test/support/arguments.ts";
import { exported, exportedSync, handMadeSession } from "../../../test/support/hand-made.ts";
import type { WorldOptions } from "../../../test/support/world.ts";
import { EngineError } from "../../engines/engine.ts";
import { main } from "../../main.ts";
import { policiesSchema } from "../../policies/schema.ts";
import { exitCodeOfResults } from "../../terminal/failures.ts";
import type { JobRequest } from "./request.ts";
import { act } from "./run.ts";

const SYNC: JobRequest = { command: "sync", execution: "native", job: { kind: "sync" } };
const REMOVE: JobRequest = { command: "remove", execution: "native", job: { kind: "remove" } };
const REMOVE_OWN: JobRequest = { command: "remove", execution: "engine" };

interface Made {
  id: string;
  outs: Properties;
}

/** A world with one sync, and what `act` needs to be called as the command calls it. */
async function start(options: WorldOptions = {}, over: Properties = {}) {
  const world = await startNativeWorld({ source: { A: "1", B: "2" }, ...options });
  const connection = await world.create("connection", world.connection);
  const billing = await world.create("secretSync", world.sync(connection.id, over));
  await world.provider.nextPhase();
  const recorded: Record<string, Made> = { billing };
  const hooks = { onQuestion: async (): Promise<unknown> => undefined };
  const { answering, ...session } = handMadeSession(() => hooks.onQuestion());
  return Object.assign(world, session, {
    connectionId: connection.id,
    billing,
    recorded,
    hooks,
    act: (request: JobRequest, { answer = "yes", policies = [], ...given }: ActOptions = {}) =>
      act(request, {
        stack: {
          name: "dev",
          exportStack: async () => exported(resourcesOf(recorded)),
          getAllConfig: async () => providerConfiguration(world),
        },
        options: { sync: [], yes: false, diff: false, allowHost: [], ...given },
        environment: {},
        shared: world.provider.shared,
        policies: policies.map((each) => policiesSchema.parse(each)),
        session: answering(answer),
      }),
  });
}

interface ActOptions {
  answer?: "yes" | "no";
  sync?: string[];
  yes?: boolean;
  allowHost?: string[];
  policies?: z.input<typeof policiesSchema>[];
}

/** The stack's own, and the syncs. */
const resourcesOf = (recorded: Record<string, Made>) => [
  { urn: "urn:pulumi:dev::demo::x::s", type: "pulumi:pulumi:Stack" },
  ...Object.entries(recorded).map(([name, { id, outs }]) => exportedSync(name, id, outs)),
];

/** Another sync over the same connection, to the same folder, without auto-sync. */
async function addSync(world: NativeWorld & { connectionId: string }, name: string): Promise<Made> {
  const made = await world.create("secretSync", {
    ...world.sync(world.connectionId, { isAutoSyncEnabled: false }),
    name,
  });
  await world.provider.nextPhase();
  return made;
}

test("asks with the keys that a blind removal takes, and does nothing on a no", async () => {
  await using world = await start({ destination: { B: "before" } });
  world.source.put({ LATER: "by hand" });
  const refused = await failureOf(world.act(REMOVE, { answer: "no" }));
  expect(refused).toMatchObject({ code: "cancelled", message: "Declined; nothing was changed." });
  expect(world.asked).toHaveLength(1);
  expect(world.asked[0]).toMatch(
    /every key of the source, whoever wrote it.*Billing \(\S+\) prod:\/app at \S+ => Billing \(.*- B +delete \(it was there before this sync\).*- A +1@.*missing at the destination: LATER.*whoever wrote them\? \(yes\/no\)$/s,
  );
  expect(world.destination.read()).toEqual({ A: "1", B: "2" });

  world.source.drop("LATER");
  const { results } = await world.act(REMOVE, { yes: true });
  expect(world.asked).toHaveLength(1);
  expect(results).toMatchObject([{ result: "succeeded", jobId: expect.any(String) }]);
  expect(world.destination.read()).toEqual({});
});

test("the engine removes what the sync created, also where the instance's removal fails", async () => {
  await using world = await start({ destination: { B: "before" } });
  world.destination.drop("A");
  world.source.put({ C: "3" });
  const failed = await world.act(REMOVE, { yes: true });
  expect(failed.results).toMatchObject([{ result: "failed", error: { code: "run-failed" } }]);
  expect(exitCodeOfResults(failed.results)).toBe(4);
  world.destination.put({ OTHER: "o" });
  const { announcements, results } = await world.act(REMOVE_OWN);
  expect(announcements[0]?.review).toMatchObject({
    changes: [{ key: "A" }],
    source: { projectName: "Billing" },
    destination: { projectName: "Billing" },
  });
  expect(results).toMatchObject([{ result: "succeeded" }]);
  expect(world.destination.read()).toEqual({ B: "2", OTHER: "o" });
});

test("one that fails does not hold up the others, and is told at the end", async () => {
  await using world = await start();
  world.recorded["gone"] = { ...world.billing, id: "2e6b0b2b-8f1b-4d0e-8d5d-0c2a4f7b6a44" };
  delete world.recorded["billing"];
  world.recorded["billing"] = world.billing;
  world.source.put({ C: "3" });
  const { results } = await world.act(SYNC);
  expect(results.map(({ sync, result }) => [sync.resource, result])).toEqual([
    ["gone", "failed"],
    ["billing", "succeeded"],
  ]);
  expect(exitCodeOfResults(results)).toBe(4);
  expect(world.destination.read()).toEqual({ A: "1", B: "2", C: "3" });
  const text = world.printed.join("\n");
  expect(text).toMatch(/~ {2}gone {2}sync failed.*error: gone: The source instance has no Infisical Sync/s);
  expect(text).toMatch(/1 synced\n {4}1 failed/);
});

test("names select by sync and by resource; others are left alone", async () => {
  await using world = await start();
  world.recorded["second"] = await addSync(world, "by-hand");
  for (const name of ["second", "by-hand"]) {
    const { results } = await world.act(SYNC, { sync: [name], yes: true });
    expect(results.map(({ sync }) => sync.name)).toEqual(["by-hand"]);
  }
  expect(await rowOf(world, world.recorded["second"].id)).toMatchObject({ syncStatus: "succeeded" });
  expect(await failureOf(world.act(SYNC, { sync: ["typo"] }))).toMatchObject({
    code: "invalid-config",
    message: "The stack's state has no sync named typo.",
    hint: "It has billing, second.",
  });
});

test("a sync in execution engine is not the instance's, and its own keys can be removed", async () => {
  await using world = await start({ execution: "engine" });
  expect(await failureOf(world.act(SYNC))).toMatchObject({ message: /no sync in native execution/ });
  const refused = await failureOf(world.act(SYNC, { sync: ["billing"] }));
  expect(refused).toBeInstanceOf(EngineError);
  expect(refused).toMatchObject({
    code: "invalid-config",
    message: 'billing is in execution "engine": the source instance does not know it.',
    hint: "`external-infisical up` runs it.",
  });
  world.destination.put({ OTHER: "stays" });
  const { results } = await world.act(REMOVE_OWN, { sync: ["billing"] });
  expect(results).toMatchObject([{ result: "succeeded" }]);
  expect(world.destination.read()).toEqual({ OTHER: "stays" });
});

test("a timeout has its own exit code", async () => {
  await using world = await start({}, { waitTimeoutSeconds: 1 });
  world.destination.server.fault({ kind: "hang", path: "/api/v3/secrets" });
  const { results } = await world.act(SYNC);
  expect(results).toMatchObject([{ result: "failed", error: { code: "timeout" } }]);
  expect(exitCodeOfResults(results)).toBe(9);
  world.destination.server.clearFaults();
});

test("stopping ends the wait and skips the rest", async () => {
  await using world = await start();
  world.recorded["second"] = await addSync(world, "second");
  world.destination.server.fault({
    kind: "run",
    path: "/api/v3/secrets",
    action() {
      world.abort.abort();
      world.provider.shared.cancel();
    },
  });
  const { results } = await world.act(SYNC);
  expect(results).toMatchObject([{ result: "failed", error: { code: "cancelled" } }, { result: "skipped" }]);
  expect(exitCodeOfResults(results)).toBe(8);
});

test("hosts of the state are checked before any login", async () => {
  await using world = await start();
  expect(await failureOf(world.act(SYNC, { allowHost: ["example.com"] }))).toMatchObject({
    message: /not allowed:.*external-infisical:host.*billing: instanceUrl/s,
  });
});

test("secrets of the state are known to what is printed", async () => {
  await using world = await start();
  await world.act(SYNC);
  expect(world.redactor.clean(`x ${world.destination.clientSecret}`)).toBe("x [secret]");
});

test.each([[["import", "--yes"]], [["import", "--behavior", "best"]], [["remove", "--execution", "both"]]])(
  "%j is wrong usage",
  async (argv) => {
    expect(await main(argv)).toBe(2);
  },
);

const IMPORT: JobRequest = {
  command: "import",
  execution: "native",
  job: { kind: "import", behavior: "prioritize-source" },
};

// A refused job changes nothing: one world for all.
describe("a job", () => {
  let world: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    world = await start();
    world.source.put({ NEW_ONE: "n" });
    world.destination.put({ THEIRS: "t" });
    return () => world[Symbol.asyncDispose]();
  });

  test.each<[JobRequest, z.input<typeof policiesSchema>, object]>([
    [SYNC, { denyForeignDeletes: true }, { rule: "denyForeignDeletes", key: "THEIRS" }],
    [SYNC, { denyKeys: ["NEW*"] }, { rule: "denyKeys", key: "NEW_ONE" }],
    [SYNC, { allowedDestinations: ["dr.example.com"] }, { rule: "allowedDestinations" }],
    [IMPORT, { denyImports: true }, { rule: "denyImports", key: "THEIRS" }],
    [REMOVE, { maxDeletes: 1 }, { rule: "maxDeletes" }],
    [REMOVE_OWN, { denyDeletesIn: ["prod"] }, { rule: "denyDeletesIn", key: "A" }],
  ])("%o is refused by %o before anything is asked for", async (request, policies, violation) => {
    const told = world.printed.length;
    const [source, destination] = [world.source.read(), world.destination.read()];
    const acted = await world.act(request, { policies: [policies], yes: true });
    expect(acted).toMatchObject({ results: [], error: { code: "policy-violation" } });
    expect(acted.policies).toContainEqual(expect.objectContaining({ sync: "billing", ...violation }));
    expect(world.printed.slice(told).join("\n")).toMatch(/Policies:\n {2}mandatory/);
    expect([world.source.read(), world.destination.read()]).toEqual([source, destination]);
  });
});

test("rules that a job keeps, and advisory ones, let it run", async () => {
  await using world = await start();
  world.source.put({ NEW_ONE: "n" });
  const policies = [
    { denyForeignDeletes: true, denyKeys: { value: ["NEW*"], enforcement: "advisory" as const } },
  ];
  const acted = await world.act(SYNC, { policies, yes: true });
  expect(acted).toMatchObject({ policies: [{ rule: "denyKeys" }], results: [{ result: "succeeded" }] });
});

const SYNCS = "/api/v1/secret-syncs/external-infisical";
const CONNECTIONS = "/api/v1/app-connections/external-infisical";

const THERE = { THEIRS: "t", A: "theirs" };

/** Somebody has pointed the instance's sync to a folder that holds a key of others. */
async function startRepointed() {
  const world = await start();
  const { server, projectId, environment } = world.destination;
  const place = { projectId, environment, secretPath: "/protected" };
  server.putSecrets(place, THERE);
  await world.api("PATCH", `${SYNCS}/${world.billing.id}`, {
    isAutoSyncEnabled: false,
    destinationConfig: place,
  });
  return Object.assign(world, { protectedKeys: () => server.readSecrets(place) });
}

test.each<[string, JobRequest]>([
  ["a run", SYNC],
  [
    "an import",
    { command: "import", execution: "native", job: { kind: "import", behavior: "prioritize-source" } },
  ],
  ["a removal", REMOVE],
])(
  "%s is announced and judged where the instance has the sync, not where the state has it",
  async (_what, request) => {
    await using world = await startRepointed();
    const policies = [
      {
        allowedDestinations: [{ host: "127.0.0.1:*", places: ["prod:/app"] }],
        denyDeletesIn: ["prod:/protected"],
      },
    ];
    const acted = await world.act(request, { policies, yes: true });
    expect(acted).toMatchObject({ results: [], error: { code: "policy-violation" } });
    expect(acted.announcements).toMatchObject([{ review: { destination: { secretPath: "/protected" } } }]);
    expect(world.printed.join("\n")).toContain(
      'warning: changed at the instance since the last deployment: destinationConfig.secretPath: "/protected" => "/app"',
    );
    expect(world.protectedKeys()).toEqual(THERE);
    expect(world.source.read()).toEqual({ A: "1", B: "2" });
  },
);

test("a foreign key where the instance has the sync is judged, too", async () => {
  await using world = await startRepointed();
  const acted = await world.act(SYNC, { policies: [{ denyForeignDeletes: true }], yes: true });
  expect(acted).toMatchObject({ results: [], error: { code: "policy-violation" } });
  expect(world.protectedKeys()).toEqual(THERE);
});

test("the host that the instance's connection leads to must be allowed, and gets no credentials from here", async () => {
  await using world = await start();
  const { url } = world.destination.server;
  const credentials = {
    instanceUrl: url.replace("127.0.0.1", "localhost"),
    machineIdentityClientId: world.destination.clientId,
    machineIdentityClientSecret: world.destination.clientSecret,
  };
  await world.api("PATCH", `${CONNECTIONS}/${world.connectionId}`, { credentials });
  const refused = await failureOf(
    world.act(SYNC, { allowHost: [url, world.source.server.url].map((one) => new URL(one).host), yes: true }),
  );
  expect(refused).toMatchObject({ code: "invalid-config", message: expect.stringContaining("localhost") });

  world.destination.server.clearRequests();
  const acted = await world.act(SYNC, { policies: [{ denyKeys: ["NONE"] }], yes: true });
  expect(acted).toMatchObject({ results: [], error: { code: "policy-violation" } });
  expect(world.destination.server.requests).toEqual([]);
});

test("what somebody changes between the announcement and the answer is not run", async () => {
  await using world = await start();
  world.hooks.onQuestion = () =>
    world.api("PATCH", `${SYNCS}/${world.billing.id}`, {
      isAutoSyncEnabled: false,
      syncOptions: { initialSyncBehavior: "overwrite-destination", disableSecretDeletion: true },
    });
  const { results } = await world.act(SYNC);
  expect(results).toMatchObject([{ result: "failed", error: { code: "plan-changed" } }]);
});
