/**
 * One program three times, as the examples have it: in Pulumi (quickstart), in HCL (terraform) and with CDK Terrain
 * (cdktn). All show the same plan, key by key and revision by revision, and leave the same behind.
 */
import { expect, test } from "vitest";
import { openCdktn, openHcl, openPulumi, type Shown } from "./cdktf/programs.ts";
import { THOROUGH_ONLY, TOOLS, type Tool } from "./support/terraform/cli.ts";
import { isThorough } from "./support/thorough.ts";
import { startWorld, type Values, type World } from "./support/world.ts";

const BILLING = { environment: "prod", secretPath: "/billing" };

const tool = TOOLS.find((one) => one.tool.version !== "")?.tool;
const reason = tool ? !isThorough && THOROUGH_ONLY : "no terraform or tofu on the PATH";
const title = "one program in Pulumi, HCL and CDK Terrain: the same plans, the same end";

if (!tool || reason) test.skip(`${title} (not run: ${reason})`);
// About thirty commands one after the other.
else test(title, () => runAll(tool), 180_000);

async function runAll(tool: Tool): Promise<void> {
  await using one = await startWorld();
  const { source, destination } = one;
  // A destination for each, and one identity that may write to all of them.
  const projects = [1, 2, 3].map(
    (number) => destination.server.createProject({ name: `Billing ${number}` }).id,
  );
  const identity = destination.server.createIdentity({
    memberships: projects.map((projectId) => ({ projectId, role: "member" })),
  });
  const world: World = { ...one, destination: { ...destination, ...identity } };
  const [first = "", second = "", third = ""] = projects;
  await using pulumi = await openPulumi(world, first);
  await using hcl = await openHcl(world, second, tool);
  await using cdktn = await openCdktn(world, third, tool);
  const programs = [pulumi, hcl, cdktn];

  const put = (values: Values) =>
    source.server.putSecrets({ projectId: source.projectId, ...BILLING }, values);
  const at = (projectId: string) => destination.server.readSecrets({ projectId, ...BILLING });
  for (const projectId of projects)
    destination.server.putSecrets({ projectId, ...BILLING }, { FOREIGN: "f", SAME: "s", OTHER: "theirs" });
  put({ SAME: "s", OTHER: "ours", NEW: "n", GREETING: "hello ${NEW}" });

  const plans: Shown[] = [];
  for (const program of programs) plans.push(await program.plan());
  expect(Object.keys(plans[0]?.keys ?? {})).toEqual(["GREETING", "NEW", "OTHER", "SAME"]);
  expect(plans[0]?.effects["FOREIGN"]).toMatch(/^delete/);
  expectEqual(plans);
  for (const program of programs) await program.apply();
  for (const projectId of projects)
    expect(at(projectId)).toEqual({ SAME: "s", OTHER: "ours", NEW: "n", GREETING: "hello n" });

  put({ NEW: "n2", LATER: "l" });
  source.server.deleteSecrets({ projectId: source.projectId, ...BILLING }, ["SAME"]);
  const later: Shown[] = [];
  for (const program of programs) later.push(await program.plan());
  expect(Object.keys(later[0]?.keys ?? {})).toEqual(["GREETING", "LATER", "NEW", "OTHER"]);
  expect(later[0]?.keys["OTHER"]).toBe(plans[0]?.keys["OTHER"]);
  expect(later[0]?.keys["NEW"]).not.toBe(plans[0]?.keys["NEW"]);
  expectEqual(later);
  for (const program of programs) await program.apply();
  for (const projectId of projects)
    expect(at(projectId)).toEqual({ OTHER: "ours", NEW: "n2", GREETING: "hello n2", LATER: "l" });
}

/** All the same, but for the destination's own ids, which each has for itself. */
function expectEqual(plans: readonly Shown[]): void {
  const [first, ...others] = plans.map(({ keys, effects }) => ({
    // A fingerprint is made from the destination too.
    keys: mapValues(keys, (revision) => revision.replace(/~[0-9a-f]{8}$/, "~")),
    effects: mapValues(effects, (text) => text.replaceAll(/@[0-9a-f]{8}\b/g, "@")),
  }));
  for (const other of others) expect(other).toEqual(first);
}

const mapValues = (values: Record<string, string>, change: (text: string) => string) =>
  Object.fromEntries(
    Object.entries(values)
      .map(([key, text]) => [key, change(text)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
