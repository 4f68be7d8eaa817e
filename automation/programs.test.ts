/** The commands as functions (needs npm run build: providers have a process of their own). */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ZodError } from "zod";
import { makeFolder } from "../test/support/command-folder.ts";
import { commandEnvironment } from "../test/support/run-command.ts";
import { syncsYaml } from "../test/support/syncs-yaml.ts";
import { startWorld, type World } from "../test/support/world.ts";
import { doctorDocumentSchema } from "./commands/doctor/document.ts";
import { driftDocumentSchema } from "./commands/drift/document.ts";
import { rollbackDocumentSchema } from "./commands/rollback/document.ts";
import { statusDocumentSchema } from "./commands/status/document.ts";
import { validationSchema } from "./commands/validate/document.ts";
import {
  destroy,
  doctor,
  drift,
  preview,
  render,
  renderHtml,
  renderMarkdown,
  rollback,
  status,
  up,
  validate,
} from "./programs.ts";
import { documentSchema } from "./report/json.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const listeners = () => SIGNALS.map((name) => process.listenerCount(name));

let printed: string;
let before: number[];
beforeEach(() => {
  printed = "";
  before = listeners();
  for (const name of ["stdout", "stderr"] as const)
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      printed += String(text);
      return true;
    });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  expect(printed).toBe("");
  expect(listeners()).toEqual(before);
});

async function start(world: World) {
  const folder = await makeFolder(syncsYaml(world));
  for (const [name, value] of Object.entries(commandEnvironment(world, folder.path))) vi.stubEnv(name, value);
  return { folder, given: { cwd: folder.path, engine: "local" } as const };
}

it("answers with the documents of the commands, and prints nothing", { timeout: 120_000 }, async () => {
  await using world = await startWorld({ source: { A: "canary-a", B: "canary-b" } });
  const { folder, given } = await start(world);
  await using _folder = folder;
  const lines: string[] = [];
  const texts: string[] = [];
  const told = {
    ...given,
    onProgress: (line: string) => void lines.push(line),
    onText: (text: string) => void texts.push(text),
  };

  expect(validationSchema.parse(await validate(told))).toMatchObject({ result: "succeeded" });
  const examined = doctorDocumentSchema.parse(await doctor(told));
  expect(examined).toMatchObject({ result: "succeeded", syncs: [{ name: "app" }] });
  const config = { "external-infisical:planKey": { value: "a key of these tests", secret: true } };
  const planned = documentSchema.parse(await preview({ ...told, config, out: "plan.json" }));
  expect(planned).toMatchObject({ result: "succeeded", isPreview: true, totals: { create: 2 } });
  const done = documentSchema.parse(await up({ ...told, config, plan: "plan.json" }));
  expect(done).toMatchObject({ result: "succeeded", isPreview: false, hasChanges: true, exitCode: 0 });
  expect(world.destination.read()).toEqual({ A: "canary-a", B: "canary-b" });

  world.destination.put({ A: "by hand" });
  expect(statusDocumentSchema.parse(await status(told))).toMatchObject({
    result: "succeeded",
    syncs: [{ drift: { status: "drifted" } }],
  });
  const drifted = driftDocumentSchema.parse(await drift(told));
  expect(drifted).toMatchObject({ result: "drifted", exitCode: 7 });
  expect(driftDocumentSchema.parse(await drift({ ...told, repair: true })).result).toBe("repaired");
  expect(rollbackDocumentSchema.parse(await rollback(told)).history).toHaveLength(1);
  const rendered = [planned, drifted].flatMap((each) => [renderMarkdown(each), renderHtml(each)]);
  expect(await render("markdown", drifted)).toBe(renderMarkdown(drifted));
  expect(documentSchema.parse(JSON.parse(await render("json", planned)))).toEqual(planned);
  expect(documentSchema.parse(await destroy(told))).toMatchObject({ result: "succeeded" });
  expect(world.destination.read()).toEqual({});

  expect(texts.join("\n")).toMatch(/\+ A /);
  expect(lines.join("\n")).toMatch(/Updating \(dev\)/);
  const plan = await readFile(join(folder.path, "plan.json"), "utf8");
  const all = JSON.stringify([planned, done, drifted, lines, texts, rendered, plan]);
  expect(all).not.toMatch(/canary|a key of these tests/);
});

