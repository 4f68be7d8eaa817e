import { added, overwrite, tree } from "./options.ts";
import type { Scenario } from "./scenario.ts";

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

export const native: Scenario[] = [
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
