import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixture } from "../../../test/support/node.ts";
import { cli } from "../../../test/support/pulumi-cli.ts";
import { makeStackFolder, type StackFolder } from "../../../test/support/stack-folder.ts";
import { isThorough } from "../../../test/support/thorough.ts";
import type { EngineEvent, StackHandle } from "../engine.ts";
import { createPulumiEngine } from "./pulumi-engine.ts";

describe.skipIf(!cli || !isThorough)(
  "the Pulumi CLI as engine (npm run test:all, with `pulumi` on PATH)",
  () => {
    let folder: StackFolder;
    let stack: StackHandle;
    const open = (envVars: Record<string, string> = {}) => {
      if (!cli) throw new Error("skipped without a CLI");
      return createPulumiEngine(cli).openStack({
        stack: "test",
        workDir: folder.path,
        backendUrl: folder.backendUrl,
        envVars: { ...folder.envVars, ...envVars },
      });
    };
    beforeAll(async () => {
      folder = await makeStackFolder(fixture("cli-engine"));
      stack = await open();
    });
    afterAll(() => folder[Symbol.asyncDispose]());

    it("previews, creates, and then finds nothing to do", async () => {
      const events: EngineEvent[] = [];
      const preview = await stack.preview({ onEvent: (event) => events.push(event) });
      expect(preview.changeSummary).toEqual({ create: 2 });
      expect(events.some(({ summaryEvent }) => summaryEvent !== undefined)).toBe(true);
      await expect(stack.preview({ expectNoChanges: true })).rejects.toMatchObject({
        code: "unexpected-changes",
      });
      const up = await stack.up({ message: "first" });
      expect(up.outputs["text"]).toEqual({ value: "hello", secret: false });
      expect(up.summary).toMatchObject({ kind: "update", result: "succeeded", message: "first" });
      await stack.up({ expectNoChanges: true });
    });

    it("keeps configuration, secrets encrypted", async () => {
      await stack.setAllConfig({
        password: { value: "planted secret", secret: true },
        text: { value: "fail" },
      });
      expect(await stack.getAllConfig()).toMatchObject({
        "cli-engine:password": { value: "planted secret", secret: true },
        "cli-engine:text": { value: "fail", secret: false },
      });
    });

    it("holds an update to a preview, and tells no value of what differs", async () => {
      await stack.setAllConfig({ password: { value: "planted first", secret: true } });
      const { plan } = await stack.preview({ bind: true });
      await stack.setAllConfig({ password: { value: "planted second", secret: true } });
      const shown: string[] = [];
      const error: unknown = await stack
        .up({
          ...(plan && { plan }),
          onOutput: (text) => shown.push(text),
          onEvent: (event) => shown.push(JSON.stringify(event)),
        })
        .catch((reason) => reason);
      expect(error).toMatchObject({ code: "plan-changed" });
      expect([...shown, inspect(error, { depth: 9 })].join("\n")).not.toContain("planted");
      await plan?.[Symbol.asyncDispose]();

      await using again = (await stack.preview({ bind: true })).plan;
      await stack.up({ ...(again && { plan: again }), expectNoChanges: false });
    });

    it("tells which resource failed, and what the program or the user did wrong", async () => {
      await expect(stack.up()).rejects.toMatchObject({
        code: "resource-failed",
        message: "this text cannot be written",
        diagnostics: expect.arrayContaining([
          {
            severity: "error",
            message: "this text cannot be written",
            urn: expect.stringMatching(/::note$/),
          },
        ]),
      });
      await stack.setConfig("crash", { value: "true" });
      await expect(stack.preview()).rejects.toMatchObject({ code: "program-failed" });
      await stack.removeConfig("crash");
      const wrong = open({ PULUMI_CONFIG_PASSPHRASE: "wrong" }).then((handle) => handle.preview());
      await expect(wrong).rejects.toMatchObject({ code: "wrong-passphrase" });
      await expect(stack.remove()).rejects.toMatchObject({ code: "not-empty" });
    });

    it("is cancelled without losing state, and locked meanwhile", async () => {
      await stack.destroy();
      await stack.setConfig("text", { value: "slow" });
      const abort = new AbortController();
      let second: Promise<unknown> | undefined;
      const first = stack.up({
        signal: abort.signal,
        onEvent({ resourcePreEvent }) {
          if (!resourcePreEvent?.metadata.urn.endsWith("::note")) return;
          second = stack.up().finally(() => abort.abort());
          second.catch(() => {});
        },
      });
      await expect(first).rejects.toMatchObject({ code: "cancelled" });
      await expect(second).rejects.toMatchObject({ code: "locked" });
      const { deployment } = await stack.exportStack();
      expect(deployment.resources.length).toBeGreaterThan(0);
      await stack.destroy();
      await stack.remove();
    });
  },
);
