import type { Scenario } from "./scenario.ts";

export const drift: Scenario[] = [
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
];
