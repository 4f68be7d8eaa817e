/** The plugin under the real Pulumi CLI: programs in other languages, as the examples have them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../support/node.ts";
import { LANGUAGES } from "../support/plugin-languages.ts";
import { configureExample, openCliStack } from "../support/pulumi-cli-stack.ts";
import { startWorld, type World } from "../support/world.ts";

const BILLING = { environment: "prod", secretPath: "/billing" };
const places = ({ source, destination }: World) => ({
  from: { ...BILLING, projectId: source.projectId },
  to: { ...BILLING, projectId: destination.projectId },
});

const page = await readFile(join(root, "docs/pulumi-plugin.md"), "utf8");
/** The previews that the page shows: of the first run, and of the next. */
const [FIRST = "", NEXT = ""] = [...page.matchAll(/^```\n( .*?)^```$/gms)].map(([, block = ""]) => block);

/** Lines that follow each other; `…` stands for what differs from run to run, also for whole lines. */
function shown(block: string): RegExp {
  const literal = block
    .trim()
    .replaceAll(/[^\w\s…]/g, "\\$&")
    .replaceAll(/\s+/g, "\\s+");
  return new RegExp(literal.replaceAll("…", "[\\s\\S]*?"));
}

for (const { name, lacking, env, hasSdk, prepare } of LANGUAGES)
  test.skipIf(lacking !== undefined)(
    `examples/${name}${lacking ? ` (not run: ${lacking})` : ""}`,
    { timeout: 600_000 },
    async () => {
      await using world = await startWorld();
      const { source, destination } = world;
      const { from, to } = places(world);
      source.server.putSecrets(from, { DB_PASSWORD: "canary-one", STRIPE_API_KEY: "canary-two" });
      destination.server.putSecrets(to, { OLD_TOKEN: "canary-old" });
      await using stack = await openCliStack(world, join(root, "examples", name), env);
      await prepare?.(stack.path);
      if (hasSdk) await stack.pulumi("package", "add", stack.source);
      const printed: string[] = [];
      const pulumi = async (...args: string[]) => {
        const text = await stack.pulumi(...args);
        printed.push(text);
        return text;
      };
      await configureExample(stack, world);

      expect(await pulumi("preview", "--diff")).toMatch(shown(FIRST));
      expect(destination.server.readSecrets(to)).toEqual({ OLD_TOKEN: "canary-old" });
      await pulumi("up", "--yes", "--skip-preview");
      const pushed = { DB_PASSWORD: "canary-one", STRIPE_API_KEY: "canary-two" };
      expect(destination.server.readSecrets(to)).toEqual(pushed);
      await pulumi("preview", "--expect-no-changes");

      source.server.putSecrets(from, { DB_PASSWORD: "canary-three" });
      const next = await pulumi("preview", "--diff");
      expect(next).toMatch(shown(NEXT));
      expect(next).not.toMatch(/STRIPE_API_KEY *:/);
      expect(destination.server.readSecrets(to)).toEqual(pushed);
      await pulumi("up", "--yes", "--skip-preview");

      destination.server.putSecrets(to, { STRIPE_API_KEY: "canary-by-hand" });
      expect(await pulumi("refresh", "--yes", "--diff")).toMatch(
        /~ STRIPE_API_KEY *: "1@[0-9a-f]{8}" => "changed /,
      );
      await pulumi("up", "--yes", "--skip-preview");
      const repaired = { ...pushed, DB_PASSWORD: "canary-three" };
      expect(destination.server.readSecrets(to)).toEqual(repaired);

      const state = await pulumi("stack", "export");
      for (const canary of ["canary-", destination.clientSecret, source.clientSecret])
        expect([...printed, state].join("\n")).not.toContain(canary);
      await pulumi("destroy", "--yes", "--skip-preview");
      expect(destination.server.readSecrets(to)).toEqual(repaired);
    },
  );
