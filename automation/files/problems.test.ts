import { expect, it } from "vitest";
import type { EngineError } from "../engines/engine.ts";
import { readSyncsFile } from "../syncs/read.ts";

const BOMB = ["a: &a [x, x, x, x, x, x, x, x, x]"]
  .concat(
    ["b", "c", "d", "e"].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcd"[index]}`)}]`),
  )
  .join("\n");

const SYNC = `
project: demo
connections: { dr: { instanceUrl: "https://dr.example.com", machineIdentityClientId: 11111111-1111-4111-8111-111111111111 } }
`;

it.each<[string, string, string]>([
  ["a name that is there twice", `${SYNC}syncs: {}\nproject: two\n`, "4:1: Map keys must be unique"],
  [
    "a second document",
    `${SYNC}syncs: {}\n---\nproject: two\n`,
    "4:1: a second document begins here; a file has one",
  ],
  ["an alias of nothing", `${SYNC}syncs: *none\n`, "3:8: there is no &none before *none"],
  ["an alias of itself", `${SYNC}syncs: &all { app: *all }\n`, "3:20: *all stands inside of &all"],
  [
    "a sync whose name would get lost",
    `${SYNC}syncs:\n  __proto__: { connection: dr }\n`,
    "4:3: __proto__ cannot be a name",
  ],
  [
    "a name within an option that would get lost",
    `${SYNC}defaults: { syncOptions: { filter: { metadata: { "__proto__": x } } } }\nsyncs: {}\n`,
    "3:50: __proto__ cannot be a name",
  ],
  ["aliases that grow without end", BOMB, "1:1: Excessive alias count"],
  [
    "what an alias stands for, where it is written",
    `${SYNC}defaults: { syncOptions: &options { maxDeletes: many } }\nsyncs: { app: { syncOptions: *options } }\n`,
    "3:49: defaults.syncOptions.maxDeletes: ",
  ],
  [
    "what is merged from elsewhere, where it is written",
    `${SYNC}syncs:\n  a: &a { connection: dr, environment: PROD }\n  b:\n    <<: [*a]\n    projectId: here\n`,
    "4:40: syncs.a.environment: must be lower-case",
  ],
])("tells the place of %s", (_what, text, expected) => {
  let message = "";
  try {
    readSyncsFile(text.trimStart(), "syncs.yaml");
  } catch (error) {
    expect(error).toMatchObject({ code: "invalid-config" });
    message = (error as EngineError).message;
  }
  expect(message).toContain(`syncs.yaml:${expected}`);
});
