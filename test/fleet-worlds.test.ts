/** Fleets drawn at random do the same, and say the same, whether or not their syncs share looks. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeFolder } from "./support/command-folder.ts";
import { toldBy } from "./support/fleet.ts";
import { runInProcess } from "./support/run-in-process.ts";
import { isThorough } from "./support/thorough.ts";
import { startWorld, type Values } from "./support/world.ts";

/** A quick run plays the same worlds each time, so that it judges the change and not the luck. */
const EXTENT = isThorough ? { numRuns: 60 } : { numRuns: 2, seed: 11 };

const ENVIRONMENTS = ["dev", "prod"];
/** Of flat syncs; of those that take the folders beneath along, which others must not lie in. */
const [FLAT, TREES] = [
  ["/f", "/f/a", "/f/b", "/f/b/x", "/f/c", "/g"],
  ["/t/a", "/t/b"],
];

const environment = fc.constantFrom(...ENVIRONMENTS);
const path = fc.constantFrom(...FLAT, ...FLAT, ...TREES, "/t/a/beneath");
const keys = fc.uniqueArray(fc.constantFrom("A", "B", "C"), { maxLength: 3 });
/** Of many secrets, mostly; few texts, so that values are equal on both sides, too. */
const values = keys.chain((names) =>
  fc
    .tuple(...names.map(() => fc.constantFrom("v-1", "v-1", "v-2", "v-2", "v-3", "${A}x")))
    .map((texts): Values => Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ""]))),
);
const side = fc.constantFrom("source", "destination");
const put = fc.record({ side, environment, path, values });
const drop = fc.record({ side, environment, path, keys });
const rule = fc.record(
  {
    side,
    environment,
    secretPath: path,
    keys: fc.constantFrom(["A"], ["B", "C"]),
    role: fc.constantFrom("no-access", "describe-only"),
  },
  { requiredKeys: ["side", "secretPath", "role"] },
);
const sync = fc.record({
  environment,
  path: fc.constantFrom(...FLAT, ...FLAT, ...TREES),
  /** What is read, where it is another folder. */
  from: fc.option(fc.constantFrom(...FLAT), { freq: 3 }),
  isOfSecond: fc.boolean(),
  filter: fc.constantFrom(undefined, undefined, undefined, "A", "!A"),
  behavior: fc.constantFrom(
    "overwrite-destination",
    "overwrite-destination",
    "import-prioritize-destination",
  ),
  unownedKeys: fc.constantFrom("delete", "keep"),
});
/** What the source has in nearly every folder. */
const source = fc.array(fc.option(values, { freq: 8 }), {
  minLength: ENVIRONMENTS.length * FLAT.length,
  maxLength: ENVIRONMENTS.length * FLAT.length,
});
const world = fc.record({
  source,
  syncs: fc.uniqueArray(sync, {
    minLength: 3,
    maxLength: 9,
    selector: (one) => `${one.environment}:${one.path}`,
  }),
  puts: fc.array(put, { maxLength: 8 }),
  rules: fc.array(rule, { maxLength: 1 }),
  later: fc.record({
    puts: fc.array(put, { maxLength: 4 }),
    drops: fc.array(drop, { maxLength: 3 }),
    rules: fc.array(rule, { maxLength: 1 }),
  }),
});
type Drawn = typeof world extends fc.Arbitrary<infer T> ? T : never;
type Sync = Drawn["syncs"][number];

const isTree = ({ path }: Sync) => TREES.includes(path);

function syncText(one: Sync, [from, to]: readonly [string, string]): string {
  const { environment, path, behavior, filter, unownedKeys, isOfSecond } = one;
  const options = {
    initialSyncBehavior: behavior,
    unownedKeys,
    allowEmptySource: true,
    ...(isTree(one) && { includeAllSubFolders: true }),
    ...(filter && {
      filter: { keys: filter === "!A" ? { exclude: ["A"] } : { include: [filter] } },
      unownedKeys: "keep",
    }),
  };
  return `
  ${environment}${path.replaceAll("/", "-")}:
    connection: ${isOfSecond ? "second" : "first"}
    projectId: ${from}
    environment: ${environment}
    secretPath: ${isTree(one) ? path : (one.from ?? path)}
    destinationConfig: { projectId: ${to}, environment: ${environment}, secretPath: ${path} }
    syncOptions: ${JSON.stringify(options)}`;
}

/** What fails first is told first. */
const inNoOrder = (text: string): string[] =>
  text
    .split("\n")
    .map((line) =>
      line
        .split(/[\s,]+/)
        .toSorted()
        .join(" "),
    )
    .toSorted();

