/** Certificates are verified, whatever the environment says; a private authority is trusted where it is named. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createPlainServer } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTransport } from "../../provider/infisical/http/request.ts";
import { selfSigned } from "../../provider/terraform/x509.ts";
import { fixture } from "../support/node.ts";

const LIMITS = { timeoutMs: 10_000, mostBytes: 1000 };
const { pem, key } = selfSigned();

let server: Awaited<ReturnType<typeof startTls>>;
beforeEach(async () => {
  server = await startTls();
  // What a careless shell profile has.
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
});

test("NODE_TLS_REJECT_UNAUTHORIZED=0 does not open the door", async () => {
  // Node itself would go in.
  expect((await fetch(server.url)).status).toBe(200);
  expect(server.requests).toBe(1);
  expect(await send(server.url)).toMatchObject({ kind: "failure", reason: "certificate" });
  expect(server.requests).toBe(1);
});

test("nor does it behind a proxy", async () => {
  await using proxy = await startTunnel(server.port);
  for (const name of ["http_proxy", "https_proxy", "no_proxy", "NO_PROXY"]) vi.stubEnv(name, undefined);
  vi.stubEnv("HTTPS_PROXY", proxy.url);
  expect(await send("https://infisical.invalid")).toMatchObject({ kind: "failure", reason: "certificate" });
  expect(proxy.tunnels).toBe(1);
  expect(server.requests).toBe(0);
});

test("NODE_EXTRA_CA_CERTS lets a private authority in, for the name that it signed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
  try {
    const file = join(folder, "authority.pem");
    await writeFile(file, pem);
    const ask = async (environment: Record<string, string>) => {
      const { stdout } = await promisify(execFile)(process.execPath, [fixture("ask.ts"), server.url], {
        env: { PATH: process.env["PATH"], NODE_TLS_REJECT_UNAUTHORIZED: "0", ...environment },
      });
      return JSON.parse(stdout) as unknown;
    };
    expect(await ask({})).toMatchObject({ kind: "failure", reason: "certificate" });
    expect(await ask({ NODE_EXTRA_CA_CERTS: file })).toMatchObject({ kind: "response", status: 200 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function send(origin: string) {
  const transport = createTransport(origin, LIMITS);
  try {
    return await transport.send(
      { method: "GET", path: "/", headers: { authorization: "Bearer canary" } },
      new AbortController().signal,
    );
  } finally {
    await transport.close();
  }
}

async function startTls() {
  let requests = 0;
  const https = createServer({ cert: pem, key }, (_request, response) => {
    requests++;
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  https.listen(0, "127.0.0.1");
  await once(https, "listening");
  const { port } = https.address() as AddressInfo;
  return {
    port,
    url: `https://localhost:${port}`,
    get requests() {
      return requests;
    },
    async [Symbol.asyncDispose]() {
      https.closeAllConnections();
      https.close();
      await once(https, "close");
    },
  };
}

/** A proxy that takes every tunnel to one port of this machine, as a man in the middle would. */
async function startTunnel(port: number) {
  const sockets = new Set<Socket>();
  let tunnels = 0;
  const proxy = createPlainServer().on("connect", (_request, client: Socket) => {
    tunnels++;
    const there = connect(port, "127.0.0.1");
    for (const socket of [client, there]) sockets.add(socket.on("error", () => {}));
    client.write("HTTP/1.1 200 OK\r\n\r\n");
    there.pipe(client).pipe(there);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    get tunnels() {
      return tunnels;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, "close");
    },
  };
}
