import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createPage } from "../../automation/fleet/page/server.ts";
import { callAct } from "../../automation/fleet/socket/call.ts";
import { socketOf } from "../../automation/fleet/socket/path.ts";
import { serveActs } from "../../automation/fleet/socket/serve.ts";
import { openTestDatabase } from "./databases.ts";
import { sampleFleet } from "./sample.ts";

let folder: string;
let fleet: ReturnType<typeof sampleFleet>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
  fleet = sampleFleet(await openTestDatabase());
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Sends the beginning of a request, and never its end. */
async function sendHalf(target: { port: number; host: string } | { path: string }) {
  const socket = connect(target);
  const closed = new Promise((resolve) =>
    socket
      .once("close", resolve)
      .on("error", () => {})
      .resume(),
  );
  const head = "POST /acts/status HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 100\r\n\r\n{";
  await new Promise<void>((resolve, reject) =>
    socket.write(head, (error) => (error ? reject(error) : resolve())),
  );
  return { closed };
}

it("closes the page although somebody never sends a request to its end", async () => {
  const app = await createPage({ fleet, host: "127.0.0.1", graceMs: 10 });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as { port: number };
  const { closed } = await sendHalf({ port, host: "127.0.0.1" });
  // Connections are taken in their order.
  expect(await fetch(`http://127.0.0.1:${port}/healthz`)).toMatchObject({ ok: true });
  await app.close();
  await closed;
});

it("closes the socket although somebody never sends a request to its end", async () => {
  const path = socketOf(join(folder, "data"));
  const socket = await serveActs(fleet, path, 10);
  const { closed } = await sendHalf({ path });
  await callAct(path, "status", {});
  await socket[Symbol.asyncDispose]();
  await closed;
});

it("neither listens nor asks in a folder that others have made", async () => {
  vi.stubEnv("TMPDIR", folder);
  const path = socketOf(join(folder, "long".repeat(30)));
  const shared = join(folder, `external-infisical-${userInfo().uid}`);
  expect(path).toMatch(shared);
  await mkdir(shared);
  await chmod(shared, 0o777);
  await expect(serveActs(fleet, path)).rejects.toThrow(/^Others have access to /);
  await expect(callAct(path, "status", {})).rejects.toThrow(/^Others have access to /);
  await chmod(shared, 0o700);
  await using _ = await serveActs(fleet, path);
  expect(await callAct(path, "status", {})).toMatchObject({ found: 0 });
});
