import { added, overwrite } from "./options.ts";
import type { Scenario } from "./scenario.ts";

export const keys: Scenario[] = [
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
];
