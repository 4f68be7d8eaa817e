import type { Scenario } from "./scenario.ts";

export const life: Scenario[] = [
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
    name: "the connection's client secret comes from the configuration, and the first preview knows the keys",
    given: { source: { A: "1" }, connectionSecret: "configuration" },
    steps: [
      { do: "deploy", expect: { keys: { A: "add" }, destination: { A: "1" } } },
      { do: "deploy", expect: { unchanged: true } },
    ],
  },
];
