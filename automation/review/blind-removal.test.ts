/** A deletion by the source instance takes more than what the sync wrote, and the reader must see it. */
import { expect, it } from "vitest";
import { reviewed, syncsOf } from "../report/json.ts";
import { syncLines } from "../report/sync-lines.ts";
import { plain } from "../terminal/paint.ts";
import { reviewDestruction } from "./destroy-review.ts";

const BLIND = "by the source instance: every key of the source, whoever wrote it";

function linesOf(inputs: object, outputs: object): string[] {
  const type = "pulumi-nodejs:dynamic/external-infisical:ExternalInfisicalSecretSync";
  const sync = { urn: `urn:pulumi:dev::demo::${type}::billing`, type, inputs, outputs };
  const { review } = reviewDestruction({ version: 3, deployment: { resources: [sync] } });
  return syncsOf(reviewed(review)).flatMap((resource) =>
    syncLines(resource, review, { paint: plain, isFull: false }),
  );
}

const outputs = {
  keys: { MINE: "1@aaaaaaaa", THEIRS: "1@bbbbbbbb" },
  intendedKeys: { NEXT: "1@cccccccc" },
  memory: { MINE: "created 1@aaaaaaaa 2@b", THEIRS: "adopted 1@bbbbbbbb 2@b" },
};

it.each([
  { execution: "native", removeSecretsOnDelete: true },
  { connectionExecution: "native", removeSecretsOnDelete: true },
])("lists every key on record, with $execution $connectionExecution", (inputs) => {
  expect(linesOf(inputs, outputs)).toEqual([
    BLIND,
    "- MINE    1@aaaaaaaa",
    "- NEXT    1@cccccccc",
    "- THEIRS  1@bbbbbbbb",
    "keys as of the last deployment: 3 to delete",
  ]);
});

it("is as loud where no keys are on record", () => {
  expect(linesOf({ execution: "native", removeSecretsOnDelete: true }, {})).toEqual([
    BLIND,
    "keys: not on record",
  ]);
});

it("is silent where the secrets stay, and where the engine removes its own", () => {
  expect(linesOf({ execution: "native" }, outputs)).toEqual(["the secrets it wrote stay at the destination"]);
  const engine = { execution: "engine", connectionExecution: "native", removeSecretsOnDelete: true };
  expect(linesOf(engine, outputs)).toEqual(["- MINE  2@b", "keys: 1 to delete"]);
});
