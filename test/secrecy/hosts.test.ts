/** Nothing is sent to a host that the environment does not allow, whatever the program says. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { ALLOWED_HOSTS } from "../../provider/hosts.ts";
import { direct } from "../drivers/direct.ts";
import type { Driver } from "../drivers/driver.ts";
import { localEngine } from "../drivers/local-engine.ts";
import { terraformRpc } from "../drivers/terraform-rpc.ts";
import { isThorough } from "../support/thorough.ts";
import { startWorld, type World } from "../support/world.ts";

afterEach(() => vi.unstubAllEnvs());

const hostsOf = ({ source, destination }: World) => [source, destination].map(({ server }) => server.url);

const drivers: Driver[] = [
  direct,
  terraformRpc,
  { ...localEngine, ...(!isThorough && { unavailable: "only in npm run test:all" }) },
];

describe.each(drivers)("$name", (driver) => {
  const why = driver.unavailable === undefined ? "" : ` (${driver.unavailable})`;

  test.skipIf(why !== "")(`a host that is not allowed gets nothing${why}`, async () => {
    await using world = await startWorld({ source: { A: "1" } });
    const [source = "", destination = ""] = hostsOf(world);
    for (const [allowed, refused] of [
      [source, world.destination.server],
      [destination, world.source.server],
    ] as const) {
      vi.stubEnv(ALLOWED_HOSTS, `infisical.example.com,${new URL(allowed).host}`);
      await using stack = await driver.open(world);
      await expect(stack.deploy({})).rejects.toThrow(
        `${refused.url} is not among the allowed hosts, so nothing was sent there`,
      );
      expect(refused.requests).toEqual([]);
    }
    vi.stubEnv(ALLOWED_HOSTS, `${source},${destination}`);
    await using stack = await driver.open(world);
    await stack.deploy({});
    expect(world.destination.read()).toEqual({ A: "1" });
  });
});

test.each(["", ",", "  ", "\n"])("a list that is set to %j allows nothing", async (list) => {
  await using world = await startWorld({ source: { A: "1" } });
  vi.stubEnv(ALLOWED_HOSTS, list);
  await using stack = await direct.open(world);
  await expect(stack.deploy({})).rejects.toThrow(/is not among the allowed hosts.*set and empty/);
  for (const { server } of [world.source, world.destination]) expect(server.requests).toEqual([]);
});

test("native execution: the source instance is not told of a host that is not allowed", async () => {
  await using world = await startWorld({ execution: "native", source: { A: "1" } });
  vi.stubEnv(ALLOWED_HOSTS, world.source.server.url);
  await using stack = await direct.open(world);
  await expect(stack.deploy({})).rejects.toThrow("is not among the allowed hosts");
  const writes = world.source.server.requests.filter(
    ({ method, path }) => method !== "GET" && !path.endsWith("/login"),
  );
  expect(writes).toEqual([]);
});

test("a list with an entry that is no host allows nothing", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  vi.stubEnv(ALLOWED_HOSTS, `${hostsOf(world).join()},not a host`);
  await using stack = await direct.open(world);
  await expect(stack.deploy({})).rejects.toThrow(/names what is no host: "not a host"\..*look like/);
  expect(world.source.server.requests).toEqual([]);
});
