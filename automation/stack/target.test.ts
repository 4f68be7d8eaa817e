import { createHash } from "node:crypto";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findTarget, selectedStack } from "./target.ts";

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "external-infisical-")));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const project = () => writeFile(join(folder, "Pulumi.yaml"), "name: demo\nruntime: nodejs\n");

it("is a Pulumi project, else a syncs.yaml, or the file that is named", async () => {
  await expect(findTarget({ folder })).rejects.toMatchObject({ code: "invalid-config" });
  const file = join(folder, "syncs.yaml");
  await writeFile(file, "");
  expect(await findTarget({ folder })).toEqual({ kind: "syncs", folder, file });
  await project();
  expect(await findTarget({ folder })).toEqual({ kind: "folder", folder });
  expect(await findTarget({ folder, file: "syncs.yaml" })).toEqual({ kind: "syncs", folder, file });
});

it("knows the stack that was selected with the CLI, for the backend in use", async () => {
  await project();
  const environment = { PULUMI_HOME: join(folder, "home"), PULUMI_BACKEND_URL: "file:///state" };
  expect(await selectedStack(folder, environment)).toBeUndefined();
  const hash = createHash("sha1").update(join(folder, "Pulumi.yaml")).digest("hex");
  await mkdir(join(folder, "home", "workspaces"), { recursive: true });
  await writeFile(
    join(folder, "home", "workspaces", `demo-${hash}-workspace.json`),
    JSON.stringify({ stacks: { "file:///state": "organization/demo/staging" } }),
  );
  expect(await selectedStack(folder, environment)).toBe("staging");
  expect(
    await selectedStack(folder, { ...environment, PULUMI_BACKEND_URL: "file:///other" }),
  ).toBeUndefined();
});