/** What the commands say, what is then at the destination, and what was asked for: by folders' own requests, and by others. */
async function play(drawn: Drawn, sharedLooks: boolean) {
  await using played = await startWorld();
  const { source, destination } = played;
  const sides = { source, destination };
  const rules = { source: [] as object[], destination: [] as object[] };
  const identityAt = (name: "source" | "destination") =>
    sides[name].server.createIdentity({
      memberships: [{ projectId: sides[name].projectId, role: "member", paths: rules[name] as [] }],
    });
  const reader = identityAt("source");
  // Rules are of the first identity at the destination; the other may do all.
  const first = identityAt("destination");
  const second = destination.server.createIdentity({
    memberships: [{ projectId: destination.projectId, role: "member" }],
  });
  const change = ({
    puts,
    rules: more,
    drops = [],
  }: Pick<Drawn, "puts" | "rules"> & Partial<Drawn["later"]>) => {
    for (const one of puts) {
      const { server, projectId } = sides[one.side];
      server.putSecrets({ projectId, environment: one.environment, secretPath: one.path }, one.values);
    }
    for (const one of drops) {
      const { server, projectId } = sides[one.side];
      server.deleteSecrets({ projectId, environment: one.environment, secretPath: one.path }, one.keys);
    }
    for (const { side: at, ...one } of more) rules[at].push(one);
  };
  for (const [index, values] of drawn.source.entries()) {
    const [secretPath = "", environment = ""] = [
      FLAT[index % FLAT.length],
      ENVIRONMENTS[Math.floor(index / FLAT.length)],
    ];
    if (values) source.server.putSecrets({ projectId: source.projectId, environment, secretPath }, values);
  }
  change(drawn);
  const connection = (name: string, { clientId }: { clientId: string }) => `
  ${name}:
    instanceUrl: ${destination.server.url}
    machineIdentityClientId: ${clientId}
    machineIdentityClientSecret: \${env:${name.toUpperCase()}_SECRET}`;
  await using folder = await makeFolder(`project: fleet
backend: file://./state
sharedLooks: ${sharedLooks}
source:
  host: ${source.server.url}
  clientId: ${reader.clientId}
  clientSecret: \${env:SOURCE_SECRET}
connections:${connection("first", first)}${connection("second", second)}
syncs:${drawn.syncs.map((one) => syncText(one, [source.projectId, destination.projectId])).join("")}
`);
  const secrets = {
    SOURCE_SECRET: reader.clientSecret,
    FIRST_SECRET: first.clientSecret,
    SECOND_SECRET: second.clientSecret,
  };
  const lists = (...args: string[]) => runInProcess(played, folder.path, args, undefined, secrets);
  const up = ["up", "--yes", "--skip-preview", "--continue-on-error"];
  const told: string[][] = [];
  const tell = async (...args: string[]) => void told.push(inNoOrder(await toldBy({ lists }, args)));
  for (const args of [["preview"], up, ["preview"]]) await tell(...args);
  change(drawn.later);
  for (const args of [["preview"], ["drift"], up, ["drift"]]) await tell(...args);
  const requests = [source, destination].flatMap(({ server }) => server.requests);
  const ofMany = requests.filter(({ query }) => query["recursive"] === "true").length;
  const stands = ENVIRONMENTS.flatMap((environment) =>
    [...FLAT, ...TREES, "/t/a/beneath"].map((secretPath) => {
      const { server, projectId } = destination;
      return [environment, secretPath, server.readSecrets({ projectId, environment, secretPath })];
    }),
  );
  return { told, stands, own: requests.length - ofMany, ofMany };
}

/** Commands, each with the lists that a look may take, of either side, of each environment and identity. */
const MOST_IN_VAIN = 7 * 3 * 2 * ENVIRONMENTS.length * 2;

test(
  "fleets do and say the same, whether or not looks are shared, and ask for no more folders by themselves",
  async () => {
    await fc.assert(
      fc.asyncProperty(world, async (drawn) => {
        const shared = await play(drawn, true);
        const alone = await play(drawn, false);
        expect(shared.told).toEqual(alone.told);
        expect(shared.stands).toEqual(alone.stands);
        expect(shared.own).toBeLessThanOrEqual(alone.own);
        expect(shared.ofMany).toBeLessThanOrEqual(alone.ofMany + MOST_IN_VAIN);
      }),
      { ...EXTENT, endOnFailure: true },
    );
  },
  isThorough ? 1_200_000 : 120_000,
);
