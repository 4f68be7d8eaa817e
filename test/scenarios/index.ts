import type { Scenario } from "./scenario.ts";

const overwrite = { initialSyncBehavior: "overwrite-destination" };

const tree = { ...overwrite, includeAllSubFolders: true };
const emptying = {
  syncOptions: { ...tree, allowEmptySource: true, removeEmptyFolders: true },
  removeSecretsOnDelete: true,
};
const flattened = { ...tree, subFolders: "flatten" };

const added = (...labels: string[]) => Object.fromEntries(labels.map((label) => [label, "add" as const]));

/** With auto-sync off, so that the instance itself does nothing about it. */
const changedByHand = {
  isAutoSyncEnabled: false,
  description: "by hand",
  syncOptions: { ...overwrite, disableSecretDeletion: true },
  destinationConfig: { projectId: "another", environment: "prod", secretPath: "/elsewhere" },
};
const asDeclared = {
  connection: { description: null },
  sync: {
    isAutoSyncEnabled: true,
    description: null,
    syncOptions: { ...overwrite, disableSecretDeletion: false },
    destinationConfig: { secretPath: "/app" },
    syncStatus: "succeeded",
  },
};

const copying = (...copy: string[]) => ({ syncOptions: { ...overwrite, copy } });
const withoutMetadata = copying("comment", "tags", "multiline", "reminder");

