/** This package's resources behave alike, called in the engine's process and in the SDK's. */
import { dynamic } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { connectionInputs, syncArguments } from "../../../../test/support/arguments.ts";
import { declarePair, openStack } from "../../../../test/support/open-stack.ts";
import { isThorough } from "../../../../test/support/thorough.ts";
import { startWorld } from "../../../../test/support/world.ts";
import type { EngineError } from "../../engine.ts";
import { createLocalEngine } from "../local-engine.ts";

interface Recorded {
  type: string;
  outputs?: Record<string, unknown>;
}

const BATCH = "/api/v4/secrets/batch";
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`KEY_${index}`, "v"]));
const wanted = many(1200);

/** What a life of failures leaves and tells, without what is another one's each time. */
async function live(isInline: boolean): Promise<unknown> {
  await using world = await startWorld({ source: wanted });
  let filter = "https://not.a.place/";
  const program = async () => declarePair(world, { connection: { instanceUrl: filter } });
  await using opened = await openStack(createLocalEngine(), world, isInline ? { program } : {});
  const { stack, folder } = opened;
  const declared = (instanceUrl: string) => {
    filter = instanceUrl;
    return folder.write("program.json", {
      connection: { ...connectionInputs(world), instanceUrl },
      resourceName: "sync",
      sync: syncArguments(world, {}),
    });
  };
  const told: unknown[] = [];
  const tell = async (operation: Promise<unknown>) => {
    const failed = await operation.then(
      () => undefined,
      (error: EngineError) => error,
    );
    // The SDK's process prints a line of its own for each failed check.
    const lines = failed?.diagnostics.filter(({ severity }) => severity === "error") ?? [];
    told.push([failed?.code, ...lines.map(({ message, urn }) => `${urn}: ${plain(message)}`)]);
    const { deployment } = await stack.exportStack();
    const { resources = [] }: { resources?: Recorded[] } = deployment;
    const own = resources.filter(({ type }) => !type.startsWith("pulumi:"));
    told.push(
      own.map(({ type, outputs = {}, ...rest }) => [
        type,
        Object.keys(outputs).sort(),
        "initErrors" in rest && plain(String(rest.initErrors)),
        outputs["syncStatus"],
        Object.keys(outputs["keys"] ?? {}).length,
        [...new Set(Object.values(outputs["effects"] ?? {}))],
      ]),
    );
  };
  const plain = (text: string) =>
    text.replaceAll(/127\.0\.0\.1:\d+/g, "HOST").replaceAll(/req-[0-9a-f]+|[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID");

  // In a quick run it is clear-settings.test.ts that has a check refused in either process.
  if (isThorough) {
    await declared("http://other.example");
    await tell(stack.preview());
  }
  await declared(world.destination.server.url);
  world.destination.server.fault({ kind: "status", status: 403, path: BATCH, method: "PATCH", nth: 2 });
  await tell(stack.up());
  world.destination.server.clearFaults();
  await tell(stack.refresh());
  await tell(stack.destroy());
  return told;
}

test("a life with failures is told and recorded alike in this process and in the SDK's (with a refused check: npm run test:all)", async () => {
  const here = await live(true);
  expect(JSON.stringify(here)).toContain("stopped half-way");
  expect(here).toEqual(await live(false));
});

test("what others provide is opened in the SDK's process, beside what is provided here", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  class Other extends dynamic.Resource {}
  const program = async () => {
    declarePair(world, {});
    const provider = { create: async () => ({ id: "other", outs: {} }) };
    return { id: new Other(provider, "other", {}).id };
  };
  await using opened = await openStack(createLocalEngine(), world, { program });
  const { outputs } = await opened.stack.up();
  expect(outputs["id"]?.value).toBe("other");
  expect(world.destination.read()).toEqual({ A: "1" });
  expect((await opened.stack.destroy()).summary.resourceChanges).toEqual({ delete: 4 });
});

test("a stop lets the request in flight end and sends no further one", async () => {
  await using world = await startWorld({ source: many(2000) });
  const stop = new AbortController();
  world.destination.server.fault({ kind: "run", path: BATCH, action: () => stop.abort() });
  await using opened = await openStack(createLocalEngine(), world, {
    program: async () => declarePair(world, {}),
  });
  await expect(opened.stack.up({ signal: stop.signal })).rejects.toMatchObject({ code: "cancelled" });
  const written = Object.keys(world.destination.read());
  expect(written.length).toBeGreaterThan(0);
  expect(written.length).toBeLessThan(2000);
  const { deployment } = await opened.stack.exportStack();
  const resources: Recorded[] = deployment.resources;
  const sync = resources.find(({ type }) => type.endsWith("SecretSync"));
  expect(Object.keys(sync?.outputs?.["keys"] ?? {}).sort()).toEqual(written.sort());
});
