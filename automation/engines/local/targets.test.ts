// What the local engine does with targets, and what it leaves alone.
import { beforeAll, expect, it } from "vitest";
import { openInline, useOneSandbox } from "../../../test/fixtures/local-engine/stack.ts";
import type { EngineError, EngineEvent, StackHandle } from "../engine.ts";
import { parseUrn } from "../urn.ts";

useOneSandbox();

let stack: StackHandle;
beforeAll(async () => {
  stack = await openInline("chain");
  await stack.up();
});

type Recorded = { urn: string; inputs?: Record<string, unknown>; dependencies?: string[] };

async function recorded(stack: StackHandle): Promise<Recorded[]> {
  const { deployment } = await stack.exportStack();
  return deployment.resources;
}

const nameOf = ({ urn }: { urn: string }) => parseUrn(urn).name;
const named = (resources: readonly Recorded[], name: string) =>
  resources.find((each) => nameOf(each) === name);

it("reads its targets alone in a refresh", async () => {
  const targets = (await recorded(stack)).map(({ urn }) => urn).filter((urn) => nameOf({ urn }) === "next");
  const read: string[] = [];
  await stack.refresh({
    targets,
    onEvent: ({ resourcePreEvent: event }) => event && read.push(nameOf(event.metadata)),
  });
  expect(read).toEqual(["next"]);
});

it("destroys nothing where it is to destroy some of the resources", async () => {
  const before = await recorded(stack);
  const targets = [before.at(-1)?.urn ?? ""];
  await expect(stack.destroy({ targets })).rejects.toMatchObject({ code: "unsupported" });
  expect(await recorded(stack)).toEqual(before);
});

it("does nothing about other resources than its targets", { timeout: 120_000 }, async () => {
  await stack.setConfig("program", { value: "longerChain" });
  const before = await recorded(stack);
  const declared = await stack.declared();
  const urnOf = (name: string) =>
    declared.map(({ urn }) => urn).find((urn) => parseUrn(urn).name === name) ?? "";
  expect(declared.map(nameOf)).toEqual(
    expect.arrayContaining(["fresh", "base", "next", "other", "unmade", "compare-dev"]),
  );
  expect(declared.find(({ urn }) => urn === urnOf("next"))?.needs).toEqual(
    expect.arrayContaining([urnOf("fresh"), urnOf("base")]),
  );
  expect(await recorded(stack)).toEqual(before);

  const targets = [urnOf("next")];
  const error: EngineError = await stack.preview({ targets }).catch((reason) => reason);
  expect(error).toMatchObject({ name: "EngineError", code: "resource-failed" });
  expect(error.diagnostics.map(({ urn = "", message }) => `${nameOf({ urn })}: ${message}`)).toEqual([
    `next: it needs "fresh", which has not been deployed yet and was not named (--sync fresh)`,
  ]);

  const events: EngineEvent[] = [];
  const both = { targets: [urnOf("next"), urnOf("fresh")] };
  const { plan } = await stack.preview({ ...both, bind: true });
  await stack.up({ ...both, ...(plan && { plan }), onEvent: (event) => events.push(event) });
  const after = await recorded(stack);
  const changed = events.flatMap(({ resOutputsEvent: event }) =>
    event && event.metadata.op !== "same" ? [`${event.metadata.op} ${nameOf(event.metadata)}`] : [],
  );
  // The configuration belongs to the provider, which is a target in any case.
  expect(changed.sort()).toEqual(["create fresh", "update default", "update next"]);
  for (const name of ["base", "other", "gone"]) expect(named(after, name)).toEqual(named(before, name));
  expect(named(after, "unmade")).toBeUndefined();
  // What something depends on stands before it.
  const order = after.map(({ urn }) => urn);
  for (const { urn, dependencies = [] } of after)
    for (const needed of dependencies) expect(order.indexOf(needed)).toBeLessThan(order.indexOf(urn));
});

it("replaces no target with which others would have to go", async () => {
  const other = await openInline("renamed", { stack: "other" });
  await other.up();
  await other.setConfig("program", { value: "rebased" });
  const before = await recorded(other);
  const targets = before.map(({ urn }) => urn).filter((urn) => nameOf({ urn }) === "base");
  await expect(other.up({ targets })).rejects.toMatchObject({
    message: /on-base" as part of .* as it is no target/,
  });
  expect((await recorded(other)).map(nameOf).sort()).toEqual(before.map(nameOf).sort());
});
