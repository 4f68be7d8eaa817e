/** The built command on a stack that goes three steps forward, back to the first, and on again. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { THOROUGH_ENGINES } from "../../../test/support/engines.ts";
import { bin, runCommand } from "../../../test/support/run-command.ts";
import { syncsYaml } from "../../../test/support/syncs-yaml.ts";
import { isThorough } from "../../../test/support/thorough.ts";
import { startWorld } from "../../../test/support/world.ts";
import { documentSchema } from "../../report/json.ts";
import { type RollbackDocument, rollbackDocumentSchema } from "./document.ts";

describe.skipIf(!existsSync(bin)).each(THOROUGH_ENGINES)(
  "rollback and resume, engine $title (needs npm run build)",
  ({ engine, isPlayed }) => {
    test.skipIf(!isPlayed)(
      "forward, back to the first run, paused, and forward again",
      async () => {
        await using stack = await openStack(engine, { A: "value-a-1", B: "value-b-1", C: "value-c-1" });
        const { world, run, succeed, up, historyOf } = stack;
        const { source, destination } = world;

        await up();
        source.put({ A: "value-a-2", NEW: "value-new" });
        source.drop("C");
        await up();
        source.put({ A: "value-a-3", B: "value-b-2" });
        await up();
        const latest = { A: "value-a-3", B: "value-b-2", NEW: "value-new" };
        expect(destination.read()).toEqual(latest);

        const { runs } = await historyOf();
        expect(runs.map(({ counts, canGoBackTo }) => [counts, canGoBackTo])).toEqual([
          [{ update: 2 }, true],
          [{ create: 1, update: 1, delete: 1 }, true],
          [{ create: 3 }, true],
        ]);
        const first = runs[2]?.id ?? "";
        if (isThorough) {
          const listed = await succeed("rollback");
          expect(listed.stdout).toMatch(
            /app\n +Run +Ended +Changes\n.*2 updated.*the last one.*3 created\n/s,
          );
          const unasked = await run("rollback", "--to", first);
          expect(unasked.code).toBe(2);
          expect(unasked.stderr).toMatch(/no terminal to ask on, so rollback needs --yes/);
          expect((await run("rollback", "--to", "nonsense", "--yes")).code).toBe(2);
        }

        // Somebody else has had a hand in one of them.
        destination.put({ B: "value-by-hand" });
        const back = await succeed("rollback", "--to", first.slice(0, 8), "--yes");
        expect(back.stdout).toMatch(/~ A +\d+@\w{8} => 1@\w{8}\n.*- NEW +1@\w{8}\n/s);
        expect(back.stdout).toMatch(/! B +stays: somebody else has changed it since/);
        expect(back.stdout).toMatch(/! C +stays: it was deleted, and the instance does not have it any more/);
        expect(back.stdout).toMatch(/app {2}rolled back, and paused/);
        const before = { A: "value-a-1", B: "value-by-hand" };
        expect(destination.read()).toEqual(before);

        // Paused: neither the rollback nor the hand is undone, and refreshing changes nothing of it.
        if (isThorough) {
          await up();
          await succeed("refresh", "--yes");
        }
        const quiet = await succeed("preview", "--expect-no-changes");
        expect(quiet.stdout + quiet.stderr).toMatch(
          /paused since .*rolled back to run .*external-infisical resume/,
        );
        expect(destination.read()).toEqual(before);
        if (isThorough) {
          const paused = await historyOf();
          expect(paused).toMatchObject({ paused: { run: first } });
          expect(paused.runs[0]).toMatchObject({ rollbackTo: first, counts: { update: 1, delete: 1 } });
        }

        const resumed = await succeed("resume", "--yes");
        expect(resumed.stdout).toMatch(/app {2}resumed/);
        const { resources } = documentSchema.parse(
          JSON.parse((await succeed("up", "--yes", "--json")).stdout),
        );
        const sync = resources.find(({ name }) => name === "app")?.sync;
        // The hand's key is a restore, or a change where a refresh has read it.
        const touched = sync?.keys.map(({ key }) => key) ?? [];
        expect(touched.sort()).toEqual(["A", "B", "NEW"]);
        expect(destination.read()).toEqual(latest);

        if (isThorough) {
          // The rollback was a run, too: what it had left can be had again, though not what others did meanwhile.
          const [, rollback] = (await historyOf()).runs;
          const again = document(
            (await succeed("rollback", "--to", rollback?.id ?? "", "--yes", "--json")).stdout,
          );
          expect(again.syncs[0]).toMatchObject({ result: "succeeded", left: [] });
          expect(destination.read()).toEqual({ A: "value-a-1", B: "value-b-2" });
          await succeed("destroy", "--yes");
          expect(destination.read()).toEqual({});
        }
        await stack.expectNoSecrets();
      },
      600_000,
    );
  },
);

async function openStack(engine: string, values: Record<string, string>) {
  const world = await startWorld({ source: values });
  const folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
  await mkdir(join(folder, "home"));
  await writeFile(join(folder, "syncs.yaml"), syncsYaml(world));
  const told: string[] = [];
  const run = async (...args: string[]) => {
    const result = await runCommand(world, folder, [...args, "--engine", engine]);
    told.push(result.stdout, result.stderr);
    return result;
  };
  const succeed = async (...args: string[]) => {
    const result = await run(...args);
    expect(result.code, result.stderr + result.stdout).toBe(0);
    return result;
  };
  return {
    world,
    run,
    succeed,
    up: () => succeed("up", "--yes", "--skip-preview"),
    historyOf: async () =>
      document((await succeed("rollback", "--json")).stdout).history?.[0] ?? expect.fail("no history"),
    /** Neither in the state nor in anything that was printed. */
    async expectNoSecrets() {
      const texts = [...told, await stateIn(folder)].join("\n");
      for (const secret of ["value-", world.source.clientSecret, world.destination.clientSecret])
        expect(texts).not.toContain(secret);
    },
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const document = (text: string): RollbackDocument => rollbackDocumentSchema.parse(JSON.parse(text));

async function stateIn(folder: string): Promise<string> {
  const names = await readdir(join(folder, "state"), { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(0);
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "utf8")))).join(
    "\n",
  );
}
