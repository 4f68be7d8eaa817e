import { expect, test } from "vitest";
import { changedAtInstance, withRepairs } from "../../provider/resources/sync/native/repairs.ts";
import type { EngineEvent } from "../engines/engine.ts";
import { createReview } from "../review/model.ts";
import { plain } from "../terminal/paint.ts";
import { renderReview } from "./console.ts";
import { reviewed } from "./json.ts";

const TYPE = "pulumi-nodejs:dynamic/external-infisical:ExternalInfisicalConnection";
type Inputs = Record<string, unknown>;

function update(before: Inputs, after: Inputs, changed: string[]) {
  const state = (inputs: Inputs) => ({
    urn: `urn:pulumi:dev::demo::${TYPE}::dr`,
    type: TYPE,
    inputs,
    outputs: {},
  });
  const [old, next] = [state(before), state(after)];
  const detailedDiff = Object.fromEntries(
    changed.map((path) => [path, { diffKind: "update", inputDiff: true }]),
  );
  const metadata = { ...next, op: "update", old, new: next, detailedDiff };
  return {
    sequence: 0,
    timestamp: 0,
    resourcePreEvent: { metadata, planning: true },
  } as unknown as EngineEvent;
}

function told(event: EngineEvent) {
  const review = createReview("preview");
  review.add(event);
  const text = renderReview(reviewed(review.finish()), {
    paint: plain,
    isFull: false,
    isBrief: false,
    tellsInfo: false,
  });
  return { text, planned: review.planned() };
}

const url = { argument: "instanceUrl", instance: "https://other.example", declared: "https://dr.example" };

test("what is put right at the instance is told like a change of the argument, with both values", () => {
  const inputs = { name: "dr", instanceUrl: url.declared };
  const first = withRepairs(inputs, [url]);
  const { text, planned } = told(update(inputs, { ...inputs, ...first }, ["repairs"]));
  expect(text).toContain('~ instanceUrl: "https://other.example" => "https://dr.example"');
  expect(text).not.toContain("repairs");
  expect(planned).toMatchObject([{ name: "dr", operation: "update" }]);
  // The same again, beside something else: what was put right before is not told again.
  const before = { ...inputs, ...withRepairs(inputs, [{ ...url, argument: "name" }, url]) };
  const again = { ...inputs, ...withRepairs(before, [url]) };
  const second = told(update(before, again, ["repairs.instanceUrl"])).text;
  expect(second).toMatch(/dr +update \[~instanceUrl\]\n/);
});

test("what a refresh has noted is told by the arguments, and of credentials that they are written again", () => {
  const hash = { argument: "credentialsHash", instance: "b", declared: "a" };
  const before = { name: "dr", description: "by hand", ...changedAtInstance([hash]) };
  const { text } = told(update(before, { name: "dr" }, ["description", "changedAtInstance"]));
  expect(text).toContain("update [~description,~credentialsHash]");
  expect(text).not.toContain("changedAtInstance");
});
