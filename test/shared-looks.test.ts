/** Syncs whose folders lie in one environment are looked at by one list a side, and nothing else comes of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ENGINES } from "./support/engines.ts";
import {
  deployFleet,
  ENVIRONMENTS,
  type Fleet,
  FOLDERS,
  type Rule,
  toldBy,
  valueAt,
} from "./support/fleet.ts";
import { isThorough } from "./support/thorough.ts";

const CLI = ENGINES.find(({ engine }) => engine === "pulumi");

test("what has changed is looked at by its folder, and the rest is not", async () => {
  await using fleet = await deployFleet();
  fleet.put("prod", "/fleet/c", { KEY: "new", MORE: "more" });
  const preview = await fleet.lists("preview");
  expect(preview.stdout).toMatch(/prod-3.*\+ MORE.*~ KEY|prod-3.*~ KEY.*\+ MORE/s);
  expect(preview.lists).toEqual([3, 3]);
  const up = await fleet.lists("up", "--yes", "--skip-preview");
  expect(up.code, up.stderr).toBe(0);
  expect(fleet.read("prod", "/fleet/c")).toEqual({ KEY: "new", MORE: "more", SAME: "qqq-qqq" });
  expect((await fleet.lists("preview")).lists).toEqual([2, 2]);
});

test.skipIf(!CLI?.isPlayed)(
  `the provider that the Pulumi CLI starts is told the folders, in a file that goes with the run: ${CLI?.title}`,
  { timeout: 180_000 },
  async () => {
    await using fleet = await deployFleet("", undefined, ["--engine", "pulumi"]);
    for (const command of ["preview", "drift", "status"])
      expect((await fleet.lists(command)).lists).toEqual([2, 2]);
    expect(await fleet.leftovers()).toEqual([]);
  },
);

test("each identity looks from the folder on that is above its own syncs'", async () => {
  const second = (file: string, clientId: string) => {
    const [connection = ""] = / {2}other:\n(?: {4}.*\n)+/.exec(file) ?? [];
    const another = connection
      .replace("other", "second")
      .replace(/ClientId: .*/, `ClientId: ${clientId}`)
      .replace("DESTINATION_SECRET", "SECOND_SECRET");
    return file
      .replace(connection, connection + another)
      .replaceAll(/(-[12]:\n {4}connection:) other/g, "$1 second");
  };
  await using fleet = await deployFleet("", second);
  expect((await fleet.lists("preview")).lists).toEqual([2, 4]);
  expect(new Set(fleet.roots())).toEqual(new Set(["/fleet", "/fleet/b"]));
});

const changeAll = (fleet: Fleet) => {
  for (const path of FOLDERS) fleet.put("dev", path, { KEY: `new-${path}` });
};

/** Looking changes nothing: one fleet is looked at both ways, one after the other, since what is printed goes through one process. */
async function expectToldAlike(fleet: Fleet): Promise<void> {
  const commands = isThorough ? ["preview", "drift"] : ["preview"];
  const looks = async (settings?: string) => {
    await fleet.declare(settings);
    return toldBy(fleet, ...commands.map((command) => [command]));
  };
  expect(await looks()).toBe(await looks("sharedLooks: false"));
}

const extent = isThorough ? "" : " by previews (drift, too: npm run test:all)";

const DISTURBED: [what: string, disturb: (fleet: Fleet) => void][] = [
  ["a source folder without keys", (fleet) => fleet.drop("source", "dev", "/fleet/c", "KEY", "SAME")],
  ["a key that is gone at the destination", (fleet) => fleet.drop("destination", "dev", "/fleet/a", "KEY")],
  [
    "a key that both sides lack",
    (fleet) => {
      fleet.drop("source", "prod", "/fleet/b", "KEY");
      fleet.drop("destination", "prod", "/fleet/b", "KEY");
    },
  ],
  [
    "a key among many changes that may be described alone at the source",
    (fleet) => {
      changeAll(fleet);
      fleet.rules.source.push({ secretPath: "/fleet/b", keys: ["SAME"], role: "describe-only" });
    },
  ],
  [
    "a key among many changes that may be described alone at the destination",
    (fleet) => {
      changeAll(fleet);
      fleet.rules.destination.push({ secretPath: "/fleet/c", keys: ["SAME"], role: "describe-only" });
    },
  ],
  ["a reference", (fleet) => fleet.put("prod", "/fleet/a", { SAME: "${KEY}" })],
];

