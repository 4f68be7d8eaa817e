/** The built command through a life: no secret is in what it prints and leaves, nor where others on the machine look. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { REPORT_FORMATS } from "../../automation/report/formats.ts";
import { makeFolder } from "../support/command-folder.ts";
import { cli } from "../support/pulumi-cli.ts";
import { QUICK_PASSPHRASE } from "../support/quick-passphrase.mjs";
import { bin, runCommand } from "../support/run-command.ts";
import { runInProcess } from "../support/run-in-process.ts";
import { syncsYaml } from "../support/syncs-yaml.ts";
import { isThorough } from "../support/thorough.ts";
import { startWorld } from "../support/world.ts";
import { filesBelow, processesAreHidden } from "./machine.ts";
import { plantedSides, plantValues } from "./planted.ts";
import { leaksIn } from "./search.ts";
import { inFiles, secretFiles } from "./secret-files.ts";
import { RUN, watchMachine } from "./watch-machine.ts";

const BATCH = "/api/v4/secrets/batch";
const reports = REPORT_FORMATS.flatMap((format) => ["--report", `${format}=report.${format}`]);

/** What others on the machine see of it, the runs before have shown; this one for what it prints and leaves. */
const runHere: typeof runCommand = isThorough
  ? runCommand
  : (world, folder, args, environment) => runInProcess(world, folder, args, [], environment);

const engines = [
  { engine: "local", title: "local", isPlayed: true },
  {
    engine: "pulumi",
    title: cli ? "pulumi (npm run test:all)" : "pulumi (not run: no pulumi on the PATH)",
    isPlayed: cli !== undefined && isThorough,
  },
];

describe.skipIf(!existsSync(bin)).each(engines)("the command, engine $title", ({ engine, isPlayed }) => {
  it.skipIf(!isPlayed)(
    "keeps planted secrets to itself (needs npm run build)",
    async () => {
      const [here, there, later] = [plantValues(), plantValues(), plantValues()];
      await using world = await startWorld({
        ...plantedSides(here, there),
      });
      const { source, destination } = world;
      await using folder = await makeFolder(inFiles(syncsYaml(world)));
      const at = (name: string) => join(folder.path, name);
      const secrets = secretFiles(world);
      for (const [name, text] of Object.entries(secrets)) await writeFile(at(name), text);
      await mkdir(at("tmp"));
      const credentials = {
        ...secrets,
        PULUMI_CONFIG_PASSPHRASE: `${QUICK_PASSPHRASE} ${randomUUID()}`,
        EXTERNAL_INFISICAL_PLAN_KEY: randomUUID(),
        EXTERNAL_INFISICAL_FINGERPRINT_KEY: randomUUID(),
      };
      const { "source.secret": _, "dr.secret": __, ...given } = credentials;
      const leaks = (texts: Iterable<string>) =>
        [...texts].flatMap((text) =>
          [here, there, later, credentials]
            .flatMap((planted) => leaksIn(text, planted))
            .map((leak) => `${text.split("\n", 1)}: ${leak}`),
        );

      const mark = randomUUID();
      const seen = watchMachine(world, { run: mark, temporary: at("tmp"), given });
      const told = new Set<string>();
      const command = async (exitCode: number, args: readonly string[], run = runCommand) => {
        const { code, stdout, stderr } = await run(world, folder.path, [...args, "--engine", engine], {
          SOURCE_SECRET: "",
          DR_SECRET: "",
          ...given,
          [RUN]: mark,
          TMPDIR: at("tmp"),
          // Compiled code, which Node would keep in the temporary folder.
          NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache"),
        });
        expect(code, [args.join(" "), stdout, stderr].join("\n")).toBe(exitCode);
        told.add(stdout).add(stderr);
        for (const { path, text } of filesBelow(folder.path))
          if (!(path.slice(folder.path.length + 1) in secrets)) told.add(`${path}:\n${text}`);
      };

      if (isThorough) await command(0, ["doctor", "--json"]);
      await command(0, ["preview", "--out", "plan.json", ...reports]);
      // The server repeats what it was sent, as a careless proxy would.
      destination.server.fault({
        kind: "status",
        status: 400,
        path: BATCH,
        body: { message: `bad values ${here.password} and ${here.pem} and ${JSON.stringify(here.quoted)}` },
      });
      await command(4, ["up", "--yes", "--plan", "plan.json", ...reports]);
      await command(0, ["up", "--yes", "--skip-preview", ...reports], runHere);
      source.put({ PASSWORD: later.password, SHORT: later.short, UNICODE: later.unicode });
      destination.put({ PEM: later.pem });
      source.drop("URL");
      await command(7, ["drift", "--json", "--report", "markdown=drift.md"], runHere);
      if (isThorough) {
        destination.server.fault({ kind: "status", status: 403, path: BATCH, method: "DELETE" });
        await command(4, ["up", "--yes", "--skip-preview", "--json"]);
        await command(0, ["status", "--json"]);
        await command(0, ["refresh", "--yes", "--diff"]);
        await command(0, ["destroy", "--yes", ...reports]);
      }

      for (const name of [
        "plan.json",
        ...REPORT_FORMATS.map((format) => `report.${format}`),
        "drift.md",
        "/state/",
      ])
        expect([...told].filter((text) => text.split("\n", 1)[0]?.includes(name))).not.toEqual([]);
      expect([...told].join("\n")).toContain("PASSWORD");
      expect(leaks(told)).toEqual([]);

      expect(seen.requests).toBeGreaterThan(20);
      expect(leaks(seen.openFiles)).toEqual([]);
      expect(filesBelow(at("tmp")).map(({ path }) => path)).toEqual([]);
      if (processesAreHidden !== undefined) return;
      expect(leaks(seen.processes)).toEqual([]);
      // What the user has put into the environment is there, so it was looked at.
      expect(leaks(seen.environments).join()).toContain("PULUMI_CONFIG_PASSPHRASE as text");
    },
    180_000,
  );
});
