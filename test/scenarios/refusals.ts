import { overwrite } from "./options.ts";
import type { Scenario } from "./scenario.ts";

export const refusals: Scenario[] = [
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
    name: "a source that may be described but not read is refused",
    needs: "hidden values",
    given: { source: { A: "1" }, destination: { OLD: "x" }, sourceRole: "describe-only" },
    steps: [{ do: "deploy", expect: { fails: /may list but not read A/, destination: { OLD: "x" } } }],
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
];
