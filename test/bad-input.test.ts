/** What a user gets wrong: one clear error, naming the argument and what to do, before anything is written. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { directRuns } from "./drivers/direct.ts";
import type { SyncArguments } from "./scenarios/scenario.ts";
import { startWorld, type World } from "./support/world.ts";

const NOWHERE = "00000000-0000-4000-8000-000000000000";
const other = (world: World, part: object) => ({
  projectId: world.destination.projectId,
  environment: "prod",
  secretPath: "/app",
  ...part,
});
const withSource = (world: World, part: object): World => ({
  ...world,
  source: { ...world.source, ...part },
});
const withDestination = (world: World, part: object): World => ({
  ...world,
  destination: { ...world.destination, ...part },
});
const at = (url: string) => ({ server: { url } });

interface Mistake {
  what: string;
  world?: (world: World) => World;
  with?: (world: World) => SyncArguments;
  says: RegExp[];
}

const mistakes: Mistake[] = [
  {
    what: "a wrong client secret of the source",
    world: (world) => withSource(world, { clientSecret: "wrong" }),
    says: [/clientSecret: /, /401/],
  },
  {
    what: "a wrong client secret of the connection",
    world: (world) => withDestination(world, { clientSecret: "wrong" }),
    says: [/machineIdentityClientSecret: /, /401/],
  },
  {
    what: "no credentials for the source",
    world: (world) => withSource(world, { clientSecret: "" }),
    says: [/No credentials for the source/, /INFISICAL_UNIVERSAL_AUTH_CLIENT_ID/],
  },
  {
    what: "an unknown source project",
    with: () => ({ projectId: NOWHERE }),
    says: [/projectId: /, new RegExp(NOWHERE)],
  },
  {
    what: "an unknown source environment",
    with: () => ({ environment: "produktion" }),
    says: [/environment: /, /dev, staging, prod/],
  },
  {
    what: "an unknown source folder",
    with: () => ({ secretPath: "/nope" }),
    says: [/secretPath: /, /no folder \/nope/],
  },
  {
    what: "an unknown destination project",
    with: (world) => ({ destinationConfig: other(world, { projectId: NOWHERE }) }),
    says: [/destinationConfig\.projectId: /],
  },
  {
    what: "an unknown destination environment",
    with: (world) => ({ destinationConfig: other(world, { environment: "produktion" }) }),
    says: [/destinationConfig\.environment: /, /dev, staging, prod/],
  },
  {
    what: "an unreachable source",
    world: (world) => withSource(world, at("http://127.0.0.1:1")),
    says: [/host: /, /127\.0\.0\.1:1/, /ECONNREFUSED/],
  },
  {
    what: "plain http to another machine",
    world: (world) => withDestination(world, at("http://infisical.example.com")),
    says: [/instanceUrl: /, /allowInsecureHttp/],
  },
  {
    what: "names and paths that Infisical refuses",
    with: () => ({ name: "Not A Slug", environment: "Prod", secretPath: "app" }),
    says: [/name: must be lower-case/, /environment: must be lower-case/, /secretPath: must start with \//],
  },
  {
    what: "an unknown option value",
    with: () => ({ syncOptions: { initialSyncBehavior: "overwrite" } }),
    says: [/syncOptions\.initialSyncBehavior: /, /overwrite-destination/],
  },
  {
    what: "the source as its own destination",
    world: (world) => withDestination(world, { ...world.source }),
    says: [/destinationConfig: /, /same folder/],
  },
];

test.each(mistakes.map((mistake) => [mistake.what, mistake] as const))("%s", async (_what, mistake) => {
  await using world = await startWorld({ source: { A: "1" }, destination: { OLD: "x" } });
  await using stack = await directRuns.open(mistake.world?.(world) ?? world);
  const error = await stack.deploy(mistake.with?.(world) ?? {}).then(
    () => expect.fail("it succeeded"),
    (reason: Error) => reason,
  );
  for (const text of mistake.says) expect.soft(error.message).toMatch(text);
  expect(world.destination.read()).toEqual({ OLD: "x" });
});

test("an instance that is not Infisical", async () => {
  const server = createServer((_request, response) =>
    response.writeHead(200, { "content-type": "text/html" }).end("<h1>Welcome</h1>"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await using world = await startWorld();
    await using stack = await directRuns.open(withDestination(world, at(url)));
    await expect(stack.deploy({})).rejects.toThrow(/instanceUrl: .*not .*Infisical/s);
  } finally {
    server.close();
  }
});
