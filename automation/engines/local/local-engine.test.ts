// The local engine on real programs, in temporary folders.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  createSandbox,
  hasPulumi,
  PASSPHRASE,
  type Sandbox,
} from "../../../test/fixtures/local-engine/sandbox.ts";
import type { EngineEvent, StackHandle, StackSource } from "../engine.ts";
import { createLocalEngine } from "./local-engine.ts";

const SECRET = "hunter22";
const engine = createLocalEngine();
let sandbox: Sandbox;
let source: StackSource;

beforeEach(async () => {
  sandbox = await createSandbox("compare");
  source = {
    stack: "dev",
    workDir: sandbox.folder,
    envVars: sandbox.env,
    config: { password: { value: SECRET, secret: true }, program: { value: "first" } },
  };
});
afterEach(() => sandbox[Symbol.asyncDispose]());

async function open(program: string, more: Partial<StackSource> = {}): Promise<StackHandle> {
  const config = { ...source.config, program: { value: program } };
  return engine.openStack({ ...source, config, ...more });
}

const statePath = () => join(sandbox.stateFolder, "stacks/compare/dev.json");

describe("a stack", () => {
  it("is made, changed, read and taken away, and leaves no secret in clear", async () => {
    const stack = await open("first");
    const events: EngineEvent[] = [];
    const output: string[] = [];
    const preview = await stack.preview({ onEvent: (event) => events.push(event) });
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
    expect((await stack.up({ expectNoChanges: true })).summary.resourceChanges).toEqual({ same: 7 });
    expect(JSON.stringify(events)).not.toMatch(/hunter22|t0ken/);
    for (const path of await filesOf(sandbox.root)) {
      if (path.includes("node_modules") || path.endsWith(".mjs")) continue;
      expect(await readFile(path, "utf8"), path).not.toMatch(/hunter22|t0ken|correct horse/);
    }
    await stack.setConfig("program", { value: "empty" });
    await expect(stack.remove()).rejects.toMatchObject({ code: "not-empty" });
    await expect(stack.up()).rejects.toMatchObject({ code: "resource-failed", message: /protected/ });
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
    expect((await stack.preview()).changeSummary).toEqual({ create: 2 });
    expect((await stack.up()).outputs).toEqual({ answer: { value: 42, secret: false } });
    expect((await stack.destroy()).summary.resourceChanges).toEqual({ delete: 2 });
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

  it("carries maps of 10,000 entries", async () => {
    const stack = await open("many");
    const start = performance.now();
    await stack.up();
    await stack.setConfig("seven", { value: "8@0123abcd" });
    const events: EngineEvent[] = [];
    await stack.up({ onEvent: (event) => events.push(event) });
    const steps = events.flatMap(({ resOutputsEvent: event }) => (event ? [event.metadata] : []));
    const update = steps.find(({ urn }) => urn.endsWith("::many"));
    expect(Object.keys(update?.detailedDiff ?? {}).sort()).toEqual(["keys.KEY_7", "plan"]);
    expect(performance.now() - start).toBeLessThan(50_000);
  });

  it("makes hundreds of resources without a save for each", async () => {
    const stack = await open("crowd");
    const start = performance.now();
    expect((await stack.up()).summary.resourceChanges).toEqual({ create: 201 });
    expect(performance.now() - start).toBeLessThan(50_000);
    const order: { deployment: { resources: { urn: string; type: string }[] } } = await stack.exportStack();
    expect(order.deployment.resources[0]?.type).toBe("pulumi:pulumi:Stack");
  });
});

describe("a failure", () => {
  it("has a code and its diagnostics", async () => {
    const stack = await open("refused");
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
    await expect((await open("first")).preview({ expectNoChanges: true })).rejects.toMatchObject({
      code: "unexpected-changes",
      message: /6 create|7 create/,
    });
  });

  it("of the provider's process is told as such", async () => {
    const stack = await open("crashing");
    await expect(stack.up()).rejects.toMatchObject({
      code: "resource-failed",
      message: expect.stringContaining("the provider process has ended (exit code 3)"),
    });
  });

  it("of the files is told as such", async () => {
    const stack = await open("empty");
    await rm(sandbox.stateFolder, { recursive: true });
    await writeFile(sandbox.stateFolder, "in the way");
    await expect(stack.up()).rejects.toMatchObject({ name: "EngineError", code: "engine-failed" });
  });

  it("does not print a secret of a failed check", async () => {
    const stack = await open("refusedSecret");
    const error = await stack.preview().catch((reason) => reason);
    expect(JSON.stringify(error)).toContain("[secret]");
    expect(JSON.stringify(error)).not.toContain(SECRET);
  });

  it("of the passphrase is told before anything is touched", async () => {
    await open("first");
    const before = await filesOf(sandbox.root);
    const wrong = { ...sandbox.env, PULUMI_CONFIG_PASSPHRASE: "wrong" };
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

  it.each(["foreign", "provided", "transformed", "found", "asset"])(
    "of the program %s says to use the CLI",
    async (program) => {
      const stack = await open(program);
      await expect(stack.up()).rejects.toMatchObject({ code: "unsupported", message: /use the Pulumi CLI/ });
    },
  );

  it("names what else it does not do", async () => {
    const stack = await open("empty");
    await expect(stack.up({ plan: "plan.json" })).rejects.toMatchObject({ code: "unsupported" });
    const unsupported = { code: "unsupported" };
    await expect(open("empty", { backendUrl: "s3://bucket" })).rejects.toMatchObject(unsupported);
    const { PULUMI_BACKEND_URL: _, ...noBackend } = sandbox.env;
    await expect(engine.openStack({ ...source, envVars: noBackend })).rejects.toMatchObject(unsupported);
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

describe("an interruption", { timeout: 180_000 }, () => {
  const marker = () => `${sandbox.env["WORLD"]}.hanging`;
  /** Runs the engine in another process, until its program hangs in a creation. */
  async function startHanging() {
    const script = fileURLToPath(new URL("../../../test/fixtures/local-engine/run.ts", import.meta.url));
    const config = { ...source.config, program: { value: "hanging" } };
    const child = spawn(process.execPath, [script, "up", JSON.stringify({ ...source, config })]);
    const ended = once(child, "close");
    await vi.waitFor(() => access(marker()), { timeout: 30_000 });
    return { child, ended };
  }

  it("by SIGKILL in the middle of a creation leaves a true state, and is recovered", async () => {
    const { child, ended } = await startHanging();
    const provider = Number(await readFile(marker(), "utf8"));
    const refused = await (await open("hanged")).up().catch((error) => error);
    expect(refused).toMatchObject({ code: "locked", message: expect.stringContaining(`(pid ${child.pid})`) });
    if (hasPulumi) {
      await sandbox.pulumi("stack", "select", "dev");
      const theirs = await sandbox.pulumi("up", "--yes", "--skip-preview");
      expect(theirs.stderr).toContain("the stack is currently locked by 1 lock(s)");
    }
    child.kill("SIGKILL");
    await ended;
    await vi.waitFor(() => expect(() => process.kill(provider, 0)).toThrow("ESRCH"), { timeout: 10_000 });

    const stack = await open("hanged");
    const left = await stack.exportStack();
    const urnsOf = (list: { urn: string }[]) => list.map(({ urn }) => urn.split("::").at(-1));
    expect(urnsOf(left.deployment.resources)).toEqual(["compare-dev", "default", "first"]);
    expect(left.deployment.pending_operations).toMatchObject([
      { type: "creating", resource: { urn: expect.stringContaining("::hanging") } },
    ]);
    expect(await readFile(statePath(), "utf8")).not.toContain(SECRET);
    await expect(stack.up()).rejects.toMatchObject({ code: "locked", message: /has ended/ });
    if (hasPulumi) {
      expect(await sandbox.pulumi("stack", "export")).toMatchObject({ code: 0 });
      expect(await sandbox.pulumi("cancel", "--yes", "dev")).toMatchObject({ code: 0 });
    } else await stack.cancel();
    const recovered = await stack.up();
    expect(recovered.summary.resourceChanges).toEqual({ same: 2, create: 1 });
    expect(recovered.stdout).toContain("1 pending operations from previous deployment");
    expect((await stack.exportStack()).deployment.pending_operations).toHaveLength(1);
    expect((await stack.refresh()).stdout).toContain("1 interrupted creations are dropped");
    expect((await stack.exportStack()).deployment).not.toHaveProperty("pending_operations");
    expect((await stack.up()).stdout).not.toContain("pending operations");
  });

  it("by a signal lets what runs end, and keeps the state", async () => {
    const stack = await open("first");
    const cancelling = new AbortController();
    const up = stack.up({
      signal: cancelling.signal,
      onEvent: (event) => {
        if (event.resOutputsEvent?.metadata.urn.endsWith("::a")) cancelling.abort();
      },
    });
    await expect(up).rejects.toMatchObject({ code: "cancelled" });
    const { deployment } = await stack.exportStack();
    expect(deployment.resources.some(({ urn }: { urn: string }) => urn.endsWith("::a"))).toBe(true);
    expect(deployment).not.toHaveProperty("pending_operations");
    expect(await readdir(join(sandbox.stateFolder, "locks/organization/compare/dev"))).toEqual([]);
    await stack.up();
  });
});

describe.skipIf(!hasPulumi)(
  "exchange with the Pulumi CLI (needs `pulumi` on PATH)",
  { timeout: 180_000 },
  () => {
    it("sees a stack of the local engine unchanged, and the other way round", async () => {
      const stack = await open("first");
      await stack.up();
      await sandbox.pulumi("stack", "select", "dev");
      expect(await sandbox.pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
      await sandbox.pulumi("config", "set", "program", "renamed");
      expect(await sandbox.pulumi("up", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
      expect((await stack.preview({ expectNoChanges: true })).changeSummary).toEqual({ same: 7 });
      expect((await stack.refresh({ expectNoChanges: true })).summary.resourceChanges).toEqual({ same: 7 });
      expect(await sandbox.pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
      const history = JSON.parse((await sandbox.pulumi("stack", "history", "--json")).stdout);
      expect(history.map(({ kind }: { kind: string }) => kind)).toEqual(["refresh", "update", "update"]);
    });

    it("imports what the other exported", async () => {
      const stack = await open("first");
      await stack.up();
      const path = join(sandbox.root, "exported.json");
      await using other = await createSandbox("compare");
      await other.pulumi("stack", "init", "dev");
      await other.pulumi("config", "set", "--secret", "password", SECRET);
      await other.pulumi("config", "set", "program", "first");
      await writeFile(path, JSON.stringify(await stack.exportStack()));
      expect(await other.pulumi("stack", "import", "--file", path)).toMatchObject({ code: 0 });
      expect(await other.pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
      for (const flags of [[], ["--show-secrets"]]) {
        const exported = await other.pulumi("stack", "export", ...flags);
        await using third = await createSandbox("compare");
        const envVars = { ...third.env, PULUMI_CONFIG_PASSPHRASE: PASSPHRASE };
        const imported = await engine.openStack({ ...source, workDir: third.folder, envVars });
        await imported.importStack(JSON.parse(exported.stdout));
        expect((await imported.preview({ expectNoChanges: true })).changeSummary).toEqual({ same: 7 });
        expect(await imported.outputs()).toEqual(await stack.outputs());
      }
    });
  },
);

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
