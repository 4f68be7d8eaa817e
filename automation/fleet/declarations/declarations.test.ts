import { beforeEach, describe, expect, it } from "vitest";
import { openTestDatabase } from "../../../test/fleet/databases.ts";
import { readSyncsFile } from "../../syncs/read.ts";
import type { Database } from "../database/database.ts";
import { applyDeclarations, planDeclarations } from "./apply.ts";
import { readersOf } from "./chains.ts";
import { declarationOf } from "./declaration.ts";

let database: Database;
beforeEach(async () => {
  database = await openTestDatabase();
}, 300_000);

const SOURCE = "https://a.example";
const DESTINATION = "https://b.example";
interface Sync {
  from?: string;
  to: string;
  more?: string;
}
function declare(
  project: string,
  syncs: Record<string, Sync>,
  { url = DESTINATION, host = SOURCE, top = "" } = {},
) {
  const entries = Object.entries(syncs).map(
    ([name, { from = "/", to, more = "" }]) => `
  ${name}:
    secretPath: ${from}
    destinationConfig: { projectId: p-${url === DESTINATION ? "b" : "a"}, environment: prod, secretPath: ${to} }
    ${more}`,
  );
  const text = `project: ${project}
source: { host: "${host}", clientId: 22222222-2222-4222-8222-222222222222, clientSecret: "\${env:SOURCE}" }
${top}
connections:
  there: { instanceUrl: "${url}", machineIdentityClientId: 22222222-2222-4222-8222-222222222222, machineIdentityClientSecret: "\${env:THERE}" }
defaults:
  connection: there
  projectId: p-${host === SOURCE ? "a" : "b"}
  environment: prod
  syncOptions: { initialSyncBehavior: overwrite-destination }
syncs:${entries.join("")}
`;
  return declarationOf(readSyncsFile(text, "syncs.yaml"), { file: "syncs.yaml", folder: "/there" }, {});
}

type Given = ReturnType<typeof declare>;
const apply = async (declarations: Given[], { prune = false } = {}) => {
  const { affected, plans } = await database.transaction((queries) =>
    applyDeclarations(queries, declarations, { by: "ada", prune }),
  );
  return { affected: affected.length, told: plans.flatMap(told) };
};
const plan = async (...declarations: Given[]) =>
  (await planDeclarations(database, declarations, { prune: false })).plans.flatMap(told);
const told = ({ changes, parts }: Awaited<ReturnType<typeof planDeclarations>>["plans"][number]) => [
  ...parts,
  ...changes.map((change) =>
    change.kind === "removed"
      ? `gone ${change.row.name}`
      : `${change.kind} ${change.sync.name}${"row" in change && change.row.name !== change.sync.name ? ` from ${change.row.name}` : ""}${change.kind === "changed" ? ` (${change.parts})` : ""}`,
  ),
];
const rows = () =>
  database.query<{ id: string; name: string; gone: boolean; is_pruned: boolean; outputs: unknown }>(
    "select id, name, removed_at is not null as gone, is_pruned, outputs from sync order by name",
  );

