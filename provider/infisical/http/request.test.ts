import { afterEach, expect, test, vi } from "vitest";
import { sendJson, startRawServer } from "../../../test/support/raw-server.ts";
import { createTransport } from "./request.ts";

const LIMITS = { timeoutMs: 10_000, mostBytes: 1000 };
const GET = { method: "GET", path: "/api/status", headers: {} } as const;

afterEach(() => vi.unstubAllEnvs());

async function send(origin: string) {
  const transport = createTransport(origin, LIMITS);
  try {
    return await transport.send(GET, new AbortController().signal);
  } finally {
    await transport.close();
  }
}

function proxyBy(url: string): void {
  for (const name of ["http_proxy", "https_proxy", "no_proxy", "NO_PROXY"]) vi.stubEnv(name, undefined);
  vi.stubEnv("HTTP_PROXY", url);
  vi.stubEnv("HTTPS_PROXY", url);
}

test("the proxy of the environment is used, except for NO_PROXY and for this machine", async () => {
  await using proxy = await startRawServer((_request, response) =>
    sendJson(response, 200, { from: "proxy" }),
  );
  await using local = await startRawServer((_request, response) =>
    sendJson(response, 200, { from: "local" }),
  );
  proxyBy(proxy.url);
  expect(await send("http://infisical.invalid")).toMatchObject({ text: '{"from":"proxy"}' });
  expect(await send(local.url)).toMatchObject({ text: '{"from":"local"}' });
  expect(await send("https://infisical.invalid")).toMatchObject({ kind: "failure", reason: "connect" });

  vi.stubEnv("NO_PROXY", "infisical.invalid");
  expect(await send("http://infisical.invalid")).toMatchObject({ kind: "failure" });
  expect(proxy.requests).toHaveLength(1);
});
