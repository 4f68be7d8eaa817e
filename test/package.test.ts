/** What npm packs, of a build: the code that has a source, and the pages and examples with all that they link to. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { expect, test } from "vitest";
import { kept } from "./support/kept.ts";
import { root } from "./support/node.ts";

const run = promisify(execFile);
const packed = await packedFromHere();
const under = (...folders: string[]) =>
  packed.filter((path) => folders.some((folder) => path.startsWith(folder)));

test("each compiled file has its source, and each source is there", () => {
  const config = ts.readConfigFile(join(root, "tsconfig.build.json"), ts.sys.readFile).config;
  const sources = ts.parseJsonConfigFileContent(config, ts.sys, root).fileNames;
  const made = sources
    .map((file) => `dist/${file.slice(root.length, -".ts".length)}`)
    .flatMap((name) => [`${name}.js`, `${name}.d.ts`]);
  expect(under("dist/").filter((path) => !made.includes(path) && !isBundled(path))).toEqual([
    "dist/report.schema.json",
    "dist/syncs.schema.json",
  ]);
  expect(made.filter((path) => !packed.includes(path))).toEqual([]);
});

test("the bundles and the licenses of what is in them are there, without source maps", () => {
  const bundles = ["main", "provider", "child-preload", "provider-preload"];
  for (const name of bundles) expect(packed).toContain(`dist/bundle/${name}.js`);
  expect(under("dist/bundle/").filter((path) => !isBundled(path))).toEqual([]);
  expect(packed).toContain("dist/bundle/LICENSE.undici");
});

test("pages and examples are those of the repository, but for the demos of a clone", async () => {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "docs/*.md", "examples"];
  const { stdout } = await run("git", list, { cwd: root });
  const kept = stdout
    .split("\n")
    .filter((path) => path && path !== "examples/.gitignore" && !path.startsWith("examples/demo/"));
  expect(under("docs/", "examples/").toSorted()).toEqual(kept.toSorted());
});

test("nothing else is packed", () => {
  const others = packed.filter((path) => !/^(?:dist|docs|examples)\//.test(path));
  expect(others.toSorted()).toEqual(["LICENSE", "README.md", "SECURITY.md", "package.json"]);
});

test("what a page links to is packed with it", async () => {
  const pages = packed.filter((path) => path.endsWith(".md"));
  const missing: string[] = [];
  for (const page of pages) {
    const text = await readFile(join(root, page), "utf8");
    for (const [link, path = ""] of text.matchAll(/\]\(((?!\w+:)[^)#\s]+)(?:#[^)]*)?\)/g)) {
      const target = posix.join(dirname(page), path);
      if (under(`${target}/`).length === 0 && !packed.includes(target)) missing.push(`${page}: ${link}`);
    }
  }
  expect(pages).toContain("README.md");
  expect(missing).toEqual([]);
});

test("what trying the examples leaves behind is not packed", async () => {
  const clone = await mkdtemp(join(tmpdir(), "external-infisical-pack-"));
  try {
    for (const name of ["package.json", "examples/.gitignore", "examples/terraform/main.tf"])
      await cp(join(root, name), join(clone, name));
    const left = [
      "quickstart/Pulumi.dev.yaml",
      "quickstart/plan.json",
      "first-steps/.pulumi/stacks/dev.json",
      "first-steps/node_modules/zod/README.md",
      "inline/.external-infisical/state.json",
      "cdktf/cdktf.out/manifest.json",
      "terraform/.terraform/terraform.tfstate",
      "terraform/terraform.tfstate",
      "terraform/terraform.tfstate.backup",
      "terraform/reviewed.tfplan",
      "terraform/prod.auto.tfvars",
    ];
    for (const path of left) {
      await mkdir(join(clone, "examples", dirname(path)), { recursive: true });
      await writeFile(join(clone, "examples", path), "{}");
    }
    expect((await packedFrom(clone)).toSorted()).toEqual(["examples/terraform/main.tf", "package.json"]);
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
});

/** Packing compresses everything to list it, which takes seconds: asked again where a name, or what says which are packed, is new. */
async function packedFromHere(): Promise<string[]> {
  const inside = ["dist", "docs", "examples"].map(async (folder) =>
    (await readdir(join(root, folder), { recursive: true })).map((name) => join(folder, name)),
  );
  const names = [await readdir(root), ...(await Promise.all(inside))].flat().toSorted();
  const files = names.filter((name) => /^package\.json$|(?:^|\/)\.(?:git|npm)ignore$/.test(name));
  const folder = await kept("packed", { files, texts: names }, async (path) =>
    writeFile(join(path, "packed.json"), JSON.stringify(await packedFrom(root))),
  );
  return JSON.parse(await readFile(join(folder, "packed.json"), "utf8")) as string[];
}

/** By npm itself. `prepack`, which builds, is left out. */
async function packedFrom(folder: string): Promise<string[]> {
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: folder,
    maxBuffer: 16 * 2 ** 20,
  });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  return files.map(({ path }) => path);
}

function isBundled(path: string): boolean {
  return /^dist\/bundle\/(?:[\w-]+\.js|terraform-provider\.cjs|LICENSE\.[\w-]+)$/.test(path);
}
