// The local engine, stopped in the middle.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { PASSPHRASE } from "../../../test/fixtures/local-engine/sandbox.ts";
import {
  open,
  openInline,
  SECRET,
  sandbox,
  source,
  statePath,
  useSandboxes,
} from "../../../test/fixtures/local-engine/stack.ts";
import { cli } from "../../../test/support/pulumi-cli.ts";
import { isThorough } from "../../../test/support/thorough.ts";

// Another process opens the stack, but in a quick run.
useSandboxes(isThorough ? PASSPHRASE : undefined);

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

  it.skipIf(!isThorough)(
    "by SIGKILL in the middle of a creation leaves a true state, and is recovered (npm run test:all)",
    async () => {
      const { child, ended } = await startHanging();
      const provider = Number(await readFile(marker(), "utf8"));
      const refused = await (await open("hanged")).up().catch((error) => error);
      expect(refused).toMatchObject({
        code: "locked",
        message: expect.stringContaining(`(pid ${child.pid})`),
      });
      if (cli) {
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
      if (cli) {
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
    },
  );

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
    await (await openInline("first")).up();
  });
});
