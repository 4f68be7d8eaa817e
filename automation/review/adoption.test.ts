import { expect, test } from "vitest";
import type { EngineEvent } from "../engines/engine.ts";
import { renderReview } from "../report/console.ts";
import { reviewed } from "../report/json.ts";
import { plain } from "../terminal/paint.ts";
import { createReview } from "./model.ts";

const TYPE = "pulumi-nodejs:dynamic/external-infisical:ExternalInfisical";

function creation(kind: "Connection" | "SecretSync", name: string, inputs: Record<string, unknown>) {
  const type = TYPE + kind;
  const urn = `urn:pulumi:dev::demo::${type}::${name}`;
  const side = { urn, type, id: "", parent: "", inputs, outputs: {}, provider: "" };
  const metadata = { ...side, op: "create", old: null, new: side, detailedDiff: null };
  return {
    sequence: 0,
    timestamp: 0,
    resourcePreEvent: { metadata, planning: true },
  } as unknown as EngineEvent;
}

const EVENTS = [
  creation("Connection", "new", { name: "new" }),
  creation("Connection", "dr", { adopts: "0b7d, changing description" }),
  creation("SecretSync", "billing", {
    adopts: "2e6b",
    keys: { THERE: "1@a", GONE: "1@b" },
    effects: {
      THERE: "unchanged (at the destination already)",
      GONE: "restore (missing at the destination)",
      OLD: "delete (destination has 1@c, not written by this sync)",
    },
  }),
  {
    sequence: 0,
    timestamp: 0,
    summaryEvent: { resourceChanges: { create: 3, same: 1 }, durationSeconds: 1 },
  } as unknown as EngineEvent,
];

test("what is taken over is an import, with the arguments that change and the keys that are not there", () => {
  const builder = createReview("preview");
  for (const event of EVENTS) builder.add(event);
  const review = builder.finish();
  expect(review.changes).toEqual({ create: 1, import: 2, same: 1 });
  const text = renderReview(reviewed(review), {
    paint: plain,
    isFull: false,
    isBrief: false,
    tellsInfo: false,
  });
  expect(text).toMatch(/\+ +ExternalInfisicalConnection +new +create\n/);
  expect(text).toMatch(/= +ExternalInfisicalConnection +dr +import \[~description\]\n/);
  expect(text).toMatch(/= +ExternalInfisicalSecretSync +billing +import\n/);
  expect(text).toContain("keys: 1 to create, 1 to delete, 1 unchanged");
  expect(text).not.toContain("THERE");
});

test("a plan file tells it from what is created", () => {
  const builder = createReview("preview");
  for (const event of EVENTS) builder.add(event);
  expect(builder.planned().map(({ name, operation }) => [name, operation])).toEqual([
    ["dr", "import"],
    ["new", "create"],
    ["billing", "import"],
  ]);
});
