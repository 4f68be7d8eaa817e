/** A plan file and a destination that goes away, or comes back, after the plan was made; by the built command. */

import { once } from "node:events";
import { existsSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, test, vi } from "vitest";
import { makeFolder } from "../../test/support/command-folder.ts";
import { bin, startCommand } from "../../test/support/run-command.ts";
import { syncsYaml } from "../../test/support/syncs-yaml.ts";
import { isThorough } from "../../test/support/thorough.ts";
import { startWorld } from "../../test/support/world.ts";

/** An address in front of a server, which can be taken away and comes back as the same. */
async function startGate(to: string) {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    const on = connect(Number(port), hostname);
    for (const [one, other] of [
      [from, on],
      [on, from],
    ] as const) {
      sockets.add(one);
      one.pipe(other).on("error", () => {});
      one.on("error", () => other.destroy());
    }
  });
  const listen = async (at: number) => {
    server.listen(at, "127.0.0.1");
    await once(server, "listening");
  };
  await listen(0);
  const { port: at } = server.address() as AddressInfo;
  const close = async () => {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, "close");
  };
  return {
    url: `http://127.0.0.1:${at}`,
    open: () => (server.listening ? undefined : listen(at)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

test.skipIf(!existsSync(bin) || !isThorough)(
  "what is approved is done or refused, whoever is away by then (npm run test:all)",
  async () => {
    await using world = await startWorld({ source: { A: "1" } });
    await using gate = await startGate(world.destination.server.url);
    const yaml = syncsYaml(world)
      .replace(world.destination.server.url, gate.url)
      .replace("  dr:", "  dr:\n    onUnreachable: skip");
    await using folder = await makeFolder(yaml);
    const start = (...args: string[]) =>
      startCommand(world, folder.path, [...args, "--engine", "local"], {
        EXTERNAL_INFISICAL_PLAN_KEY: "the plan key of these tests",
        EXTERNAL_INFISICAL_FINGERPRINT_KEY: "the fingerprint key of these tests",
      });
    const up = (plan: string) => start("up", "--yes", "--plan", plan);
    const preview = async (out: string) => {
      const { code, stdout, stderr } = await start("preview", "--out", out).ended;
      expect(code, stdout + stderr).toBe(0);
      return stdout;
    };
    const expectRefused = ({ code, stderr }: Awaited<ReturnType<typeof up>["ended"]>, why: RegExp) => {
      expect(stderr).toMatch(why);
      expect(code).toBe(7);
      expect(world.destination.read()).toEqual({});
    };

    expect(await preview("there.json")).toMatch(/\+ A /);
    await gate.close();
    expectRefused(
      await up("there.json").ended,
      /app.*: planned .*nothing was written|nothing was written:\n.*app/s,
    );

    expect(await preview("away.json")).toMatch(/skipped: the destination is unreachable/);
    await gate.open();
    expectRefused(await up("away.json").ended, /app: skipped: planned unreachable, now nothing/);

    // It comes back after the deployment has looked, and before it writes.
    await gate.close();
    const late = up("away.json");
    await vi.waitUntil(() => late.output.stderr.includes("Updating (dev)"), { timeout: 60_000 });
    await gate.open();
    const { code, stdout } = await late.ended;
    expect(world.destination.read()).toEqual({});
    if (code !== 7) expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/skipped/) });

    await gate.close();
    const done = await up("away.json").ended;
    expect(done.code, done.stdout + done.stderr).toBe(0);
    expect(done.stdout).toMatch(/skipped: the destination is unreachable/);
    await gate.open();
    expect(world.destination.read()).toEqual({});
    await preview("there-again.json");
    const approved = await up("there-again.json").ended;
    expect(approved.code, approved.stdout + approved.stderr).toBe(0);
    expect(world.destination.read()).toEqual({ A: "1" });
  },
  300_000,
);
