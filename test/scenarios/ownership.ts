import { added, overwrite } from "./options.ts";
import type { Scenario } from "./scenario.ts";

export const ownership: Scenario[] = [
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
];
