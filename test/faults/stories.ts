/** The deployments that are disturbed: between them they create, update, delete and import. */
import type { Stack } from "../drivers/driver.ts";
import type { SyncArguments } from "../scenarios/scenario.ts";
import type { Values, World, WorldOptions } from "../support/world.ts";
import type { SideName } from "./arena.ts";

export interface Story {
  name: string;
  /** What it does, for the table. */
  tells: string;
  given: WorldOptions;
  with: SyncArguments;
  /** What happened before. */
  before?: (stack: Stack, world: World) => Promise<void>;
  /** What is disturbed, if not a deployment. */
  run?: (stack: Stack) => Promise<unknown>;
  /** A run that fails puts back what it has changed. */
  restores?: true;
  /** What makes the run fail even if nothing disturbs it, and how it says so; it is gone when the run is repeated. */
  spoil?: { prepare: (world: World) => void; says: RegExp };
  /** The sides whose requests are disturbed. Default: both. */
  sides?: readonly SideName[];
}

/** A folder of the destination's project, where a sync may move to. */
export const OTHER_PATH = "/other";

const overwrite = { initialSyncBehavior: "overwrite-destination" };
const later: SyncArguments = { syncOptions: { ...overwrite, unownedKeys: "keep" } };
const restoring: SyncArguments = {
  syncOptions: { ...overwrite, unownedKeys: "keep", onFailure: "restore" },
};
const refusing: SyncArguments = { syncOptions: { ...overwrite, unownedKeys: "fail" } };
const moving: SyncArguments = { ...later, onDestinationChange: "remove" };
const many = (from: number, to: number, value: string): Values =>
  Object.fromEntries(Array.from({ length: to - from }, (_, index) => [`KEY_${from + index}`, value]));

const FOLDERS = ["f0", "f1", "f2", "f3", "f4"];
/** The same names in each of some folders. */
const inFolders = (from: number, to: number, value: string): Values =>
  Object.fromEntries(
    FOLDERS.slice(from, to).flatMap((folder) => [
      [`${folder}/CHANGED`, value],
      [`${folder}/SAME`, folder],
    ]),
  );
const tree: SyncArguments = {
  syncOptions: { ...overwrite, unownedKeys: "keep", includeAllSubFolders: true },
};

