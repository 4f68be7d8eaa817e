/** Waves by the built command, since the program runs in other processes; on the CLI as well, where there is one. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { THOROUGH_ENGINES } from "../../test/support/engines.ts";
import { bin, runCommand } from "../../test/support/run-command.ts";
import { syncsYaml } from "../../test/support/syncs-yaml.ts";
import { startWorld } from "../../test/support/world.ts";
import { documentSchema } from "../report/json.ts";
import { waveProblems, wavesOf } from "./waves.ts";

describe("waves", () => {
  it("are in order, those of the file kept within each", () => {
    const syncs = new Map([3, 1, 3, 1].map((wave, index) => [`s${index}`, { wave }]));
    expect(wavesOf(syncs)).toEqual([
      ["s1", "s3"],
      ["s0", "s2"],
    ]);
  });

  it("are refused where the state would record too many dependencies", () => {
    const syncs = (first: number, second: number) =>
      new Map(Array.from({ length: first + second }, (_, i) => [`s${i}`, { wave: i < first ? 1 : 2 }]));
    const paths = new Map([["s1000", ["syncs", "late"]]]);
    expect(waveProblems(syncs(10, 9000), paths)).toEqual([]);
    expect(waveProblems(syncs(1000, 1000), paths)).toEqual([
      {
        path: ["syncs", "late", "wave"],
        message: expect.stringContaining("make one of the two waves smaller"),
      },
    ]);
  });
});

describe.skipIf(!existsSync(bin)).each(THOROUGH_ENGINES)(
  "a chain of syncs, engine $title (needs npm run build)",
  ({ engine, isPlayed }) => {
    it.skipIf(!isPlayed)(
      "runs in its own order, whatever that of the file, and to its end in one deployment",
      async () => {
        await using world = await startWorld({ source: { A: "1" } });
        const { server, ...here } = world.source;
        const [middle, last] = ["Middle", "Last"].map((name) => server.createProject({ name }).id);
        const ids = [here.projectId, middle, last].map((id) => id ?? "");
        const memberships = ids.map((projectId) => ({ projectId, role: "member" as const }));
        const [reader, writer] = [0, 1].map(() => server.createIdentity({ memberships }));
        // One instance on both sides, whose name the connection spells in its own way.
        const one = { ...world.source, ...reader };
        const there = { ...world.source, ...writer, projectId: middle ?? "" };
        const own = { ...world, source: one, destination: there };
        const [head = "", first = ""] = syncsYaml(own).split("syncs:\n");
        const second = first
          .replace("  app:", "  after:")
          .replace(`projectId: ${middle}`, `projectId: ${last}`)
          .replace(`projectId: ${here.projectId}`, `projectId: ${middle}`)
          .replace("secretPath: /app", "secretPath: /app//");
        const spelt = head.replace(/(instanceUrl: )(.*)/, "$1$2/api/");
        const folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
        try {
          await mkdir(join(folder, "home"));
          await writeFile(join(folder, "syncs.yaml"), `${spelt}syncs:\n${second}${first}`);
          const run = async (...args: string[]) => {
            const { code, stdout, stderr } = await runCommand(own, folder, [
              ...args,
              "--engine",
              engine,
              "--json",
            ]);
            expect(stdout, stderr).not.toBe("");
            return { code, stderr, document: documentSchema.parse(JSON.parse(stdout)) };
          };
          const up = await run("up", "--yes");
          expect(up.code, up.stderr).toBe(0);
          for (const projectId of [middle, last])
            expect(
              server.readSecrets({ projectId: projectId ?? "", environment: "prod", secretPath: "/app" }),
            ).toEqual({ A: "1" });
          expect((await run("preview", "--expect-no-changes")).code).toBe(0);

          const loop = second.replace("  after:", "  back:").replaceAll(last ?? "", here.projectId);
          await writeFile(join(folder, "syncs.yaml"), `${spelt}syncs:\n${first}${loop}`);
          const refused = await run("preview");
          expect(refused.code).toBe(2);
          expect(refused.document.error?.message).toMatch(/syncs\.yaml:\d+:\d+: .*a loop: "app" writes/);
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      },
      180_000,
    );
  },
);

describe.skipIf(!existsSync(bin)).each(THOROUGH_ENGINES)(
  "a second wave, engine $title (needs npm run build)",
  ({ engine, isPlayed }) => {
    it.skipIf(!isPlayed)(
      "is previewed with the first, and runs only when that has succeeded",
      async () => {
        await using world = await startWorld({ source: { A: "1" } });
        const folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
        const { server, projectId } = world.destination;
        const at = (secretPath: string) => ({ projectId, environment: "prod", secretPath });
        const sync = syncsYaml(world).split("syncs:\n").at(-1) ?? "";
        const later = sync.replace("  app:", "  later:").replace(/\/app\n(?= {4}syncOptions)/, "/later\n");
        const text = `${syncsYaml(world).replace("  app:", "  app:\n    wave: 1")}${later.replace("connection", "wave: 2\n    connection")}`;
        try {
          await mkdir(join(folder, "home"));
          await writeFile(join(folder, "syncs.yaml"), text);
          const run = async (...args: string[]) => {
            const { code, stdout, stderr } = await runCommand(world, folder, [
              ...args,
              "--engine",
              engine,
              "--json",
            ]);
            expect(stdout, stderr).not.toBe("");
            return { code, document: documentSchema.parse(JSON.parse(stdout)) };
          };
          server.fault({ kind: "status", status: 400, method: "PATCH", path: /\/secrets/ });
          const preview = await run("preview");
          const keys = preview.document.resources?.flatMap(({ sync: review }) => review?.keys ?? []);
          expect(keys?.map(({ key }) => key)).toEqual(["A", "A"]);

          const refused = await run("up", "--yes");
          expect(refused.code).toBe(4);
          expect([world.destination.read(), server.readSecrets(at("/later"))]).toEqual([{}, {}]);

          expect((await run("up", "--yes")).code).toBe(0);
          expect(server.readSecrets(at("/later"))).toEqual({ A: "1" });
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      },
      180_000,
    );
  },
);
