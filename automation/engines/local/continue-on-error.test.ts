// What the local engine does after failures when it is to continue on errors: one deployment, and the removal of what it leaves.
import { beforeAll, expect, it } from "vitest";
import { openInline, useOneSandbox } from "../../../test/fixtures/local-engine/stack.ts";
import type { EngineError, StackHandle } from "../engine.ts";
import { parseUrn } from "../urn.ts";

useOneSandbox();

let stack: StackHandle;
/** What the deployment has told. */
let failures: string[];
beforeAll(async () => {
  stack = await openInline("toContinue");
  await stack.up();
  await stack.setConfig("program", { value: "continued" });
  failures = await failureOf(stack.up({ continueOnError: true }));
});

async function namesIn(): Promise<string[]> {
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

it("goes on with what does not depend on the failed and the refused ones, and deletes nothing", async () => {
  expect(failures).toEqual([
    "base: cannot update",
    "broken: cannot create",
    "part: cannot update",
    expect.stringMatching(/^refused: .*it is refused/),
  ]);
  const made = ["after-whole", "whole"];
  const kept = ["base", "free", "last", "left", "next", "part", "stuck"];
  expect(await namesIn()).toEqual([...made, ...kept].sort());
});

it("leaves as it is what depends on a failed one, over others too", async () => {
  const { deployment } = await stack.exportStack();
  const resources: { urn: string; inputs?: { color?: string } }[] = deployment?.resources ?? [];
  const colors = resources.flatMap(({ urn, inputs }) =>
    inputs?.color === undefined ? [] : [`${parseUrn(urn).name}: ${inputs.color}`],
  );
  expect(colors.toSorted()).toEqual(["free: blue", "last: red", "next: red"]);
});

it("deletes what nothing needs that could not be deleted", async () => {
  expect(await failureOf(stack.destroy({ continueOnError: true }))).toEqual(["stuck: cannot delete"]);
  expect(await namesIn()).toEqual(["left", "stuck"]);
});
