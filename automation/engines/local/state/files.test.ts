// What is in a file, and beside it, after each step of its writing has failed or was the last one.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { removeLeftovers, writeAtomically } from "./files.ts";
import { hasEndedHere } from "./lock.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "files-"));
  path = join(folder, "state.json");
  await writeFile(path, "old");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const script = fileURLToPath(
  new URL("../../../../test/fixtures/local-engine/write-disturbed.ts", import.meta.url),
);

/** Writes "new" in another process; what it said, and how it ended. */
async function write(step: string, what: "fail" | "kill", when: "before" | "after") {
  const child = spawn(process.execPath, [script, path, "new", step, what, when], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (text) => (said += text));
  const [code, signal] = await once(child, "close");
  return { code, signal, said };
}

const STEPS = [
  ["writeFile", "before", "old"],
  ["writeFile", "after", "old"],
  ["sync", "before", "old"],
  ["rename", "before", "old"],
  ["rename", "after", "new"],
  ["sync folder", "before", "new"],
] as const;

it.each(STEPS)(
  "a failure of %s, %s it is done, is told and leaves one whole file",
  async (step, when, left) => {
    expect(await write(step, "fail", when)).toMatchObject({
      code: 0,
      said: expect.stringContaining(`EIO: ${step}`),
    });
    expect(await readFile(path, "utf8")).toBe(left);
    expect(await readdir(folder)).toEqual(["state.json"]);
  },
);

it.each(STEPS)(
  "SIGKILL at %s, %s it is done, leaves one whole file, and nothing for ever",
  async (step, when, left) => {
    expect(await write(step, "kill", when)).toMatchObject({ signal: "SIGKILL" });
    expect(await readFile(path, "utf8")).toBe(left);
    await removeLeftovers(folder, (name) => name === "state.json", hasEndedHere);
    expect(await readdir(folder)).toEqual(["state.json"]);
    await writeAtomically(path, "next");
    expect(await readFile(path, "utf8")).toBe("next");
  },
);

it("takes for leftovers neither what others write now nor files of another name", async () => {
  const id = "0b6f3e0c-5f4c-4d53-9a80-5f3f3f5b8f10";
  const kept = [
    `state.json.${process.pid}-${id}.tmp`,
    `other.json.1-${id}.tmp`,
    "state.json.tmp",
    "state.json",
  ];
  const gone = 2 ** 22 + 1;
  for (const name of [...kept, `state.json.${gone}-${id}.tmp`]) await writeFile(join(folder, name), "");
  await removeLeftovers(folder, (name) => name === "state.json", hasEndedHere);
  expect((await readdir(folder)).sort()).toEqual(kept.sort());
});
