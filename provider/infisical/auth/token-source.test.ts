import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { askForToken } from "./token-source.ts";

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const JWT = `${part({ alg: "none" })}.${part({ iss: "me" })}.c2lnbmVk`;

describe("a token in a file", () => {
  test.each<[string, (path: string) => Promise<unknown> | string, string]>([
    ["a pipe that nobody writes to", (path) => promisify(execFile)("mkfifo", [path]), "it is no file"],
    ["a device that has no end", () => "/dev/zero", "it is no file"],
    ["a folder", (path) => mkdir(path), "it is no file"],
    ["another file, which is large", (path) => writeFile(path, JWT.repeat(2_000)), "it is too large"],
    ["a file of which none knows its size before", () => "/proc/self/environ", "what is there is no JWT"],
    ["an empty file", (path) => writeFile(path, ""), "what is there is no JWT"],
    ["nothing", () => "/none/at/all", "it cannot be read"],
  ])("%s is none", async (_case, make, problem) => {
    await using folder = await makeFolder();
    const path = join(folder.path, "token");
    const made = await make(path);
    await expect(ask(typeof made === "string" ? made : path)).rejects.toThrow(problem);
  });

  test("may be a link, as where Kubernetes projects it", async () => {
    await using folder = await makeFolder();
    await writeFile(join(folder.path, "data"), `${JWT}\n`);
    await symlink("data", join(folder.path, "token"));
    const { token, claims } = await ask(join(folder.path, "token"));
    expect([token.reveal(), claims.iss]).toEqual([JWT, "me"]);
  });
});

const ask = (path: string) =>
  askForToken(
    { from: "file", path },
    { environment: {}, get: () => expect.fail("nobody is asked"), what: "log in", path: "auth" },
  );

async function makeFolder() {
  const path = await mkdtemp(join(tmpdir(), "external-infisical-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
