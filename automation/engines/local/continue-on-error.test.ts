// What the local engine does after a failure when it is to continue on errors.
import { expect, it } from "vitest";
import { openInline, useSandboxes } from "../../../test/fixtures/local-engine/stack.ts";
import type { EngineError, StackHandle } from "../engine.ts";
import { parseUrn } from "../urn.ts";

useSandboxes();

async function namesIn(stack: StackHandle): Promise<string[]> {
  const { deployment } = await stack.exportStack();
  const resources: { urn: string; id?: string }[] = deployment?.resources ?? [];
  return resources.flatMap(({ urn, id }) => (id?.endsWith("-z") ? [parseUrn(urn).name] : [])).sort();
}

async function failureOf(work: Promise<unknown>): Promise<string[]> {
  const error: EngineError = await work.then(
    () => expect.unreachable("it failed"),
    (reason) => reason,
  );
  expect(error).toMatchObject({ name: "EngineError", code: "resource-failed" });
  return error.diagnostics
    .filter(({ severity }) => severity === "error")
    .flatMap(({ urn, message }) => (urn ? [`${parseUrn(urn).name}: ${message}`] : []))
    .sort();
}

it("goes on with what does not depend on the failed ones, and deletes nothing", async () => {
  const stack = await openInline("toContinue");
  await stack.up();
  await stack.setConfig("program", { value: "continued" });
  expect(await failureOf(stack.up({ continueOnError: true }))).toEqual([
    "broken: cannot create",
    "part: cannot update",
  ]);
  expect(await namesIn(stack)).toEqual(["after-whole", "left", "part", "whole"]);
});

it("leaves as it is what depends on a failed one, over others too", async () => {
  const stack = await openInline("chainToContinue");
  await stack.up();
  await stack.setConfig("program", { value: "chainContinued" });
  expect(await failureOf(stack.up({ continueOnError: true }))).toEqual(["base: cannot update"]);
  const { deployment } = await stack.exportStack();
  const resources: { urn: string; inputs?: { color?: string } }[] = deployment?.resources ?? [];
  const colors = resources.flatMap(({ urn, inputs }) =>
    inputs?.color === undefined ? [] : [`${parseUrn(urn).name}: ${inputs.color}`],
  );
  expect(colors.toSorted()).toEqual(["free: blue", "last: red", "next: red"]);
});

it("tells of inputs that are refused, and does the rest", async () => {
  const stack = await openInline("alsoRefused");
  expect(await failureOf(stack.up({ continueOnError: true }))).toEqual([
    expect.stringMatching(/^refused: .*it is refused/),
  ]);
  expect(await namesIn(stack)).toEqual(["whole"]);
});

it("deletes what nothing needs that could not be deleted", async () => {
  const stack = await openInline("stuckOnBase");
  await stack.up();
  expect(await failureOf(stack.destroy({ continueOnError: true }))).toEqual(["stuck: cannot delete"]);
  expect(await namesIn(stack)).toEqual(["base", "stuck"]);
});
