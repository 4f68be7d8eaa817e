/**
 * Pulumi's own policy packs on the real CLI. Their SDK is no dependency of this package: name a folder that has
 * `@pulumi/policy` in its `node_modules` in EXTERNAL_INFISICAL_TEST_POLICY_SDK.
 */
import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../../test/support/command-folder.ts";
import { cli } from "../../test/support/pulumi-cli.ts";
import { bin, runCommand } from "../../test/support/run-command.ts";
import { syncsYaml } from "../../test/support/syncs-yaml.ts";
import { startWorld } from "../../test/support/world.ts";
import type { EngineEvent } from "../engines/engine.ts";
import { EngineError } from "../engines/engine.ts";
import { renderReview } from "../report/console.ts";
import { documentSchema, reviewed } from "../report/json.ts";
import { createReview } from "../review/model.ts";
import { plain } from "../terminal/paint.ts";
import { namePolicyViolation } from "./refuse.ts";

const finding = (enforcementLevel: string) =>
  ({
    policyEvent: {
      resourceUrn: "urn:pulumi:dev::demo::some:Type::app",
      message: "<{%reset%}>Not like this.\napp is wrong<{%reset%}>\n",
      policyName: "no-wiping",
      policyPackName: "trial",
      enforcementLevel,
    },
  }) as unknown as EngineEvent;

test.each([
  ["mandatory", "policy-violation"],
  ["advisory", "engine-failed"],
])("what a pack finds is told with its rule: %s", (level, code) => {
  const builder = createReview("preview");
  for (let times = 0; times < 2; times++) builder.add(finding(level));
  const review = builder.finish();
  const text = renderReview(reviewed(review), {
    paint: plain,
    isFull: false,
    isBrief: false,
    tellsInfo: false,
  });
  expect(text).toContain(`Policies:\n  ${level} trial/no-wiping: app: Not like this. app is wrong\n`);
  expect(namePolicyViolation(new EngineError("engine-failed", "preview failed"), review)).toMatchObject({
    code,
  });
  const cancelled = new EngineError("cancelled", "The preview was cancelled.");
  expect(namePolicyViolation(cancelled, review)).toBe(cancelled);
});

const PACK = `const { PolicyPack } = require("@pulumi/policy");
new PolicyPack("trial", {
  enforcementLevel: "mandatory",
  policies: [{
    name: "no-wiping",
    description: "A sync may not take its keys away when it is deleted.",
    validateResource: ({ type, name, props }, report) => {
      if (type.endsWith("SecretSync") && props.removeSecretsOnDelete) report(name + " does");
    },
  }],
});
`;

const sdk = process.env["EXTERNAL_INFISICAL_TEST_POLICY_SDK"] ?? "";
const missing = [
  ...(cli ? [] : ["no pulumi on the PATH"]),
  ...(existsSync(join(sdk, "node_modules/@pulumi/policy")) ? [] : ["no @pulumi/policy: see this file"]),
  ...(existsSync(bin) ? [] : ["needs npm run build"]),
];

test.skipIf(missing.length > 0)(
  `a pack refuses a sync on the real CLI${missing.length > 0 ? ` (not run: ${missing.join("; ")})` : ""}`,
  async () => {
    await using world = await startWorld({ source: { A: "value-of-a" } });
    await using folder = await makeFolder(syncsYaml(world));
    const pack = join(folder.path, "pack");
    await mkdir(pack);
    await writeFile(join(pack, "PulumiPolicy.yaml"), "runtime: nodejs\nversion: 0.0.1\n");
    await writeFile(join(pack, "package.json"), '{ "name": "pack", "version": "0.0.1", "main": "index.js" }');
    await writeFile(join(pack, "index.js"), PACK);
    await symlink(join(sdk, "node_modules"), join(pack, "node_modules"));
    const run = (...args: string[]) =>
      runCommand(world, folder.path, [...args, "--policy-pack", "pack", "--engine", "pulumi"]);
    const preview = await run("preview", "--json");
    expect(preview.code, preview.stdout + preview.stderr).toBe(5);
    expect(documentSchema.parse(JSON.parse(preview.stdout))).toMatchObject({
      policies: [{ rule: "trial/no-wiping", enforcement: "mandatory", sync: "app" }],
      error: { code: "policy-violation" },
    });
    const up = await run("up", "--yes", "--skip-preview");
    expect(up.code, up.stdout + up.stderr).toBe(5);
    expect(up.stdout).toMatch(/mandatory trial\/no-wiping: app: A sync may not .* app does/);
    expect(world.destination.read()).toEqual({});
  },
  120_000,
);
