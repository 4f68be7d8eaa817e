/** What looks at processes and files sees what is there. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { filesBelow, processesAreHidden, processesWith } from "./machine.ts";

test("files that others can read, and those that they cannot", async () => {
  const folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, "private"), { mode: 0o700 });
  await writeFile(join(folder, "private/inside"), gzipSync("compressed"));
  await writeFile(join(folder, "own"), "own", { mode: 0o600 });
  await writeFile(join(folder, "open"), "open");
  await chmod(join(folder, "open"), 0o644);

  const seen = filesBelow(folder).map(({ path, ...rest }) => ({
    name: path.slice(folder.length + 1),
    ...rest,
  }));
  expect(seen.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
    { name: "open", text: "open", isOpen: true },
    { name: "own", text: "own", isOpen: false },
    { name: "private/inside", text: "compressed", isOpen: false },
  ]);
});

test.skipIf(processesAreHidden !== undefined)(
  `processes, by what stands in their environment ${processesAreHidden ?? ""}`,
  async () => {
    const value = `run-${process.pid}`;
    const args = ["-e", 'process.stdin.resume(); console.log("up")', "an argument"];
    const child = spawn(process.execPath, args, { env: { MARK: value, OTHER: "a=b" } });
    onTestFinished(() => void child.kill());
    await once(child.stdout, "data");
    expect(processesWith("MARK", value)).toEqual([
      {
        pid: child.pid,
        args: [process.execPath, ...args].join("\n"),
        environment: { MARK: value, OTHER: "a=b" },
      },
    ]);
    expect(processesWith("MARK", "another")).toEqual([]);
  },
);
