import { overwrite } from "./options.ts";
import type { Scenario } from "./scenario.ts";

export const references: Scenario[] = [
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
];