export const stories: readonly Story[] = [
  {
    name: "import",
    tells: "a first run that imports over and beside what the source has, creates and updates",
    given: {
      source: { BOTH: "source", KEPT: "k", MINE: "m" },
      destination: { BOTH: "destination", KEPT: "", THEIRS: "t" },
      sourceRole: "member",
    },
    with: { syncOptions: { initialSyncBehavior: "import-prioritize-destination" } },
  },
  {
    name: "change",
    tells: "a later run that creates, updates, restores and deletes, beside foreign keys",
    given: {
      source: { SAME: "s", CHANGED: "1", DROPPED: "d", REFERRING: "to ${CHANGED}", EDITED: "e", LOST: "l" },
      destination: { FOREIGN: "f" },
    },
    with: later,
    async before(stack, { source, destination }) {
      await stack.deploy(later);
      source.put({ CHANGED: "2", NEW: "n" });
      source.drop("DROPPED");
      destination.put({ EDITED: "by hand", FOREIGN_TOO: "f" });
      destination.drop("LOST");
    },
  },
  {
    name: "first",
    tells: "a first run that makes the folder",
    given: { source: { A: "1", B: "2" }, destinationFolder: false },
    with: { syncOptions: overwrite },
  },
  {
    name: "destroy",
    tells: "removal of what the sync has created, and of nothing else",
    given: { source: { A: "1", B: "2", ADOPTED: "a" }, destination: { ADOPTED: "a" } },
    with: { removeSecretsOnDelete: true },
    before: async (stack) => void (await stack.deploy({ removeSecretsOnDelete: true })),
    run: (stack) => stack.destroy(),
  },
  {
    // One request for several folders, with what it takes to know that it may be, and what it has written.
    name: "tree",
    sides: ["destination"],
    tells: "a later run of a tree that creates folders, updates and deletes in several, beside foreign keys",
    given: {
      folders: FOLDERS,
      source: { SAME: "s", ...inFolders(0, 3, "old") },
      destination: { FOREIGN: "f", "f0/FOREIGN": "f" },
    },
    with: tree,
    async before(stack, { source }) {
      await stack.deploy(tree);
      source.put(inFolders(0, 5, "new"));
      source.drop("f0/SAME");
    },
  },
  {
    // Two requests for the writes and two for the deletes: a run can stop between them. Its reads of the source
    // are those of "change".
    name: "many",
    tells: "a later run of two write and two delete requests",
    sides: ["destination"],
    given: { source: many(0, 1002, "old"), destination: { FOREIGN: "f" } },
    with: later,
    async before(stack, { source }) {
      await stack.deploy(later);
      source.put(many(0, 501, "new"));
      source.drop(...Object.keys(many(501, 1002, "")));
    },
  },
  {
    name: "restore",
    tells: "a later run that creates, updates and deletes, and puts all back if it fails",
    given: { source: { CHANGED: "1", DROPPED: "d" }, destination: { FOREIGN: "f" } },
    with: restoring,
    before: changedAfter(restoring),
    restores: true,
  },
  {
    // Only here the requests that put back are disturbed, too. Its reads of the source are those of "restore".
    name: "put back",
    tells: "a later run that fails when all is written, and puts it back",
    sides: ["destination"],
    given: { source: { CHANGED: "1", DROPPED: "d" }, destination: { FOREIGN: "f" } },
    with: restoring,
    before: changedAfter(restoring),
    restores: true,
    spoil: { prepare: refuseReading, says: /\(403/ },
  },
  {
    name: "restore import",
    tells: "a first run that imports, creates and updates, and puts all back if it fails",
    given: {
      source: { BOTH: "source", KEPT: "k", MINE: "m" },
      destination: { BOTH: "destination", KEPT: "", THEIRS: "t" },
      sourceRole: "member",
    },
    with: { syncOptions: { initialSyncBehavior: "import-prioritize-destination", onFailure: "restore" } },
    restores: true,
  },
  {
    name: "fail",
    tells: "a later run that creates, updates, restores and deletes, where foreign keys are refused",
    given: { source: { CHANGED: "1", DROPPED: "d", EDITED: "e" } },
    with: refusing,
    async before(stack, world) {
      await changedAfter(refusing)(stack, world);
      world.destination.put({ EDITED: "by hand" });
    },
  },
  {
    name: "move",
    tells: "a run to another folder, that removes what the sync has created in the old one",
    given: { source: { A: "1", CHANGED: "1", ADOPTED: "a" }, destination: { ADOPTED: "a", FOREIGN: "f" } },
    with: { ...moving, destinationPath: OTHER_PATH },
    async before(stack, { source, destination }) {
      const { projectId, environment } = destination;
      destination.server.putSecrets(
        { projectId, environment, secretPath: OTHER_PATH },
        { CHANGED: "theirs" },
      );
      await stack.deploy(moving);
      source.put({ CHANGED: "2" });
    },
  },
];

/** The destination may not be read once, right after the deletes, which come last. */
function refuseReading({ destination: { server } }: World): void {
  const path = /^\/api\/v4\/secrets$/;
  const action = () => server.fault({ kind: "status", status: 403, method: "GET", path });
  server.fault({ kind: "run", method: "DELETE", path: "/api/v4/secrets/batch", action });
}

/** A first run, and a create, an update and a delete to do after it. */
function changedAfter(args: SyncArguments): NonNullable<Story["before"]> {
  return async (stack, { source }) => {
    await stack.deploy(args);
    source.put({ CHANGED: "2", NEW: "n" });
    source.drop("DROPPED");
  };
}
