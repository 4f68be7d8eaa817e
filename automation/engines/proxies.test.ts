/** What the processes of a deployment tell each other passes through no proxy, however the user has named one. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { open, useSandboxes } from "../../test/fixtures/local-engine/stack.ts";
import { makeFolder } from "../../test/support/command-folder.ts";
import { runInProcess } from "../../test/support/run-in-process.ts";
import { syncsYaml } from "../../test/support/syncs-yaml.ts";
import { isThorough } from "../../test/support/thorough.ts";
import { startWorld } from "../../test/support/world.ts";
import { childEnvironment } from "./child-environment.ts";

useSandboxes();
afterEach(() => vi.unstubAllEnvs());

/** Takes what comes, and answers nothing. */
async function startProxy() {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on("error", () => {}).destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    [Symbol.dispose]: () => void server.close(),
  };
}

it.each([
  { names: ["https_proxy"], list: undefined },
  { names: ["grpc_proxy"], list: "other.example, 127.0.0.1 , localhost" },
  { names: ["http_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"], list: "" },
])("with $names, and no_proxy of $list", async ({ names, list }) => {
  using proxy = await startProxy();
  await using world = await startWorld({ source: { A: "1" } });
  await using folder = await makeFolder(syncsYaml(world));
  const stub = () => {
    for (const name of names) vi.stubEnv(name, proxy.url);
    vi.stubEnv("no_proxy", list);
  };
  stub();
  const inline = await runInProcess(world, folder.path, ["up", "--yes", "--skip-preview"]);
  expect(inline.code, inline.stderr).toBe(0);
  // A program of its own process takes the same way; each list in npm run test:all.
  if (isThorough || list === "") {
    stub();
    const stack = await open("first");
    expect((await stack.preview()).changeSummary).toEqual({ create: 7 });
  }
  expect(proxy.connections()).toBe(0);
});

it("keeps the list that the user has, without its blanks", () => {
  const none = "127.0.0.1,localhost,::1";
  expect(childEnvironment({})).toEqual({ no_grpc_proxy: none });
  expect(childEnvironment({ no_proxy: " a.example , 127.0.0.1" })["no_grpc_proxy"]).toBe(
    "a.example,127.0.0.1,localhost,::1",
  );
  expect(childEnvironment({ no_grpc_proxy: "b.example", no_proxy: "a.example" })["no_grpc_proxy"]).toBe(
    `b.example,${none}`,
  );
});
