/** A syncs.yaml with two customers, of which one is away: by the built command, since the provider is another process. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { documentSchema } from "../automation/report/json.ts";
import { bin, runCommand } from "./support/run-command.ts";
import { syncsYaml } from "./support/syncs-yaml.ts";
import { isThorough } from "./support/thorough.ts";
import { startWorld } from "./support/world.ts";

const CLOSED = "http://127.0.0.1:9";

it.skipIf(!existsSync(bin) || !isThorough)(
  "one customer's outage stops no other, nor a later wave (npm run test:all)",
  async () => {
    await using world = await startWorld({ source: { A: "1" } });
    const folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
    const base = syncsYaml(world);
    const [head = "", sync = ""] = base.split("syncs:\n");
    const { url } = world.destination.server;
    const away = head
      .slice(head.indexOf("  dr:"))
      .replace("  dr:", "  away:\n    onUnreachable: skip")
      .replace(url, CLOSED);
    const lost = sync.replace("  app:", "  lost:").replace("connection: dr", "connection: away");
    const later = sync.replace("  app:", "  app:\n    wave: 2");
    const environment = { EXTERNAL_INFISICAL_AWAY_CLIENT_SECRET: world.destination.clientSecret };
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await runCommand(world, folder, args, environment);
      return { code, stdout, stderr };
    };
    try {
      await mkdir(join(folder, "home"));
      await writeFile(join(folder, "syncs.yaml"), `${head}${away}syncs:\n${lost}${later}`);
      await writeFile(
        join(folder, "policies.yaml"),
        "policies: { denyKeys: [B], denyForeignDeletes: true }\n",
      );
      const judged = ["--policies", "policies.yaml", "--engine", "local"];
      world.source.put({ B: "2" });
      const refused = await run("up", "--yes", ...judged);
      expect(refused.code, refused.stdout + refused.stderr).toBe(5);
      expect(refused.stdout).toMatch(/denyKeys: app: B/);
      expect(refused.stdout).not.toMatch(/denyKeys: lost|cannot be checked/);
      expect(world.destination.read()).toEqual({});
      world.source.drop("B");
      const up = await run("up", "--yes", "--json", ...judged);
      expect(up.code, up.stdout + up.stderr).toBe(0);
      const { resources, diagnostics } = documentSchema.parse(JSON.parse(up.stdout));
      const skipped = resources.filter(({ sync: review }) => review?.skipped).map(({ name }) => name);
      expect(skipped).toEqual(["lost"]);
      const warnings = diagnostics.filter(({ severity }) => severity === "warning");
      expect(warnings.map(({ message }) => message).join("\n")).toMatch(/lost is skipped.*127\.0\.0\.1:9/);
      expect(world.destination.read()).toEqual({ A: "1" });

      const again = await run("preview", "--expect-no-changes", "--engine", "local");
      expect(again.code, again.stdout + again.stderr).toBe(0);
      expect(again.stdout).toContain("skipped (unreachable)");
      expect(again.stdout).toMatch(/warning: .*lost is skipped/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