export const scenarios: Scenario[] = [
  {
    name: "what belongs to values travels with them, and alone",
    isEssential: true,
    execution: "engine",
    given: { source: { A: "1", B: "2", NEW: "3" }, destination: { A: "1", B: "old" } },
    steps: [
      {
        do: "change",
        source: {
          parts: {
            A: { comment: "of A", tags: ["core", "db"] },
            NEW: { comment: "of NEW", tags: ["core"], multiline: true, reminder: ["turn it", 30] },
          },
        },
        destination: { parts: { A: { comment: "theirs" }, B: { comment: "stays" } } },
      },
      {
        do: "deploy",
        with: {},
        expect: {
          keys: { A: "add", B: "add", NEW: "add" },
          effects: { B: "overwrite (destination has" },
          destination: { A: "1", B: "2", NEW: "3" },
          parts: { A: { comment: "theirs" }, B: { comment: "stays" } },
        },
      },
      {
        // Turning it on shows what it would overwrite.
        do: "deploy",
        with: withoutMetadata,
        expect: {
          effects: {
            A: "update comment, tags (overwrites comment)",
            B: "update comment (overwrites comment)",
            NEW: "update comment, tags, multiline, reminder",
          },
          destination: { A: "1", B: "2", NEW: "3" },
          parts: {
            A: { comment: "of A", tags: ["core", "db"] },
            NEW: { comment: "of NEW", tags: ["core"], multiline: true, reminder: ["turn it", 30] },
          },
        },
      },
      { do: "deploy", with: withoutMetadata, expect: { unchanged: true } },
      {
        do: "change",
        source: { put: { B: "2b", LATE: "4" } },
      },
      {
        do: "change",
        source: {
          parts: {
            A: { tags: [] },
            B: { comment: "of B" },
            LATE: { comment: "of LATE", reminder: ["soon", 1] },
          },
        },
        destination: { parts: { NEW: { multiline: false } } },
      },
      {
        do: "deploy",
        with: withoutMetadata,
        expect: {
          keys: { B: "update", LATE: "add" },
          effects: { A: "update tags (overwrites tags)", B: "update with comment", NEW: "update multiline" },
          destination: { A: "1", B: "2b", NEW: "3", LATE: "4" },
          parts: {
            A: { comment: "of A" },
            B: { comment: "of B" },
            NEW: { comment: "of NEW", tags: ["core"], multiline: true, reminder: ["turn it", 30] },
            LATE: { comment: "of LATE", reminder: ["soon", 1] },
          },
        },
      },
      { do: "deploy", with: withoutMetadata, expect: { unchanged: true } },
      // Turning it off leaves what is there.
      { do: "change", source: { parts: { B: { comment: "" } } } },
      {
        do: "deploy",
        with: {},
        expect: { unchanged: false, keys: {}, destination: { A: "1", B: "2b", NEW: "3", LATE: "4" } },
      },
      { do: "deploy", with: {}, expect: { unchanged: true } },
    ],
  },
  {
    name: "metadata travels as a set beside the mark, and what is imported brings its own",
    execution: "engine",
    needs: "secret metadata",
    given: { sourceRole: "member", source: { A: "1", BOTH: "s" }, destination: { BOTH: "s", THEIRS: "t" } },
    steps: [
      {
        do: "change",
        source: { parts: { A: { metadata: { team: "a" } }, BOTH: { comment: "of the source" } } },
        destination: {
          parts: {
            BOTH: { comment: "of the destination" },
            THEIRS: { metadata: { team: "t" }, tags: ["x"] },
          },
        },
      },
      {
        do: "deploy",
        with: {
          syncOptions: {
            initialSyncBehavior: "import-prioritize-destination",
            copy: ["comment", "tags", "metadata"],
          },
        },
        expect: {
          keys: { A: "add", BOTH: "add", THEIRS: "add" },
          effects: { BOTH: "import comment into the source, over", THEIRS: "import into the source" },
          source: { A: "1", BOTH: "s", THEIRS: "t" },
          parts: {
            A: { metadata: { team: "a" } },
            BOTH: { comment: "of the destination" },
            THEIRS: { metadata: { team: "t" }, tags: ["x"] },
          },
          sourceParts: {
            A: { metadata: { team: "a" } },
            BOTH: { comment: "of the destination" },
            THEIRS: { metadata: { team: "t" }, tags: ["x"] },
          },
        },
      },
      {
        do: "deploy",
        with: {
          syncOptions: {
            initialSyncBehavior: "import-prioritize-destination",
            copy: ["comment", "tags", "metadata"],
          },
        },
        expect: { unchanged: true },
      },
    ],
  },
  {
    name: "what is there already is marked when that is asked for, and anew when the sync is renamed",
    execution: "engine",
    needs: "secret metadata",
    given: { source: { A: "1", B: "2" } },
    steps: [
      { do: "deploy", expect: { keys: added("A", "B"), destination: { A: "1", B: "2" } } },
      {
        do: "deploy",
        with: { syncOptions: { ...overwrite, ownershipMark: true } },
        expect: { effects: { A: "mark (not marked", B: "mark (not marked" } },
      },
      {
        do: "deploy",
        with: { syncOptions: { ...overwrite, ownershipMark: true } },
        expect: { unchanged: true },
      },
      {
        do: "deploy",
        with: { name: "renamed", syncOptions: { ...overwrite, ownershipMark: true } },
        expect: { effects: { A: "mark (marked under", B: "mark (marked under" } },
      },
      { do: "deploy", with: { name: "renamed" }, expect: { destination: { A: "1", B: "2" } } },
      { do: "deploy", with: { name: "renamed" }, expect: { unchanged: true } },
      { do: "change", source: { put: { A: "1b" } } },
      {
        do: "deploy",
        with: { name: "renamed" },
        expect: { keys: { A: "update" }, destination: { A: "1b", B: "2" } },
      },
    ],
  },
  {
    name: "the life of a sync",
    isEssential: true,
    given: { source: { A: "1", B: "2", EMPTY: "" }, destination: { OLD: "x" } },
    steps: [
      {
        do: "deploy",
        expect: {
          keys: { A: "add", B: "add", EMPTY: "add" },
          effects: { OLD: "delete (destination has 1@" },
          destination: { A: "1", B: "2", EMPTY: "" },
        },
      },
      { do: "deploy", expect: { unchanged: true, destination: { A: "1", B: "2", EMPTY: "" } } },
      { do: "change", source: { put: { A: "1b", NEW: "3" }, drop: ["B"] } },
      {
        do: "deploy",
        expect: {
          keys: { A: "update", B: "delete", NEW: "add" },
          destination: { A: "1b", NEW: "3", EMPTY: "" },
        },
      },
      { do: "deploy", expect: { unchanged: true } },
      {
        do: "destroy",
        expect: { destination: { A: "1b", NEW: "3", EMPTY: "" }, source: { A: "1b", NEW: "3", EMPTY: "" } },
      },
    ],
  },
  {
    name: "a sync with a filter leaves all else as it is, also what a narrower one leaves out",
    execution: "engine",
    isEssential: true,
    given: { source: { APP_A: "1", APP_B: "2", OTHER: "o" }, destination: { APP_OLD: "x", MINE: "m" } },
    steps: [
      {
        do: "deploy",
        with: { syncOptions: { ...overwrite, filter: { keys: { include: ["APP_*"] } } } },
        expect: {
          keys: added("APP_A", "APP_B"),
          effects: { APP_OLD: "delete (destination has" },
          destination: { APP_A: "1", APP_B: "2", MINE: "m" },
        },
      },
      { do: "change", source: { drop: ["OTHER"] }, destination: { put: { MINE: "m2", OTHER: "theirs" } } },
      { do: "refresh", expect: { keys: {} } },
      {
        do: "deploy",
        with: { syncOptions: { ...overwrite, filter: { keys: { include: ["APP_*"] } } } },
        expect: { unchanged: true },
      },
      {
        do: "deploy",
        with: {
          removeSecretsOnDelete: true,
          syncOptions: { ...overwrite, filter: { keys: { include: ["APP_*"], exclude: ["*_B"] } } },
        },
        expect: {
          keys: { APP_B: "delete" },
          destination: { APP_A: "1", APP_B: "2", MINE: "m2", OTHER: "theirs" },
        },
      },
      { do: "destroy", expect: { destination: { APP_B: "2", MINE: "m2", OTHER: "theirs" } } },
    ],
  },
  {
    name: "the life of a tree",
    execution: "engine",
    isEssential: true,
    given: {
      folders: ["api", "api/v1", "mine", "web"],
      source: { A: "1", "api/A": "2", "api/v1/B": "3" },
      destination: { "mine/OLD": "x" },
    },
    steps: [
      {
        do: "deploy",
        with: { syncOptions: tree },
        expect: {
          keys: added("A", "api/A", "api/v1/B"),
          effects: { "mine/OLD": "delete (destination has 1@" },
          destination: { A: "1", "api/A": "2", "api/v1/B": "3" },
        },
      },
      { do: "deploy", with: { syncOptions: tree }, expect: { unchanged: true } },
      { do: "change", source: { put: { "api/A": "2b", "web/W": "4" }, drop: ["api/v1/B"] } },
      {
        do: "deploy",
        with: { syncOptions: tree },
        expect: {
          fails: /source folders \/api\/v1 hold no secrets/,
          destination: { A: "1", "api/A": "2", "api/v1/B": "3" },
        },
      },
      {
        do: "deploy",
        with: { syncOptions: { ...tree, allowEmptySource: true } },
        expect: {
          keys: { "api/A": "update", "api/v1/B": "delete", "web/W": "add" },
          destination: { A: "1", "api/A": "2b", "web/W": "4" },
        },
      },
      { do: "change", destination: { put: { "api/A": "by hand" }, drop: ["web/W"] } },
      { do: "refresh", expect: { keys: { "api/A": "update", "web/W": "delete" } } },
      {
        do: "deploy",
        with: { syncOptions: { ...tree, allowEmptySource: true }, removeSecretsOnDelete: true },
        expect: {
          keys: { "api/A": "update", "web/W": "add" },
          destination: { A: "1", "api/A": "2b", "web/W": "4" },
        },
      },
      {
        do: "destroy",
        expect: { destination: {}, source: { A: "1", "api/A": "2b", "web/W": "4" } },
      },
    ],
  },
  {
    name: "folders that a sync made go when it leaves them empty",
    execution: "engine",
    given: {
      folders: ["api", "mine", "web"],
      source: { A: "1", "api/B": "2", "web/W": "3" },
      destination: {},
    },
    steps: [
      {
        do: "deploy",
        with: emptying,
        expect: {
          keys: added("A", "api/B", "web/W"),
          destination: { A: "1", "api/B": "2", "web/W": "3" },
        },
      },
      { do: "change", source: { drop: ["api/B"] } },
      {
        do: "deploy",
        with: emptying,
        expect: { keys: { "api/B": "delete" }, destination: { A: "1", "web/W": "3" } },
      },
      { do: "deploy", with: emptying, expect: { unchanged: true } },
      { do: "change", source: { put: { "api/B": "2b" } } },
      {
        do: "deploy",
        with: emptying,
        expect: { keys: added("api/B"), destination: { A: "1", "api/B": "2b", "web/W": "3" } },
      },
      { do: "destroy", expect: { destination: {} } },
    ],
  },
  {
    name: "a tree is imported, folders that the source lacks with it",
    execution: "engine",
    given: {
      folders: ["api", "only/there"],
      sourceRole: "member",
      source: { A: "1", "api/B": "2" },
      destination: { A: "other", "only/there/C": "3" },
    },
    steps: [
      {
        do: "deploy",
        with: { syncOptions: { ...tree, initialSyncBehavior: "import-prioritize-source" } },
        expect: {
          keys: added("A", "api/B", "only/there/C"),
          effects: { A: "overwrite (destination has", "only/there/C": "import into the source" },
          source: { A: "1", "api/B": "2", "only/there/C": "3" },
          destination: { A: "1", "api/B": "2", "only/there/C": "3" },
        },
      },
      {
        do: "deploy",
        with: { syncOptions: { ...tree, initialSyncBehavior: "import-prioritize-source" } },
        expect: { unchanged: true },
      },
    ],
  },
  {
    name: "a tree that is flattened arrives in one folder, and what is beneath is not its own",
    execution: "engine",
    given: {
      folders: ["api", "beneath"],
      source: { A: "1", "api/B": "2" },
      destination: { "beneath/THEIRS": "t" },
    },
    steps: [
      {
        do: "deploy",
        with: { syncOptions: flattened },
        expect: { keys: added("A", "B"), destination: { A: "1", B: "2", "beneath/THEIRS": "t" } },
      },
      { do: "deploy", with: { syncOptions: flattened }, expect: { unchanged: true } },
      { do: "change", source: { put: { "api/B": "2b" } } },
      {
        do: "deploy",
        with: { syncOptions: flattened },
        expect: { keys: { B: "update" }, destination: { A: "1", B: "2b", "beneath/THEIRS": "t" } },
      },
      { do: "destroy", expect: { destination: { A: "1", B: "2b", "beneath/THEIRS": "t" } } },
    ],
  },
  {
    name: "drift at the destination is put right by a plain deployment",
    given: { source: { A: "1", B: "2" } },
    steps: [
      { do: "deploy", expect: { keys: { A: "add", B: "add" } } },
      { do: "change", destination: { put: { A: "edited", STRANGE: "s" }, drop: ["B"] } },
      {
        do: "deploy",
        expect: {
          effects: {
            A: "restore (destination has 2@",
            B: "restore (missing",
            STRANGE: "delete (destination has",
          },
          destination: { A: "1", B: "2" },
        },
      },
      { do: "deploy", expect: { unchanged: true } },
      { do: "change", destination: { drop: ["B"] } },
      {
        do: "deploy",
        expect: {
          effects: { B: "restore (missing at the destination)" },
          destination: { A: "1", B: "2" },
        },
      },
    ],
  },
  {
    name: "a refresh shows drift by key, and the next deployment repairs it",
    given: { source: { A: "1", B: "2", C: "3" } },
    steps: [
      { do: "deploy", expect: { keys: { A: "add", B: "add", C: "add" } } },
      { do: "change", destination: { put: { A: "edited" }, drop: ["B"] } },
      { do: "refresh", expect: { keys: { A: "update", B: "delete" } } },
      { do: "deploy", expect: { keys: { A: "update", B: "add" }, destination: { A: "1", B: "2", C: "3" } } },
      { do: "deploy", expect: { unchanged: true } },
    ],
  },
  {
    name: "keys that are there already are adopted, and removal leaves them",
    execution: "engine",
    given: { source: { SAME: "s", MINE: "m" }, destination: { SAME: "s" } },
    steps: [
      {
        do: "deploy",
        with: { removeSecretsOnDelete: true },
        expect: { keys: { SAME: "add", MINE: "add" }, destination: { SAME: "s", MINE: "m" } },
      },
      { do: "destroy", expect: { destination: { SAME: "s" } } },
    ],
  },
  {
    name: "removal survives keys that are gone or were made anew",
    execution: "engine",
    given: { source: { A: "1", B: "2", C: "3" } },
    steps: [
      {
        do: "deploy",
        with: { removeSecretsOnDelete: true },
        expect: { keys: { A: "add", B: "add", C: "add" } },
      },
      { do: "change", destination: { drop: ["A", "B"] } },
      { do: "change", destination: { put: { B: "somebody else's" } } },
      { do: "destroy", expect: { destination: { B: "somebody else's" } } },
    ],
  },
  {
    name: "a sync renamed without an alias wipes nothing",
    isEssential: true,
    given: { source: { A: "1", B: "2" } },
    steps: [
      {
        do: "deploy",
        with: { removeSecretsOnDelete: true, resourceName: "first", name: "first" },
        expect: { keys: { A: "add", B: "add" }, destination: { A: "1", B: "2" } },
      },
      {
        do: "deploy",
        with: { removeSecretsOnDelete: true, resourceName: "second", name: "second" },
        expect: { keys: { A: "add", B: "add" }, destination: { A: "1", B: "2" } },
      },
      {
        do: "deploy",
        with: { removeSecretsOnDelete: true, resourceName: "second", name: "second" },
        expect: { unchanged: true },
      },
    ],
  },
  {
    name: "import, the source wins",
    given: {
      source: { BOTH: "source", MINE: "m" },
      destination: { BOTH: "destination", THEIRS: "t" },
      sourceRole: "member",
    },
    steps: [
      {
        do: "deploy",
        with: { syncOptions: { initialSyncBehavior: "import-prioritize-source" } },
        expect: {
          keys: { BOTH: "add", MINE: "add", THEIRS: "add" },
          effects: { THEIRS: "import into the source", BOTH: "overwrite (destination has" },
          source: { BOTH: "source", MINE: "m", THEIRS: "t" },
          destination: { BOTH: "source", MINE: "m", THEIRS: "t" },
        },
      },
      {
        do: "deploy",
        with: { syncOptions: { initialSyncBehavior: "import-prioritize-source" } },
        expect: { unchanged: true },
      },
    ],
  },
  {
    name: "import, the destination wins, but an empty value never does",
    given: {
      source: { BOTH: "source", KEEP: "k" },
      destination: { BOTH: "destination", KEEP: "", EMPTY: "" },
      sourceRole: "member",
    },
    steps: [
      {
        do: "deploy",
        with: { syncOptions: { initialSyncBehavior: "import-prioritize-destination" } },
        expect: {
          keys: { BOTH: "add", KEEP: "add", EMPTY: "add" },
          effects: {
            BOTH: "import into the source, over",
            EMPTY: "import into the source (",
            KEEP: "overwrite",
          },
          source: { BOTH: "destination", KEEP: "k", EMPTY: "" },
          destination: { BOTH: "destination", KEEP: "k", EMPTY: "" },
        },
      },
    ],
  },
  {
    name: "deletion can be switched off",
    given: { source: { A: "1", B: "2" }, destination: { OLD: "x" } },
    steps: [
      {
        do: "deploy",
        with: { syncOptions: { ...overwrite, disableSecretDeletion: true } },
        expect: { keys: { A: "add", B: "add" }, destination: { A: "1", B: "2", OLD: "x" } },
      },
      { do: "change", source: { drop: ["B"] } },
      {
        do: "deploy",
        with: { syncOptions: { ...overwrite, disableSecretDeletion: true } },
        expect: { unchanged: true, destination: { A: "1", B: "2", OLD: "x" } },
      },
    ],
  },
  {
    name: "unowned keys can be kept, or be a reason to refuse",
    execution: "engine",
    given: { source: { A: "1" }, destination: { OLD: "x" } },
    steps: [
      {
        do: "deploy",
        with: { syncOptions: { ...overwrite, unownedKeys: "fail" } },
        expect: { fails: /did not write: OLD/, destination: { OLD: "x" } },
      },
      {
        do: "deploy",
        with: { syncOptions: { ...overwrite, unownedKeys: "keep" } },
        expect: { keys: { A: "add" }, destination: { A: "1", OLD: "x" } },
      },
    ],
  },
  {
    name: "too many deletions and an empty source are refused",
    given: { source: { A: "1", B: "2", C: "3" } },
    steps: [
      { do: "deploy", expect: { keys: { A: "add", B: "add", C: "add" } } },
      { do: "change", source: { drop: ["A", "B"] } },
      {
        do: "deploy",
        with: { syncOptions: { ...overwrite, maxDeletes: "50%" } },
        expect: { fails: /would delete 2 of 3 keys/, destination: { A: "1", B: "2", C: "3" } },
      },
      { do: "change", source: { drop: ["C"] } },
      { do: "deploy", expect: { fails: /holds no secrets/, destination: { A: "1", B: "2", C: "3" } } },
      {
        do: "deploy",
        with: { syncOptions: { ...overwrite, allowEmptySource: true } },
        expect: { keys: { A: "delete", B: "delete", C: "delete" }, destination: {} },
      },
    ],
  },
  {
    name: "nothing is pushed until asked where automatic sync is off",
    given: { source: { A: "1" } },
    steps: [
      { do: "deploy", with: { isAutoSyncEnabled: false }, expect: { destination: {} } },
      { do: "deploy", with: { isAutoSyncEnabled: false }, expect: { unchanged: true, destination: {} } },
      {
        do: "deploy",
        with: { isAutoSyncEnabled: false, triggers: { release: 1 } },
        expect: { keys: { A: "add" }, destination: { A: "1" } },
      },
      { do: "change", source: { put: { A: "2" } } },
      {
        do: "deploy",
        with: { isAutoSyncEnabled: false, triggers: { release: 1 } },
        expect: { unchanged: true, destination: { A: "1" } },
      },
      {
        do: "deploy",
        with: { isAutoSyncEnabled: false, triggers: { release: 2 } },
        expect: { keys: { A: "update" }, destination: { A: "2" } },
      },
    ],
  },
  {
    name: "odd key names",
    needs: "keys of any name",
    given: {
      source: {
        __A: "1",
        // Computed, since a literal __proto__ would set the prototype.
        ["__proto__"]: "2",
        "a%b": "3",
        "esc\u001b[31mred": "4",
        "line\nbreak": "5",
        constructor: "6",
      },
    },
    steps: [
      {
        do: "deploy",
        expect: {
          keys: added("%5F_A", "%5F_proto__", "a%25b", "esc%1B[31mred", "line%0Abreak", "constructor"),
        },
      },
      { do: "deploy", expect: { unchanged: true } },
      { do: "change", source: { put: { __A: "1b" }, drop: ["a%b"] } },
      { do: "deploy", expect: { keys: { "%5F_A": "update", "a%25b": "delete" } } },
    ],
  },
  {
    name: "keys that a plain object seems to have already",
    needs: "keys of any name",
    given: { source: { A: "1" }, destination: { isPrototypeOf: "x" } },
    steps: [
      {
        do: "deploy",
        expect: { keys: { A: "add" }, effects: { isPrototypeOf: "delete (destination has 1@" } },
      },
      {
        do: "change",
        source: {
          put: { constructor: "2", toString: "3", valueOf: "4", hasOwnProperty: "5", toLocaleString: "6" },
        },
        destination: { put: { isPrototypeOf: "y" } },
      },
      {
        do: "deploy",
        expect: {
          keys: added("constructor", "toString", "valueOf", "hasOwnProperty", "toLocaleString"),
          effects: { isPrototypeOf: "delete (destination has 1@" },
        },
      },
      { do: "deploy", expect: { unchanged: true } },
      {
        do: "change",
        source: { put: { constructor: "2b" }, drop: ["valueOf"] },
        destination: { put: { toString: "edited" }, drop: ["hasOwnProperty"] },
      },
      {
        do: "deploy",
        expect: {
          keys: { constructor: "update" as const, valueOf: "delete" as const },
          effects: { toString: "restore (destination has 2@", hasOwnProperty: "restore (missing" },
          destination: { A: "1", constructor: "2b", toString: "3", hasOwnProperty: "5", toLocaleString: "6" },
        },
      },
      { do: "deploy", expect: { unchanged: true } },
    ],
  },
  {
    name: "a source that may be described but not read is refused",
    needs: "hidden values",
    given: { source: { A: "1" }, destination: { OLD: "x" }, sourceRole: "describe-only" },
    steps: [{ do: "deploy", expect: { fails: /may list but not read A/, destination: { OLD: "x" } } }],
  },
  {
    name: "a new destination is a first run, and what this sync made at the old one can be removed",
    execution: "engine",
    given: { source: { A: "1", B: "2" } },
    steps: [
      { do: "deploy", expect: { keys: { A: "add", B: "add" }, destination: { A: "1", B: "2" } } },
      {
        do: "deploy",
        with: { destinationPath: "/elsewhere/deep", onDestinationChange: "remove" },
        expect: { keys: {}, destination: {} },
      },
      {
        do: "deploy",
        with: { destinationPath: "/elsewhere/deep", onDestinationChange: "remove" },
        expect: { unchanged: true },
      },
    ],
  },
  {
    name: "references are resolved, and followed when what they point at changes",
    given: { source: { HOST: "db.example", URL: "postgres://${HOST}/app" } },
    steps: [
      {
        do: "deploy",
        expect: {
          keys: { HOST: "add", URL: "add" },
          destination: { HOST: "db.example", URL: "postgres://db.example/app" },
        },
      },
      { do: "deploy", expect: { unchanged: true } },
      { do: "change", source: { put: { HOST: "db2.example" } } },
      {
        do: "deploy",
        expect: {
          keys: { HOST: "update", URL: "update" },
          destination: { HOST: "db2.example", URL: "postgres://db2.example/app" },
        },
      },
    ],
  },
  {
    name: "references can be kept as they are written",
    execution: "engine",
    given: { source: { HOST: "db.example", URL: "postgres://${HOST}/app" } },
    steps: [
      {
        do: "deploy",
        with: { syncOptions: { ...overwrite, references: "keep" } },
        expect: {
          keys: { HOST: "add", URL: "add" },
          destination: { HOST: "db.example", URL: "postgres://${HOST}/app" },
        },
      },
    ],
  },
  {
    name: "an identity that may not write is refused at its first write",
    execution: "engine",
    isEssential: true,
    given: { source: { A: "1", B: "2" }, destination: { OLD: "x" }, destinationRole: "viewer" },
    steps: [
      {
        do: "deploy",
        expect: {
          keys: { A: "add", B: "add" },
          effects: { OLD: "delete (destination has" },
          previewSucceeds: true,
          fails: /at least the Member role/,
          destination: { OLD: "x" },
        },
      },
    ],
  },
  {
    name: "an imported reference is refused unless it is allowed",
    given: { source: { A: "1" }, destination: { PLANTED: "${prod.admin.PASSWORD}" }, sourceRole: "member" },
    steps: [
      {
        do: "deploy",
        with: { syncOptions: { initialSyncBehavior: "import-prioritize-source" } },
        expect: { fails: /hold references: PLANTED/, source: { A: "1" } },
      },
    ],
  },
  {
    name: "the connection's client secret comes from the configuration, and the first preview knows the keys",
    given: { source: { A: "1" }, connectionSecret: "configuration" },
    steps: [
      { do: "deploy", expect: { keys: { A: "add" }, destination: { A: "1" } } },
      { do: "deploy", expect: { unchanged: true } },
    ],
  },
  {
    name: "the instance's removal takes every key of the source, whoever wrote it",
    execution: "native",
    given: { source: { SAME: "s", MINE: "m" }, destination: { SAME: "s" } },
    steps: [
      {
        do: "deploy",
        with: { removeSecretsOnDelete: true, syncOptions: { ...overwrite, disableSecretDeletion: true } },
        expect: { keys: added("MINE", "SAME"), destination: { SAME: "s", MINE: "m" } },
      },
      { do: "change", destination: { put: { THEIRS: "t" } } },
      { do: "destroy", expect: { destination: { THEIRS: "t" } } },
    ],
  },
  {
    name: "the instance's removal takes nothing where one key is missing, and the sync stays",
    execution: "native",
    given: { source: { A: "1", B: "2" } },
    steps: [
      { do: "deploy", with: { removeSecretsOnDelete: true }, expect: { keys: added("A", "B") } },
      { do: "change", destination: { drop: ["A"] } },
      { do: "destroy", expect: { fails: /not found.*remove --execution engine/s, destination: { B: "2" } } },
      {
        do: "deploy",
        with: { removeSecretsOnDelete: true },
        expect: { effects: { A: "restore (missing" }, destination: { A: "1", B: "2" } },
      },
      { do: "destroy", expect: { destination: {} } },
    ],
  },
  {
    name: "what an instance's sync does not know is refused",
    execution: "native",
    given: { source: { A: "1" } },
    steps: [
      {
        do: "deploy",
        with: { syncOptions: { ...overwrite, references: "keep" } },
        expect: { fails: /references: "keep" needs execution/i },
      },
      {
        do: "deploy",
        with: { syncOptions: { ...overwrite, unownedKeys: "keep" } },
        expect: { fails: /unowned_?keys: "keep" needs execution/i },
      },
      {
        do: "deploy",
        with: { onDestinationChange: "remove" },
        expect: { fails: /on_?destination_?change: "remove" needs execution/i },
      },
    ],
  },
  {
    name: "a new destination of an instance's sync leaves the old one as it is",
    execution: "native",
    given: { source: { A: "1" }, destination: { OLD: "o" } },
    steps: [
      {
        do: "deploy",
        with: { syncOptions: { initialSyncBehavior: "import-prioritize-source" } },
        expect: {
          keys: added("A", "OLD"),
          effects: { OLD: "import into the source" },
          source: { A: "1", OLD: "o" },
        },
      },
      {
        do: "deploy",
        with: {
          syncOptions: { initialSyncBehavior: "import-prioritize-source" },
          destinationPath: "/elsewhere",
        },
        // The revision of what was imported was the old destination's.
        expect: {
          keys: { OLD: "update" },
          destination: { A: "1", OLD: "o" },
          source: { A: "1", OLD: "o" },
        },
      },
    ],
  },
  {
    name: "what somebody changed of the instance's objects is seen by a plain deployment, and put right",
    execution: "native",
    given: { source: { A: "1" } },
    steps: [
      { do: "deploy", expect: { keys: added("A"), destination: { A: "1" } } },
      { do: "change by hand", connection: { description: "by hand" }, sync: changedByHand },
      { do: "deploy", expect: { unchanged: false, instance: asDeclared, destination: { A: "1" } } },
      { do: "deploy", expect: { unchanged: true } },
    ],
  },
  {
    name: "what somebody changed of the instance's objects is seen after a refresh, and put right",
    execution: "native",
    given: { source: { A: "1" } },
    steps: [
      { do: "deploy", expect: { keys: added("A"), destination: { A: "1" } } },
      { do: "change by hand", connection: { description: "by hand" }, sync: changedByHand },
      { do: "refresh", expect: { keys: {} } },
      { do: "refresh", expect: { keys: {} } },
      { do: "deploy", expect: { unchanged: false, instance: asDeclared, destination: { A: "1" } } },
      { do: "deploy", expect: { unchanged: true } },
    ],
  },
  {
    name: "an instance takes folders beneath along into one",
    execution: "native",
    given: {
      folders: ["api", "api/v1", "beneath"],
      source: { A: "1", "api/B": "2", "api/v1/C": "3" },
      destination: { OLD: "o", "beneath/THEIRS": "t" },
    },
    steps: [
      {
        do: "deploy",
        with: { syncOptions: tree, removeSecretsOnDelete: true },
        expect: {
          keys: added("A", "B", "C"),
          effects: { OLD: "delete (destination has 1@" },
          destination: { A: "1", B: "2", C: "3", "beneath/THEIRS": "t" },
        },
      },
      { do: "change", source: { put: { "api/B": "2b", "beneath/D": "4" }, drop: ["api/v1/C"] } },
      {
        do: "deploy",
        with: { syncOptions: tree, removeSecretsOnDelete: true },
        expect: {
          keys: { B: "update", C: "delete", D: "add" },
          destination: { A: "1", B: "2b", D: "4", "beneath/THEIRS": "t" },
        },
      },
      { do: "destroy", expect: { destination: { "beneath/THEIRS": "t" } } },
    ],
  },
  {
    name: "that an instance takes folders along no more, since somebody has turned it off, is put right",
    execution: "native",
    given: { folders: ["api"], source: { A: "1", "api/B": "2" } },
    steps: [
      {
        do: "deploy",
        with: { syncOptions: tree },
        expect: { keys: added("A", "B"), destination: { A: "1", B: "2" } },
      },
      { do: "change by hand", sync: { isAutoSyncEnabled: false, syncOptions: overwrite } },
      { do: "refresh", expect: { keys: {} } },
      {
        do: "deploy",
        with: { syncOptions: tree },
        expect: {
          unchanged: false,
          destination: { A: "1", B: "2" },
          instance: {
            sync: { syncOptions: { ...tree, disableSecretDeletion: false }, syncStatus: "succeeded" },
          },
        },
      },
      { do: "deploy", with: { syncOptions: tree }, expect: { unchanged: true } },
    ],
  },
  {
    name: "an instance whose identity may not write fails with the other side's own words",
    execution: "native",
    given: { source: { A: "1" }, destinationRole: "viewer" },
    steps: [
      {
        do: "deploy",
        expect: {
          keys: added("A"),
          fails: /The instance's sync of "dr-billing" failed: .*\(403\)/,
          previewSucceeds: true,
          destination: {},
        },
      },
    ],
  },
];
