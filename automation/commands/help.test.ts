/** What the command tells of itself, and what it loads for that. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, it, vi } from "vitest";
import { root } from "../../test/support/node.ts";
import { main } from "../main.ts";

afterEach(() => vi.restoreAllMocks());

async function told(...args: string[]) {
  const [stdout, stderr] = [vi.spyOn(process.stdout, "write"), vi.spyOn(process.stderr, "write")];
  for (const each of [stdout, stderr]) each.mockReset().mockReturnValue(true);
  const code = await main(args);
  return { code, text: [...stdout.mock.calls, ...stderr.mock.calls].map(([text]) => text).join("") };
}

it.each([
  [["up"], "--skip-preview"],
  [["schema"], "--of <what>"],
  [["fleet", "status"], "--database <url>"],
  [["terraform", "install"], "--dir <folder>"],
])("help tells the flags of %s, as --help does", async (command, flag) => {
  const asked = await told(...command, "--help");
  expect(asked.code).toBe(0);
  expect(asked.text).toContain(flag);
  expect(asked.text).toContain(`Usage: external-infisical ${command.join(" ")} [options]`);
  expect(await told(...command.slice(0, -1), "help", ...command.slice(-1))).toEqual(asked);
});

it.each([[[]], [["fleet"]]])("the list of commands after %j tells how they are used", async (command) => {
  const asked = await told(...command, "--help");
  expect(asked.text).toMatch(/^ {2}status \[options\] \[place\] /m);
  expect(asked.text).toMatch(/^ {2}help \[command\] /m);
  expect(await told(...command, "help")).toEqual(asked);
  expect(await told(...command, "help", "nonsense")).toEqual({ ...asked, code: 2 });
});

it("loads no schema of an option for that", async () => {
  const hook = `import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    process.on("exit", () => console.error(loaded.join("\\n")));`;
  const loadedFor = async (...args: string[]) => {
    const bin = join(root, "automation", "bin.ts");
    const preload = ["--import", `data:text/javascript,${encodeURIComponent(hook)}`];
    return (await promisify(execFile)(process.execPath, [...preload, bin, ...args])).stderr;
  };
  expect(await loadedFor("up", "--help")).toMatch(/\/zod\//);
  expect(await loadedFor("--help")).toMatch(/commander/);
  expect(await loadedFor("--help")).not.toMatch(/\/zod\/|options\.ts$/m);
});
