import { expect, it } from "vitest";
import type { EngineEvent } from "../engines/engine.ts";
import { createReview, isOfTargets } from "./model.ts";

const urnOf = (name: string, type = "t:T:T") => `urn:pulumi:dev::demo::${type}::${name}`;
const event = (kind: string, name: string, op: string, type?: string) => {
  const side = { urn: urnOf(name, type), type: type ?? "t:T:T", id: "", parent: "", inputs: {}, outputs: {} };
  return { [kind]: { metadata: { ...side, op, old: side, new: side } } } as unknown as EngineEvent;
};

it("of an operation with targets, nothing is told and counted but these and the stack", () => {
  const targets = [urnOf("app")];
  const builder = createReview("preview", undefined, targets);
  const events = [
    event("resOutputsEvent", "demo-dev", "same", "pulumi:pulumi:Stack"),
    event("resourcePreEvent", "app", "update"),
    event("resOutputsEvent", "app", "update"),
    event("resourcePreEvent", "other", "same"),
    event("resOutputsEvent", "other", "same"),
    {
      summaryEvent: { resourceChanges: { same: 2, update: 1 }, durationSeconds: 1 },
    } as unknown as EngineEvent,
  ];
  for (const each of events) if (isOfTargets(each, new Set(targets))) builder.add(each);
  expect(builder.current?.name).toBe("app");
  expect(builder.planned().map(({ name }) => name)).toEqual(["app"]);
  expect(builder.finish()).toMatchObject({ targets, changes: { same: 1, update: 1 } });
});
