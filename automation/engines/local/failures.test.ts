// What the local engine refuses, and how failures are told.
import { readFile, rm, writeFile } from "node:fs/promises";
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
import type { EngineError, EngineEvent } from "../engine.ts";
import { parseUrn } from "../urn.ts";

useSandboxes();

describe("a failure", () => {
  it("has a code and its diagnostics", async () => {
    const stack = await openInline("refused");
    await expect(stack.preview()).rejects.toMatchObject({
      name: "EngineError",
      code: "resource-failed",
      diagnostics: [
        { severity: "error", urn: expect.stringContaining("::refused"), message: /it is refused/ },
      ],
    });
    await stack.setConfig("program", { value: "duplicateAtOnce" });
    await expect(stack.up()).rejects.toMatchObject({
      code: "resource-failed",
      message: /Duplicate resource URN/,
    });
    await stack.setConfig("program", { value: "thrown" });
    await expect(stack.up()).rejects.toMatchObject({
      code: "program-failed",
      message: /the program is wrong/,
    });
    await expect((await openInline("first")).preview({ expectNoChanges: true })).rejects.toMatchObject({
      code: "unexpected-changes",
      message: /6 create|7 create/,
    });
  });

  it("of inputs does not keep a preview from looking at the rest, nor at what depends on it", async () => {
    const stack = await openInline("toContinue");
    await stack.up();
    await stack.setConfig("program", { value: "refusedMore" });
    const before = await stack.exportStack();
    const events: EngineEvent[] = [];
    const error: EngineError = await stack
      .preview({ onEvent: (event) => events.push(event) })
      .catch((reason) => reason);
    expect(error).toMatchObject({ name: "EngineError", code: "resource-failed" });
    expect(error.diagnostics.map(({ urn = "" }) => parseUrn(urn).name)).toEqual(["refused", "after-refused"]);
    const planned = events.flatMap(({ resOutputsEvent: event }) => (event ? [event.metadata] : []));
    expect(planned.map(({ op, urn }) => `${op} ${parseUrn(urn).name}`)).toContain("create whole");
    // What is missing may only not have been come to.
    expect(planned.filter(({ op }) => op === "delete")).toEqual([]);
    expect(await stack.exportStack()).toEqual(before);
  });

  it("of the provider's process ends a preview, too, and is told once", async () => {
    const stack = await openInline("crashingAtOnce");
    const error: EngineError = await stack.preview().catch((reason) => reason);
    expect(error.diagnostics.map(({ message }) => message)).toEqual([
      "the provider process has ended (exit code 3)",
    ]);
  });

  it("of the provider's process is told as such", async () => {
    const stack = await openInline("crashing");
    await expect(stack.up()).rejects.toMatchObject({
      code: "resource-failed",
      message: expect.stringContaining("the provider process has ended (exit code 3)"),
    });
  });

  it("of the files is told as such", async () => {
    const stack = await openInline("empty");
    await rm(sandbox.stateFolder, { recursive: true });
    await writeFile(sandbox.stateFolder, "in the way");
    await expect(stack.up()).rejects.toMatchObject({ name: "EngineError", code: "engine-failed" });
  });

  it("does not print a secret of a failed check", async () => {
    const stack = await openInline("refusedSecret");
    const error = await stack.preview().catch((reason) => reason);
    expect(JSON.stringify(error)).toContain("[secret]");
    expect(JSON.stringify(error)).not.toContain(SECRET);
  });

  it("of the passphrase is told before anything is touched", async () => {
    await openInline("first");
    const before = await filesOf(sandbox.root);
    const wrong = { ...sandbox.env, PULUMI_CONFIG_PASSPHRASE: `${QUICK_PASSPHRASE}, and wrong` };
    const stack = await open("first", { envVars: wrong, config: {} });
    await expect(stack.up()).rejects.toMatchObject({ code: "wrong-passphrase" });
    await expect(open("first", { envVars: wrong })).rejects.toMatchObject({ code: "wrong-passphrase" });
    const { PULUMI_CONFIG_PASSPHRASE: _, ...none } = sandbox.env;
    await expect(open("first", { envVars: none, stack: "other" })).rejects.toMatchObject({
      code: "wrong-passphrase",
      hint: expect.stringContaining("PULUMI_CONFIG_PASSPHRASE"),
    });
    expect(await filesOf(sandbox.root)).toEqual(before);
  });

  const beyondUs = ["foreign", ...(isThorough ? ["provided", "transformed", "found", "asset"] : [])];
  it.each(beyondUs)(
    `of the program %s says to use the CLI (${beyondUs.length} of 5 programs, all in npm run test:all)`,
    async (program) => {
      const stack = await openInline(program);
      await expect(stack.up()).rejects.toMatchObject({ code: "unsupported", message: /use the Pulumi CLI/ });
    },
  );

  it("names what else it does not do", async () => {
    const stack = await openInline("empty");
    const unsupported = { code: "unsupported" };
    await expect(stack.up({ policyPacks: ["pack"] })).rejects.toMatchObject(unsupported);
    await expect(open("empty", { backendUrl: "s3://bucket" })).rejects.toMatchObject(unsupported);
    const { PULUMI_BACKEND_URL: _, ...noBackend } = sandbox.env;
    await expect(engine.openStack({ ...source, envVars: noBackend })).rejects.toMatchObject({
      code: "invalid-config",
    });
    const state = await readFile(statePath(), "utf8");
    for (const [from, to] of [
      ['"version":3', '"version":4'],
      ['"type":"passphrase"', '"type":"service"'],
      [
        '"metadata":{}',
        '"resources":[{"urn":"urn:pulumi:dev::compare::aws:s3:B::b","custom":true,"type":"aws:s3:B"}]',
      ],
    ] as const) {
      await writeFile(statePath(), state.replace(from, to));
      await expect(stack.up(), to).rejects.toMatchObject(unsupported);
    }
    await writeFile(statePath(), state.replace("local engine", "other engine"));
    await expect(stack.up()).rejects.toMatchObject({ code: "invalid-state", message: /magic/ });
    await writeFile(statePath(), state);
    await writeFile(
      join(sandbox.folder, "Pulumi.dev.yaml"),
      "secretsprovider: awskms://x\nencryptedkey: x\n",
    );
    await expect(stack.up()).rejects.toMatchObject(unsupported);
    await writeFile(join(sandbox.folder, "Pulumi.yaml"), "name: compare\nruntime: python\n");
    await expect(open("empty")).rejects.toMatchObject(unsupported);
    await rm(join(sandbox.folder, "Pulumi.yaml"));
    await expect(open("empty")).rejects.toMatchObject({ code: "invalid-config" });
  });
});
