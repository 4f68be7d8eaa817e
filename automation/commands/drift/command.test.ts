/** The command on a stack whose sides change behind its back. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { makeFolder } from "../../../test/support/command-folder.ts";
import { bin, startCommand } from "../../../test/support/run-command.ts";
import { runInProcess } from "../../../test/support/run-in-process.ts";
import { syncsYaml } from "../../../test/support/syncs-yaml.ts";
import { startWorld } from "../../../test/support/world.ts";
import { plain } from "../../terminal/paint.ts";
import { statusDocumentSchema } from "../status/document.ts";
import { statusText } from "../status/table.ts";
import { driftDocumentSchema } from "./document.ts";

test.skipIf(!existsSync(bin))(
  "status and drift tell what has changed on either side, and drift repairs it (needs npm run build)",
  async () => {
    await using world = await startWorld({
      source: {
        KEPT: "value-0",
        EDITED: "value-1",
        GONE: "value-2",
        NEWER: "value-3",
        BOTH: "value-4",
        DROPPED: "value-5",
      },
    });
    await using folder = await makeFolder(syncsYaml(world));
    const told: string[] = [];
    const run = async (...args: string[]) => {
      const result = await runInProcess(world, folder.path, args, ["--engine", "local"]);
      told.push(result.stdout, result.stderr);
      return result;
    };
    expect((await run("up", "--yes", "--skip-preview")).code).toBe(0);
    const none = await run("drift");
    expect(none.code, none.stderr).toBe(0);
    expect(none.stdout).toMatch(/1 in sync/);

    // A rotated secret is no alarm; neither is one that somebody has carried over by hand.
    world.source.put({ NEWER: "value-33", ADDED: "value-6" });
    for (const destination of [{}, { ADDED: "value-6" }]) {
      world.destination.put(destination);
      const due = await run("drift", "--report", "json=due.json");
      expect(due.code, due.stderr).toBe(10);
      expect(due.stdout).toContain(
        "the destination is as it was, or as the source is now: a deployment is due",
      );
      expect(due.stdout).toMatch(/Billing \(\S+\) prod:\/app at \S+ => Billing \(/);
      expect(due.stdout).toMatch(/1 drifted: 1 at the source alone, so that a deployment is due/);
      expect(await readFile(join(folder.path, "due.json"), "utf8")).toContain("a deployment is due");
    }
    world.destination.drop("ADDED");
    expect((await run("drift", "--detailed-exitcode")).code).toBe(2);

    world.destination.put({ EDITED: "value-theirs", BOTH: "value-theirs", FOREIGN: "value-theirs" });
    world.destination.drop("GONE");
    const edited = await run("drift");
    expect(edited.code, edited.stderr).toBe(7);
    expect(edited.stdout).toMatch(/1 drifted: 1 on both sides/);
    world.source.put({ BOTH: "value-44" });
    world.source.drop("DROPPED");
    const status = await run("status", "--json");
    expect(status.code, status.stderr).toBe(0);
    const seen = statusDocumentSchema.parse(JSON.parse(status.stdout));
    expect(seen.syncs).toMatchObject([
      { resource: "app", syncStatus: "succeeded", keys: 6, drift: { status: "drifted", keys: 7 } },
    ]);
    expect(statusText(seen.syncs, plain)).toMatch(
      /app +engine +\d{4}-\S+ \d\d:\d\d:\d\dZ +succeeded +6 +7 keys/,
    );
    const found = await run("drift", "--json");
    expect(found.code, found.stderr).toBe(7);
    const { syncs, deploymentDue } = driftDocumentSchema.parse(JSON.parse(found.stdout));
    expect([deploymentDue, syncs[0]?.moved]).toEqual([false, "both"]);
    expect(syncs.map(({ resource, status }) => [resource, status])).toEqual([["app", "drifted"]]);
    const sides = (syncs[0]?.keys ?? []).map(({ key, source, destination, repair }) => [
      key,
      source,
      destination,
      repair,
    ]);
    expect(sides).toEqual([
      ["ADDED", "added", undefined, "create"],
      ["BOTH", "changed", "changed", "update"],
      ["DROPPED", "removed", undefined, "delete"],
      ["EDITED", undefined, "changed", "update"],
      ["FOREIGN", undefined, "added", "delete"],
      ["GONE", undefined, "removed", "create"],
      ["NEWER", "changed", undefined, "update"],
    ]);

    expect((await run("drift", "--repair")).code).toBe(2);
    const repaired = await run("drift", "--repair", "--yes", "--report", "markdown=drift.md");
    expect(repaired.code, repaired.stderr).toBe(0);
    expect(repaired.stdout).toMatch(/FOREIGN +destination added \(1@\w{8}\) {2}=> delete \(/);
    expect(world.destination.read()).toEqual(world.source.read());
    const report = await readFile(join(folder.path, "drift.md"), "utf8");
    told.push(report);
    expect(report).toMatch(/\*\*2 created, 3 updated, 2 deleted \(1 foreign\)\*\* in 1 sync/);
    expect(report).toMatch(/\| `BOTH` \| source changed \(2@\w+\), destination changed \(2@\w+\) \|/);
    expect((await run("drift", "--detailed-exitcode")).code).toBe(0);

    world.destination.put({ FOREIGN: "value-theirs" });
    const watch = startCommand(world, folder.path, ["drift", "--watch-interval", "1h", "--engine", "local"]);
    await vi.waitUntil(() => watch.output.stdout.includes("FOREIGN"), { timeout: 60_000 });
    watch.signal("SIGINT");
    expect(await watch.ended).toMatchObject({ code: 7, stderr: expect.stringContaining("Cancelling") });

    const unknown = await run("drift", "--sync", "other");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/no sync named other/);

    const texts = told.join("\n");
    for (const secret of ["value-", world.source.clientSecret, world.destination.clientSecret])
      expect(texts).not.toContain(secret);
  },
  120_000,
);

test("a report that cannot be written any more is told beside the result, which is printed once", async () => {
  await using world = await startWorld();
  await using folder = await makeFolder(syncsYaml(world));
  expect((await runInProcess(world, folder.path, ["up", "--yes", "--skip-preview"])).code).toBe(0);
  const run = async (...args: string[]) => {
    const reports = join(folder.path, "reports");
    await mkdir(reports);
    world.source.server.fault({ kind: "run", action: () => rm(reports, { recursive: true }) });
    const result = await runInProcess(world, folder.path, [
      ...["drift", "--report", "markdown=reports/drift.md"],
      ...args,
    ]);
    expect(result.code).toBe(1);
    return result;
  };
  const told = await run();
  expect(told.stdout).toMatch(/1 in sync/);
  expect(told.stderr).toMatch(/error: The report \S+reports\/drift.md cannot be written: .*ENOENT/);
  const { stdout } = await run("--json");
  expect(driftDocumentSchema.parse(JSON.parse(stdout))).toMatchObject({ result: "in-sync" });
});