describe("a fleet", () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await deployFleet();
  });
  afterAll(() => fleet[Symbol.asyncDispose]());
  beforeEach(() => fleet.restore());

  test("in which nothing has changed is looked at by one list an environment and side", async () => {
    const preview = await fleet.lists("preview");
    expect(preview.lists).toEqual([2, 2]);
    expect(preview.stdout).toContain("16 unchanged in 8 syncs");
    for (const command of ["drift", "status"]) {
      const { code, stdout, lists } = await fleet.lists(command);
      expect(code, stdout).toBe(0);
      expect(lists).toEqual([2, 2]);
    }
  });

  test("of which few syncs are named: the folders of these are looked at", async () => {
    const one = await fleet.lists("preview", "--sync", "prod-0");
    expect(one.stdout).toContain("2 unchanged in 1 sync");
    expect(one.lists).toEqual([1, 1]);
    expect(fleet.roots()).toEqual(["/fleet/a", "/fleet/a"]);
    expect((await fleet.lists("drift", "--sync", "prod-1", "--sync", "prod-2")).lists).toEqual([1, 1]);
    expect(fleet.roots()).toEqual(["/fleet/b", "/fleet/b"]);
  });

  test("with sharedLooks: false keeps every read to the folders that are declared", async () => {
    await fleet.declare("sharedLooks: false");
    expect((await fleet.lists("preview")).lists).toEqual([8, 8]);
    const recursive = fleet.world.source.server.requests.filter(({ query }) => query["recursive"] === "true");
    expect(recursive).toEqual([]);
  });

  test.each<[what: string, side: "source" | "destination", hidden: Omit<Rule, "role">]>([
    ["a folder that may not be read at the source", "source", { secretPath: "/fleet/b" }],
    ["a folder that may not be read at the destination", "destination", { secretPath: "/fleet/c" }],
    ["the folder above, which may not be read", "source", { secretPath: "/fleet" }],
    ["a key that may not be read at the source", "source", { secretPath: "/fleet/b", keys: ["KEY"] }],
    [
      "a key that may not be read at the destination",
      "destination",
      { secretPath: "/fleet/b", keys: ["SAME"] },
    ],
  ])(`is told as by looks of each folder${extent}: %s`, async (_what, side, hidden) => {
    fleet.rules[side].push({ ...hidden, role: "no-access" });
    await expectToldAlike(fleet);
  });

  test.each(DISTURBED)(`is told as by looks of each folder${extent}: %s`, async (_what, disturb) => {
    disturb(fleet);
    await expectToldAlike(fleet);
  });
});

test("where many folders have changed, a list without values proves what the first has told of them", async () => {
  await using fleet = await deployFleet();
  for (const environment of ENVIRONMENTS)
    for (const path of FOLDERS) fleet.put(environment, path, { KEY: `new-${path}`, MORE: "more" });
  const preview = await fleet.lists("preview");
  expect(preview.stdout).toMatch(/8 to create, 8 to update, 8 unchanged/);
  // In each environment the look, a list of the folder that came first, and the look without values.
  expect(preview.lists).toEqual([6, 6]);
  expect((await fleet.lists("up", "--yes")).code).toBe(0);
  for (const environment of ENVIRONMENTS)
    for (const path of FOLDERS)
      expect(fleet.read(environment, path)).toMatchObject({ KEY: `new-${path}`, MORE: "more" });
});

test("new syncs of an environment share the looks before they write and after, too", async () => {
  const NEW = Array.from({ length: 24 }, (_, index) => `/many/${index}`);
  const more = (file: string) => {
    const [sync = ""] = / {2}dev-0:\n(?: {4}.*\n)+/.exec(file) ?? [];
    const into = (path: string, index: number) =>
      sync
        .replace("dev-0", `many-${index}`)
        .replace(/secretPath: .*(?=\n {4}syncOptions)/, `secretPath: ${path}`);
    return file + NEW.map(into).join("");
  };
  await using fleet = await deployFleet("", more);
  for (const path of NEW)
    expect(fleet.read("dev", path)).toEqual({ KEY: valueAt("dev", "/fleet/a"), SAME: "qqq-qqq" });
  const { requests } = fleet.world.destination.server;
  const reads = requests.filter(({ method, path }) => method === "GET" && !path.includes("projects"));
  // Each by itself looks twice for a folder that is not there, by two requests, and once after it has written.
  expect(reads.length).toBeLessThan(NEW.length + 2 * FOLDERS.length);
});

test("folders that import, and values that refer to others, are looked at by themselves", async () => {
  await using fleet = await deployFleet();
  fleet.put("dev", "/fleet/a", { KEY: "${SAME}!" });
  expect((await fleet.lists("up", "--yes", "--skip-preview")).code).toBe(0);
  expect(fleet.read("dev", "/fleet/a")).toEqual({ KEY: "qqq-qqq!", SAME: "qqq-qqq" });
  fleet.put("dev", "/fleet/a", { SAME: "other" });
  const { stdout } = await fleet.lists("preview");
  expect(stdout).toMatch(/dev-0.*~ KEY.*~ SAME/s);
});

test("what a sync has just written is read anew by the one that reads it", async () => {
  await using fleet = await deployFleet();
  fleet.drop("destination", "prod", "/fleet/b/below", "KEY");
  fleet.put("prod", "/fleet/b", { KEY: "changed" });
  const up = await fleet.lists("up", "--yes", "--skip-preview");
  expect(up.code, up.stderr).toBe(0);
  expect(fleet.read("prod", "/fleet/b/below")).toMatchObject({ KEY: valueAt("prod", "/fleet/b/below") });
  expect(fleet.read("prod", "/fleet/b")).toMatchObject({ KEY: "changed" });
  expect((await fleet.lists("drift")).code).toBe(0);
});