it("tells in the document what was refused, and throws for wrong options alone", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  const { folder, given } = await start(world);
  await using _folder = folder;
  expect(await up({ ...given, allowedHosts: [] })).toMatchObject({
    result: "failed",
    exitCode: 2,
    error: { code: "invalid-config" },
  });
  expect(await status(given)).toMatchObject({
    result: "failed",
    error: { code: "invalid-config" },
    syncs: [],
  });
  expect(await preview({ ...given, signal: AbortSignal.abort() })).toMatchObject({
    result: "cancelled",
    exitCode: 8,
    error: { code: "cancelled" },
  });
  await expect(up({ ...given, planMaxAge: "soon" })).rejects.toThrow(ZodError);
  await expect(up({ ...given, plan: "plan.json", sync: ["app"] })).rejects.toThrow(ZodError);
  for (const { server } of [world.source, world.destination]) expect(server.requests).toEqual([]);
});

it("refuses options that a function does not have, before anything is done", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  const { folder, given } = await start(world);
  await using _folder = folder;
  // As a variable, an object may have more than its type.
  const one = { ...given, sync: ["app"] };
  await expect(destroy(one)).rejects.toThrow(/sync.*is no option of this function/s);
  await expect(doctor(one)).rejects.toThrow(ZodError);
  const misspelt = { ...given, polices: ["policies.yaml"] };
  await expect(up(misspelt)).rejects.toThrow(/did you mean \\"policies\\"\?/);
  const flags = { ...given, timeout: "1s" };
  await expect(preview(flags)).rejects.toThrow(ZodError);
  for (const nothing of [null, "app", []] as object[]) await expect(drift(nothing)).rejects.toThrow(ZodError);
  for (const { server } of [world.source, world.destination]) expect(server.requests).toEqual([]);
  const unset = { ...given, sync: undefined };
  expect(await destroy(unset)).toMatchObject({ error: { message: expect.stringContaining("no stack") } });
  expect(await validate({ ...given, ...{ config: {} } })).toMatchObject({ result: "succeeded" });
});

it("takes the environment as it is when a function is called, or as it is given", {
  timeout: 60_000,
}, async () => {
  await using one = await startWorld({ source: { A: "one" } });
  await using two = await startWorld({ source: { A: "two" } });
  await using first = await makeFolder(syncsYaml(one));
  await using second = await makeFolder(syncsYaml(two));
  const given = (folder: typeof first) => ({ cwd: folder.path, engine: "local" as const });
  const home = { HOME: process.env["HOME"] };

  for (const [name, value] of Object.entries(commandEnvironment(one, first.path))) vi.stubEnv(name, value);
  const running = [up(given(first))];
  for (const [name, value] of Object.entries(commandEnvironment(two, second.path))) vi.stubEnv(name, value);
  running.push(up(given(second)));
  vi.unstubAllEnvs();
  for (const document of await Promise.all(running))
    expect(document).toMatchObject({ result: "succeeded", totals: { create: 1 } });
  expect([one.destination.read(), two.destination.read()]).toEqual([{ A: "one" }, { A: "two" }]);

  one.source.put({ A: "one", B: "more" });
  two.source.put({ A: "changed" });
  const looks = await Promise.all(
    (
      [
        [one, first],
        [two, second],
      ] as const
    ).flatMap(([world, folder]) => {
      const options = { ...given(folder), env: { ...home, ...commandEnvironment(world, folder.path) } };
      return [drift(options), status(options), preview(options)];
    }),
  );
  expect(looks.map(({ result }) => result)).toEqual(
    [1, 2].flatMap(() => ["drifted", "succeeded", "succeeded"]),
  );
  const plans = looks.flatMap((each) => ("totals" in each ? [each.totals] : []));
  expect(plans).toMatchObject([{ create: 1 }, { update: 1 }]);
});
