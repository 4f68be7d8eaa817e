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

test.each<[string, string, string | undefined]>([
  ["http://infisical.invalid", "HTTP_PROXY", undefined],
  ["https://infisical.invalid", "HTTPS_PROXY", undefined],
  ["https://infisical.invalid", "HTTP_PROXY", ""],
])("of %s a failure names the proxy and %s, which names it", async (origin, variable, https) => {
  let host = "";
  {
    await using gone = await startRawServer(() => {});
    host = new URL(gone.url).host;
  }
  // Without a scheme, as many write it.
  proxyBy(host);
  vi.stubEnv("HTTPS_PROXY", https ?? host);
  expect(await send(origin)).toMatchObject({ kind: "failure", reason: "connect", proxy: { variable, host } });
  vi.stubEnv("NO_PROXY", "infisical.invalid");
  expect(await send(origin)).not.toHaveProperty("proxy");
});

test.each(["http", "https"])(
  "a proxy that wants credentials for %s is told apart from the instance",
  async (scheme) => {
    await using proxy = await startRawServer((_request, response) => sendJson(response, 407, {}));
    proxyBy(new URL(proxy.url).host);
    const { host } = new URL(proxy.url);
    const variable = `${scheme.toUpperCase()}_PROXY`;
    const failure = { kind: "failure", reason: "connect", proxy: { variable, host } };
    expect(await send(`${scheme}://infisical.invalid`)).toMatchObject(failure);
  },
);

test.each(["http://", "ftp://proxy.example.com", "http://user:pass word@:1"])(
  "%s is no proxy: the error names the variable and tells nothing of the value",
  async (text) => {
    proxyBy(text);
    const error: unknown = await send("https://infisical.invalid").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "invalid-arguments",
      message: "The environment variable HTTPS_PROXY names no proxy.",
    });
  },
);

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
