/** The plugin under the real Pulumi CLI: programs in other languages, as the examples have them. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../support/node.ts";
import { configureExample, lacking, openCliStack } from "../support/pulumi-cli-stack.ts";
import { startWorld, type World } from "../support/world.ts";

const BILLING = { environment: "prod", secretPath: "/billing" };
const places = ({ source, destination }: World) => ({
  from: { ...BILLING, projectId: source.projectId },
  to: { ...BILLING, projectId: destination.projectId },
});

for (const language of ["yaml"]) {
  const reason = await lacking(language);
  test.skipIf(reason !== undefined)(
    `examples/${language}${reason ? ` (not run: ${reason})` : ""}`,
    { timeout: 240_000 },
    async () => {
      await using world = await startWorld();
      const { source, destination } = world;
      const { from, to } = places(world);
      source.server.putSecrets(from, { A: "canary-one", B: "canary-two" });
      destination.server.putSecrets(to, { OLD: "canary-old" });
      await using stack = await openCliStack(world, join(root, "examples", language));
      const printed: string[] = [];
      const pulumi = async (...args: string[]) => {
        const text = await stack.pulumi(...args);
        printed.push(text);
        return text;
      };
      await configureExample(stack, world);

      const first = await pulumi("preview", "--diff");
      expect(first).toMatch(/A *: "1@[0-9a-f]{8}"/);
      expect(first).toMatch(/OLD *: "delete \(destination has .*, not written by this sync\)"/);
      await pulumi("up", "--yes", "--skip-preview");
      expect(destination.server.readSecrets(to)).toEqual({ A: "canary-one", B: "canary-two" });
      await pulumi("preview", "--expect-no-changes");

      source.server.putSecrets(from, { A: "canary-three" });
      const next = await pulumi("preview", "--diff");
      expect(next).toMatch(/~ A *: "1@[0-9a-f]{8}" => "2@[0-9a-f]{8}"/);
      expect(next).not.toMatch(/ B *:/);
      await pulumi("up", "--yes", "--skip-preview");

      destination.server.putSecrets(to, { B: "canary-by-hand" });
      expect(await pulumi("refresh", "--yes", "--diff")).toMatch(/~ B *: "1@[0-9a-f]{8}" => "changed /);
      await pulumi("up", "--yes", "--skip-preview");
      expect(destination.server.readSecrets(to)).toEqual({ A: "canary-three", B: "canary-two" });

      const state = await pulumi("stack", "export");
      for (const canary of ["canary-", destination.clientSecret, source.clientSecret])
        expect([...printed, state].join("\n")).not.toContain(canary);
      await pulumi("destroy", "--yes", "--skip-preview");
      expect(destination.server.readSecrets(to)).toEqual({ A: "canary-three", B: "canary-two" });
    },
  );
}
