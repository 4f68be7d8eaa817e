import type { Scenario } from "./scenario.ts";

export const imports: Scenario[] = [
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
];
