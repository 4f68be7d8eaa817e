import { added, tree } from "./options.ts";
import type { Scenario } from "./scenario.ts";

const emptying = {
  syncOptions: { ...tree, allowEmptySource: true, removeEmptyFolders: true },
  removeSecretsOnDelete: true,
};

const flattened = { ...tree, subFolders: "flatten" };

export const trees: Scenario[] = [
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
];
