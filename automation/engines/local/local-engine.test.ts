// The local engine on real programs, in temporary folders.
import { access, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  engine,
  filesOf,
  open,
  openInline,
  SECRET,
  sandbox,
  source,
  statePath,
  useSandboxes,
} from "../../../test/fixtures/local-engine/stack.ts";
import { QUICK_PASSPHRASE } from "../../../test/support/quick-passphrase.mjs";
import { isThorough } from "../../../test/support/thorough.ts";
import type { EngineEvent } from "../engine.ts";

useSandboxes();

describe("a stack", () => {
  it("is made, changed, read and taken away, and leaves no secret in clear", async () => {
    const stack = await open("first");
    const events: EngineEvent[] = [];
    const output: string[] = [];
    const inline = await openInline("first");
    const preview = await inline.preview({ onEvent: (event) => events.push(event) });
    expect(preview.changeSummary).toEqual({ create: 7 });
    const up = await stack.up({
      message: "first",
      onEvent: (event) => events.push(event),
      onOutput: (text) => output.push(text),
    });
    expect(up.summary).toMatchObject({ kind: "update", result: "succeeded", message: "first", version: 1 });
    expect(up.outputs).toEqual({
      made: { value: "made a", secret: false },
      password: { value: SECRET, secret: true },
      nested: { value: { list: ["t0ken", 1] }, secret: true },
      id: { value: "b-z", secret: false },
    });
    expect(await stack.outputs()).toEqual(up.outputs);
    expect(up.stdout).toBe(output.join(""));
    expect(up.stdout).toContain("creating a");
    expect((await inline.up({ expectNoChanges: true })).summary.resourceChanges).toEqual({ same: 7 });
    expect(JSON.stringify(events)).not.toMatch(/hunter22|t0ken/);
    for (const path of await filesOf(sandbox.root)) {
      if (path.includes("node_modules") || path.endsWith(".mjs")) continue;
      const text = await readFile(path, "utf8");
      for (const secret of [SECRET, "t0ken", QUICK_PASSPHRASE]) expect(text, path).not.toContain(secret);
    }
    await expect(stack.remove()).rejects.toMatchObject({ code: "not-empty" });
    await expect((await openInline("empty")).up()).rejects.toMatchObject({
      code: "resource-failed",
      message: /protected/,
    });
    const unprotected = await stack.exportStack();
    for (const resource of unprotected.deployment.resources) delete resource.protect;
    await stack.importStack(unprotected);
    expect((await stack.destroy()).summary.result).toBe("succeeded");
    await stack.remove();
    await expect(access(statePath())).rejects.toThrow();
    await expect(access(join(sandbox.folder, "Pulumi.dev.yaml"))).rejects.toThrow();
  });

  it("runs an inline program", async () => {
    const { inlineProgram } = await import("../../../test/fixtures/local-engine/inline.mjs");
    const workDir = join(sandbox.root, "inline");
    const inline = {
      stack: "inline",
      workDir,
      projectName: "inline",
      program: inlineProgram,
      envVars: sandbox.env,
    };
    const stack = await engine.openStack(inline);
    expect((await stack.up()).outputs).toEqual({ answer: { value: 42, secret: false } });
    const failing = {
      ...inline,
      stack: "failing",
      program: () => Promise.reject(new Error("inline and wrong")),
    };
    const before = process.listenerCount("unhandledRejection");
    await expect((await engine.openStack(failing)).up()).rejects.toMatchObject({
      code: "program-failed",
      message: /inline and wrong/,
    });
    expect(process.listenerCount("unhandledRejection")).toBe(before);
  });

  it("keeps its settings file's comments, and reads the project's defaults", async () => {
    const stack = await open("first");
    const path = join(sandbox.folder, "Pulumi.dev.yaml");
    const text = (await readFile(path, "utf8")).replace(
      "config:",
      "# mine\nconfig:\n  # and this\n  compare:list: [1, {a: b}]\n  other:n: 1.5",
    );
    await writeFile(path, text);
    const project = join(sandbox.folder, "Pulumi.yaml");
    await writeFile(
      project,
      `${await readFile(project, "utf8")}config:\n  given: {default: from the project}\n  program: never\n`,
    );
    const again = await engine.openStack({ ...source, config: {} });
    expect(await again.getAllConfig()).toEqual({
      "compare:given": { value: "from the project", secret: false },
      "compare:list": { value: '[1,{"a":"b"}]', secret: false },
      "compare:password": { value: SECRET, secret: true },
      "compare:program": { value: "first", secret: false },
      "other:n": { value: "1.5", secret: false },
    });
    await stack.setAllConfig({ "other:new": { value: "true" } });
    await stack.removeConfig("other:n");
    expect(await readFile(path, "utf8")).toMatch(
      /# mine\nconfig:\n {2}# and this\n[\s\S]*other:new: "true"\n/,
    );
    expect(await stack.getAllConfig()).not.toHaveProperty("other:n");
  });

  it.skipIf(!isThorough)("carries maps of 10,000 entries (npm run test:all)", async () => {
    const stack = await open("many");
    await stack.up();
    await stack.setConfig("seven", { value: "8@0123abcd" });
    const events: EngineEvent[] = [];
    await stack.up({ onEvent: (event) => events.push(event) });
    const steps = events.flatMap(({ resOutputsEvent: event }) => (event ? [event.metadata] : []));
    const update = steps.find(({ urn }) => urn.endsWith("::many"));
    expect(Object.keys(update?.detailedDiff ?? {}).sort()).toEqual(["keys.KEY_7", "plan"]);
  });

  it.skipIf(!isThorough)(
    "makes hundreds of resources without a save for each (npm run test:all)",
    async () => {
      const stack = await open("crowd");
      expect((await stack.up()).summary.resourceChanges).toEqual({ create: 201 });
      const order: { deployment: { resources: { urn: string; type: string }[] } } = await stack.exportStack();
      expect(order.deployment.resources[0]?.type).toBe("pulumi:pulumi:Stack");
    },
  );
});
