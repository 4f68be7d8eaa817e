/**
 * `npm run release:check`: a release without publishing anything. Its files are made (Terraform's provider as a script),
 * looked at, and used as a user would, and the workflow that makes them in earnest is read.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import manifest from "../../package.json" with { type: "json" };
import lock from "../../package-lock.json" with { type: "json" };
import { makeArtefacts, root, run } from "./artefacts.ts";
import { sdkVersions, tryInstalled } from "./installed.ts";
import { problemsOf } from "./workflow.ts";

const { values } = parseArgs({ options: { tag: { type: "string" } } });
const { name, version } = manifest;
const NAME = "terraform-provider-externalinfisical";

const folder = await mkdtemp(join(tmpdir(), "external-infisical-release-"));
const out = join(folder, "release");
try {
  await step("the workflow names each action by its commit, and only scripts that there are", async () =>
    assert.deepEqual(problemsOf(await workflow(), Object.keys(manifest.scripts)), []),
  );
  await step("the version is the same wherever it stands", async () => {
    assert.equal(lock.version, version);
    assert.equal(lock.packages[""].version, version);
    if (values.tag !== undefined) assert.equal(values.tag, `v${version}`, "the tag");
  });
  await step("what has changed is told for the change log, or in it", changesAreTold);
  await step("all files are made", () => makeArtefacts(out));
  await step("they are named as registries want them", async () => {
    const names = await readdir(out);
    for (const wanted of [
      /^external-infisical-[\d.]+\.tgz$/,
      /^external-infisical\.cdx\.json$/,
      /^pulumi-resource-externalinfisical-v[\d.]+-\w+-\w+\.tar\.gz$/,
      new RegExp(`^${NAME}_${version}_\\w+_\\w+\\.zip$`),
      new RegExp(`^${NAME}_${version}_manifest\\.json$`),
      new RegExp(`^${NAME}_${version}_SHA256SUMS$`),
    ])
      assert(
        names.some((file) => wanted.test(file)),
        `${wanted} is not among ${names.join(", ")}`,
      );
  });
  await step("the hashes are those of the files", hashesAreRight);
  await step("the list of contents has each dependency", contentsAreListed);
  await step("npm would publish the package", () =>
    run("npm", ["publish", "--dry-run", "--access", "public", packed()]),
  );
  for (const sdk of await sdkVersions())
    await step(`the package works where it is installed, with version ${sdk} of Pulumi's SDK`, () =>
      tryInstalled(join(folder, sdk), packed(), sdk),
    );
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`${name} ${version} could be released.`);

async function step(title: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    console.log(`not ok  ${title}`);
    throw error;
  }
  console.log(`ok      ${title}`);
}

function packed(): string {
  return join(out, `${name}-${version}.tgz`);
}

async function workflow(): Promise<string> {
  return readFile(join(root, ".github/workflows/release.yml"), "utf8");
}

/** Before `changeset version` as a file of its own each, afterwards in the change log. */
async function changesAreTold(): Promise<void> {
  const log = await readFile(join(root, "CHANGELOG.md"), "utf8").catch(() => "");
  const waiting = (await readdir(join(root, ".changeset"))).filter((file) => file.endsWith(".md"));
  assert(log.includes(`## ${version}`) || waiting.length > 0, `nothing tells what is new in ${version}`);
  if (values.tag !== undefined)
    assert.deepEqual(waiting, [], "a tag is for what `npx changeset version` has put into CHANGELOG.md");
}

async function hashesAreRight(): Promise<void> {
  const sums = await readFile(join(out, `${NAME}_${version}_SHA256SUMS`), "utf8");
  for (const line of sums.trim().split("\n")) {
    const [sum, file = ""] = line.split("  ");
    const bytes = await readFile(join(out, file));
    assert.equal(createHash("sha256").update(bytes).digest("hex"), sum, file);
  }
}

async function contentsAreListed(): Promise<void> {
  const { components } = JSON.parse(await readFile(join(out, "external-infisical.cdx.json"), "utf8")) as {
    components: { name: string }[];
  };
  const listed = new Set(components.map((component) => component.name));
  const missing = Object.keys(manifest.dependencies).filter((dependency) => !listed.has(dependency));
  assert.deepEqual(missing, []);
}
