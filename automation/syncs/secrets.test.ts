import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readSyncsFile } from "./read.ts";
import { resolveSecrets } from "./secrets.ts";

let base: string;
let folder: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "external-infisical-"));
  folder = join(base, "project");
  await mkdir(folder);
  await writeFile(join(base, "outside.secret"), "outside");
  await writeFile(join(folder, "inside.secret"), "inside\n");
  await mkdir(join(folder, "empty.folder"));
  await promisify(execFile)("mkfifo", [join(folder, "pipe.secret")]);
  await writeFile(join(folder, "big.secret"), "x".repeat(1_048_577));
  await symlink(join(base, "outside.secret"), join(folder, "link.secret"));
});
afterEach(() => rm(base, { recursive: true, force: true }));

const resolve = (reference: string) => {
  const text = `{ project: demo, source: { token: "${reference}" }, connections: {}, syncs: {} }`;
  return resolveSecrets(readSyncsFile(text, "syncs.yaml"), {
    folder,
    environment: { TOKEN: "from-env", EMPTY: "" },
    config: { "demo:token": { value: "from-config", secret: true }, "other:token": { value: "from-other" } },
  });
};

it.each([
  ["${env:TOKEN}", "from-env"],
  ["${config:token}", "from-config"],
  ["${config:other:token}", "from-other"],
  ["${file:inside.secret}", "inside"],
])("fetches %s", async (reference, value) => {
  expect(await resolve(reference)).toEqual(new Map([["source.token", value]]));
});

it.each([
  ["${env:MISSING}", "the environment variable MISSING is not set"],
  ["${env:EMPTY}", "the environment variable EMPTY is not set"],
  ["${config:missing}", "the stack has no configuration demo:missing"],
  ["${file:missing.secret}", "cannot be read"],
  ["${file:../outside.secret}", "is not inside the folder"],
  ["${file:link.secret}", "is not inside the folder"],
  ["${file:.}", "is not inside the folder"],
  ["${file:empty.folder}", "empty.folder is no file"],
  ["${file:pipe.secret}", "pipe.secret is no file"],
  ["${file:big.secret}", "the file big.secret is larger than 1048576 bytes"],
])("refuses %s", async (reference, problem) => {
  await expect(resolve(reference)).rejects.toThrow(problem);
  await expect(resolve(reference)).rejects.toThrow("syncs.yaml:1:35: source.token: ");
});
