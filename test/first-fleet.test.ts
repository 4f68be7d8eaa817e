/**
 * A first fleet is what docs/fleet.md prints: the files are written from the page, and its commands run as they stand there. But
 * ports are free ones, the package is linked and not installed, and the plan that is approved has the id that it has.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";
import type { Overview } from "../automation/commands/dev-server/overview.ts";
import { root } from "./support/node.ts";
import { printedCommands, printedFiles } from "./support/printed.ts";
import { bin, spawnCommand } from "./support/run-command.ts";
import { isThorough } from "./support/thorough.ts";

const page = await readFile(join(root, "docs/fleet.md"), "utf8");
const COMMAND = "npx external-infisical ";

test("what is installed is what this version works with", async () => {
  const { name, version, peerDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const pinned = ["pg-boss", "@electric-sql/pglite"].map((each) => `${each}@${peerDependencies[each]}`);
  const lines = page.split("\n").filter((line) => line.startsWith("npm install ") && line.includes("pglite"));
  expect(lines).toHaveLength(2);
  for (const line of lines) for (const each of pinned) expect(line.split(" ")).toContain(each);
  expect(lines[0]).toContain(`${name}-${version}.tgz`);
});

test.skipIf(!isThorough)(
  `a first fleet${isThorough ? "" : " (not run: npm run test:all does)"}`,
  { timeout: 300_000 },
  async () => {
    const base = await mkdtemp(join(tmpdir(), "external-infisical-first-fleet-"));
    const folder = join(base, "first-fleet");
    await mkdir(join(folder, "bin"), { recursive: true });
    // What npx finds.
    await writeFile(join(folder, "bin/npx"), `#!/bin/sh\nshift\nexec "${process.execPath}" "${bin}" "$@"\n`, {
      mode: 0o755,
    });
    const files = printedFiles(page);
    const write = async (change: (text: string) => string = (text) => text) => {
      for (const [name, text] of files) await writeFile(join(folder, name), change(text));
    };
    await write();
    const environment = { HOME: base, XDG_STATE_HOME: "", EXTERNAL_INFISICAL_FLEET_DATABASE: "" };
    const argsOf = (line: string) => line.slice(COMMAND.length).trim().split(" ");
    const servers = spawnCommand(
      folder,
      [
        ...argsOf(printedCommands(page, `${COMMAND}dev-server`)),
        "--port",
        "0",
        "--second-port",
        "0",
        "--json",
      ],
      environment,
    );
    const started: (typeof servers)[] = [servers];
    try {
      const { instances } = await vi.waitFor(() => JSON.parse(servers.output.stdout) as Overview, 120_000);
      const [source = "", destination = ""] = instances.map(({ url }) => url);
      await write((text) =>
        text.replace("http://127.0.0.1:8090", source).replace("http://127.0.0.1:8091", destination),
      );
      const [settings = "", start = ""] = printedCommands(page, "export SOURCE_CLIENT_SECRET=reader").split(
        "\n",
      );
      const secrets = Object.fromEntries(
        settings
          .split(" ")
          .slice(1)
          .map((each) => each.split("=")),
      );
      const fleet = spawnCommand(folder, [...argsOf(start), "--port", "0"], { ...environment, ...secrets });
      started.push(fleet);
      const runs = /^\d\d:\d\d:\d\d first-fleet\/billing: changed$/m;
      for (const told of [/The fleet runs on the embedded database/, /the source tells of changes/, runs])
        await vi.waitFor(() => expect(fleet.output.stderr).toMatch(told), 120_000);
      expect(fleet.output.stderr).not.toContain("{");

      const PATH = [join(folder, "bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter);
      const play = async (commands: string) => {
        const played = promisify(execFile)("sh", ["-c", commands], {
          cwd: folder,
          env: { ...environment, PATH },
        });
        return (await played).stdout;
      };
      const tells = (command: string, text: RegExp) =>
        vi.waitFor(async () => expect(await play(command)).toMatch(text), { timeout: 60_000, interval: 500 });
      const changed = printedCommands(page, "change PATCH");
      expect(await play(changed)).toMatch(/first-fleet\/billing +synced/);
      await tells(
        `${COMMAND}fleet history`,
        /ran .* 1 updated, 1 unchanged, since its source told of a change/,
      );

      const [drop = "", show = "", approve = "", status = ""] = printedCommands(page, "change DELETE").split(
        "\n",
      );
      await play(`. ./change.sh\n${drop}`);
      await tells(show, /- DB_URL/);
      const plan = /fleet approve (\w+)/.exec(await play(show))?.[1] ?? "none";
      expect(await play(approve.replace("PLAN_ID", plan))).toContain(`approved, plan ${plan}`);
      await tells(status, /first-fleet\/billing +synced/);
      await tells(
        `${COMMAND}fleet history`,
        /ran .* 1 deleted, 1 unchanged, .*approved by .*not used any more/,
      );
    } finally {
      for (const each of started.toReversed()) {
        each.signal("SIGTERM");
        await each.ended;
      }
      await rm(base, { recursive: true, force: true });
    }
  },
);
