// An update that is held to what a preview has found.
import { describe, expect, it } from "vitest";
import { openInline, SECRET, useSandboxes } from "../../../../test/fixtures/local-engine/stack.ts";
import { isThorough } from "../../../../test/support/thorough.ts";

useSandboxes();

const changed = { code: "plan-changed" };

describe("an update with a plan", () => {
  it("does what the preview has found, once, and only on that stack", async () => {
    const stack = await openInline("first");
    const { plan } = await stack.preview({ bind: true });
    if (!plan) throw new Error("there is no plan");
    const other = await openInline("first", { stack: "other" });
    await expect(other.up({ plan })).rejects.toMatchObject({ code: "invalid-plan" });
    await stack.up({ plan });
    await expect(stack.up({ plan })).rejects.toMatchObject(changed);
    await plan[Symbol.asyncDispose]();
    await expect(stack.up({ plan })).rejects.toMatchObject({ code: "invalid-plan" });
  });

  it("stops before the first resource that is another, and tells no value", async () => {
    const stack = await openInline("first");
    const { plan } = await stack.preview({ bind: true });
    await stack.setConfig("password", { value: "another secret", secret: true });
    const shown: string[] = [];
    const update = stack.up({
      ...(plan && { plan }),
      onEvent: (event) => shown.push(JSON.stringify(event)),
      onOutput: (text) => shown.push(text),
    });
    await expect(update).rejects.toMatchObject({ ...changed, message: /inputs have changed: password/ });
    expect(shown.join("\n")).not.toMatch(new RegExp(`${SECRET}|another secret`));
    const { deployment } = await stack.exportStack();
    const types = deployment.resources.map(({ type }: { type: string }) => type);
    expect(types.filter((type: string) => type.includes("Thing"))).toEqual([]);
  });

  it.skipIf(!isThorough)(
    "stops where a resource is missing, before anything is deleted (npm run test:all)",
    async () => {
      const stack = await openInline("first");
      await stack.up();
      const { plan } = await stack.preview({ bind: true });
      await stack.setConfig("program", { value: "empty" });
      const before = await stack.exportStack();
      await expect(stack.up({ ...(plan && { plan }) })).rejects.toMatchObject(changed);
      const after = await stack.exportStack();
      expect(after.deployment.resources.length).toBe(before.deployment.resources.length);
    },
  );
});