describe("declarations", () => {
  it("become rows, and change nothing when they come again", async () => {
    const file = declare("one", { app: { to: "/app" }, web: { from: "/web", to: "/web" } });
    expect(await plan(file)).toEqual(["new app", "new web"]);
    expect(await rows()).toEqual([]);
    expect(await apply([file])).toEqual({ affected: 2, told: ["new app", "new web"] });
    expect(await apply([file])).toEqual({ affected: 0, told: [] });
    const events = await database.query("select name, event, done_by, detail from history order by id");
    expect(events).toEqual([
      { name: "app", event: "declared", done_by: "ada", detail: { change: "new" } },
      { name: "web", event: "declared", done_by: "ada", detail: { change: "new" } },
    ]);
  });

  it("change what differs, and all syncs where it is what they have in common", async () => {
    await apply([declare("one", { app: { to: "/app" }, web: { from: "/web", to: "/web" } })]);
    const changed = declare("one", {
      app: { to: "/app", more: "description: hello\n    fleet: { approve: [deletes] }" },
      web: { from: "/web", to: "/web" },
    });
    expect(await apply([changed])).toEqual({
      affected: 1,
      told: ["changed app (fleet.approve,description)"],
    });
    const notified = declare(
      "one",
      {
        app: { to: "/app", more: "description: hello\n    fleet: { approve: [deletes] }" },
        web: { from: "/web", to: "/web" },
      },
      { top: "fleet: { notify: { url: 'https://hooks.example' } }" },
    );
    expect(await apply([notified])).toEqual({ affected: 2, told: ["fleet.notify"] });
  });

  it("rename what writes the same place, and keep what is remembered of it", async () => {
    await apply([declare("one", { app: { to: "/app" } })]);
    await database.query("update sync set outputs = $1", [{ keys: { A: "kept" } }]);
    const [before] = await rows();
    expect(await apply([declare("one", { service: { to: "/app" } })])).toEqual({
      affected: 1,
      told: ["renamed service from app"],
    });
    expect(await rows()).toEqual([{ ...before, name: "service" }]);
  });

  it("move syncs, also where two swap their places", async () => {
    await apply([declare("one", { app: { to: "/app" }, web: { from: "/w", to: "/web" } })]);
    expect(await apply([declare("one", { app: { to: "/web" }, web: { from: "/w", to: "/app" } })])).toEqual({
      affected: 2,
      told: ["moved app", "moved web"],
    });
  });

  it("leave what is gone to somebody, unless it is to be pruned; and take it back", async () => {
    const both = declare("one", { app: { to: "/app" }, web: { from: "/web", to: "/web" } });
    const one = declare("one", { app: { to: "/app" } });
    await apply([both]);
    expect(await apply([one])).toEqual({ affected: 1, told: ["gone web"] });
    expect(await plan(one)).toEqual([]);
    expect(await rows()).toMatchObject([{ gone: false }, { gone: true, is_pruned: false }]);
    expect(await apply([one], { prune: true })).toEqual({ affected: 1, told: ["gone web"] });
    expect(await rows()).toMatchObject([{ gone: false }, { gone: true, is_pruned: true }]);
    expect(await apply([both])).toEqual({ affected: 1, told: ["restored web"] });
    expect(await rows()).toMatchObject([{ gone: false }, { gone: false, is_pruned: false }]);
  });

  it("do not write what others write, in this project or another, of one that is gone as of others", async () => {
    await apply([declare("one", { app: { to: "/app" } })]);
    await expect(apply([declare("two", { other: { from: "/x", to: "/app" } })])).rejects.toThrow(
      /"(?:one\/app|two\/other)" writes what "(?:one\/app|two\/other)" writes: .*a destination has one writer/,
    );
    const tree = declare("two", {
      all: { from: "/x", to: "/", more: "syncOptions: { includeAllSubFolders: true }" },
    });
    await expect(apply([tree])).rejects.toThrow("a destination has one writer");
    await apply([declare("one", { app: { to: "/elsewhere" } })]);
    await apply([declare("two", { other: { from: "/x", to: "/app" } })]);
    await apply([declare("two", { third: { from: "/x", to: "/third" } })]);
    await expect(apply([declare("one", { app: { to: "/app" } })])).rejects.toThrow("two/other");
    expect((await rows()).map(({ name }) => name)).toEqual(["app", "other", "third"]);
  });

  it("make chains of those that read what others write, across projects, and no loops", async () => {
    const there = declare("one", { app: { from: "/app", to: "/app" } });
    const onwards = declare(
      "two",
      { copy: { from: "/app", to: "/copy" } },
      { host: DESTINATION, url: SOURCE },
    );
    await apply([onwards, there]);
    const [app, copy] = await rows();
    expect(await readersOf(database, app?.id ?? "")).toMatchObject([{ id: copy?.id }]);
    expect(await readersOf(database, copy?.id ?? "")).toEqual([]);
    const back = declare("two", { copy: { from: "/app", to: "/app" } }, { host: DESTINATION, url: SOURCE });
    await expect(apply([back])).rejects.toThrow(/a loop: "\w+\/\w+" writes what is read by "\w+\/\w+"/);
  });
});

describe("a file that is not for a fleet", () => {
  const text = `project: one
source: { host: "${SOURCE}", clientId: 22222222-2222-4222-8222-222222222222, clientSecret: "\${config:source}" }
fleet: { notify: { url: "https://hooks.example", secret: "\${config:hook}" } }
connections:
  there: { instanceUrl: "${DESTINATION}", machineIdentityClientId: 22222222-2222-4222-8222-222222222222, execution: native }
syncs:
  app:
    connection: there
    projectId: p
    environment: prod
    secretPath: /
    execution: native
    destinationConfig: { projectId: q, environment: prod, secretPath: / }
    syncOptions: { initialSyncBehavior: overwrite-destination }
    fleet: { schedule: "0 0 30 2 *" }
`;
  it("is told with all that is wrong, each with its line", () => {
    const read = () =>
      declarationOf(readSyncsFile(text, "syncs.yaml"), { file: "syncs.yaml", folder: "/" }, {});
    expect(read).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          /:2:\d+: source.clientSecret: .*\n.*:3:\d+: fleet.notify.secret: .*\n.*:5:\d+: connections.there.execution: .*\n.*:12:\d+: syncs.app.execution: .*\n.*:15:\d+: syncs.app.fleet.schedule: is no time of cron/s,
        ),
      }),
    );
  });

  it("has no secret in what is kept", () => {
    const { declared } = declare("one", { app: { to: "/app" } });
    expect(declared.source["clientSecret"]).toBe("${env:SOURCE}");
    expect(declared.connections["there"]).toMatchObject({ machineIdentityClientSecret: "${env:THERE}" });
  });
});
