/** Eight syncs of folders that lie in two environments, deployed, and what they ask for. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { makeFolder } from "./command-folder.ts";
import { runInProcess } from "./run-in-process.ts";
import { startWorld, type Values, type World } from "./world.ts";

export const ENVIRONMENTS = ["dev", "prod"];
export const FOLDERS = ["/fleet/a", "/fleet/b", "/fleet/b/below", "/fleet/c"];
/** Unlike any text of a message. */
export const valueAt = (environment: string, path: string) =>
  `zx${ENVIRONMENTS.indexOf(environment)}-w${FOLDERS.indexOf(path)}`;
export type Rule = { secretPath: string; keys?: string[]; role: "no-access" | "describe-only" };
const LIST = "/api/v4/secrets";

const fleetOf = (world: World, more = "") => `project: fleet
backend: file://./state
source:
  host: ${world.source.server.url}
  clientId: ${world.source.clientId}
  clientSecret: \${env:SOURCE_SECRET}
connections:
  other:
    instanceUrl: ${world.destination.server.url}
    machineIdentityClientId: ${world.destination.clientId}
    machineIdentityClientSecret: \${env:DESTINATION_SECRET}
${more}
syncs:${ENVIRONMENTS.flatMap((environment) =>
  FOLDERS.map(
    (secretPath, index) => `
  ${environment}-${index}:
    connection: other
    projectId: ${world.source.projectId}
    environment: ${environment}
    secretPath: ${secretPath}
    destinationConfig:
      projectId: ${world.destination.projectId}
      environment: ${environment}
      secretPath: ${secretPath}
    syncOptions: { initialSyncBehavior: overwrite-destination }`,
  ),
).join("")}
`;

/** @param edit changes the file; the engine is the local one if none is named */
export async function deployFleet(
  more?: string,
  edit = (file: string, _second: string) => file,
  engine?: readonly string[],
) {
  const world = await startWorld();
  const { source, destination } = world;
  // Rules for folders, which tests add later.
  const rules = { source: [] as Rule[], destination: [] as Rule[] };
  for (const side of ["source", "destination"] as const) {
    const { server, projectId } = world[side];
    const membership = { projectId, role: "member" as const, paths: rules[side] };
    Object.assign(world[side], server.createIdentity({ memberships: [membership] }));
  }
  const at = (side: typeof source, environment: string, secretPath: string) => ({
    projectId: side.projectId,
    environment,
    secretPath,
  });
  const put = (environment: string, path: string, values: Values) =>
    source.server.putSecrets(at(source, environment, path), values);
  const putAll = (...sides: (typeof source)[]) => {
    for (const side of sides)
      for (const environment of ENVIRONMENTS)
        for (const path of FOLDERS) {
          const values = { KEY: valueAt(environment, path), SAME: "qqq-qqq" };
          side.server.putSecrets(at(side, environment, path), values);
        }
  };
  putAll(source);
  const { projectId } = destination;
  const second = destination.server.createIdentity({ memberships: [{ projectId, role: "member" }] });
  const folder = await makeFolder(edit(fleetOf(world, more), second.clientId));
  const secrets = {
    SOURCE_SECRET: source.clientSecret,
    DESTINATION_SECRET: destination.clientSecret,
    SECOND_SECRET: second.clientSecret,
    TMPDIR: join(folder.path, "tmp"),
  };
  await mkdir(secrets.TMPDIR);
  const run = (...args: string[]) => runInProcess(world, folder.path, args, engine, secrets);
  const first = await run("up", "--yes", "--skip-preview");
  expect(first.code, first.stderr).toBe(0);
  const lists = async (...args: string[]) => {
    for (const { server } of [source, destination]) server.clearRequests();
    const ended = await run(...args);
    const count = [source, destination].map(
      ({ server }) => server.requests.filter(({ method, path }) => method === "GET" && path === LIST).length,
    );
    return { ...ended, lists: count };
  };
  /** Writes the file anew, with other settings. */
  const declare = (settings?: string) =>
    writeFile(join(folder.path, "syncs.yaml"), edit(fleetOf(world, settings), second.clientId));
  return {
    world,
    rules,
    put,
    /** Rules are gone, both sides hold what was deployed, and the file is as it was. */
    async restore() {
      for (const each of Object.values(rules)) each.length = 0;
      putAll(source, destination);
      await declare();
    },
    lists,
    declare,
    /** The folders that were listed. */
    roots: () =>
      [source, destination].flatMap(({ server }) =>
        server.requests.flatMap(({ path, query }) => (path === LIST ? [query["secretPath"]] : [])),
      ),
    /** What runs have left in the folder for temporary files. */
    leftovers: () => readdir(secrets.TMPDIR),
    read: (environment: string, path: string) =>
      destination.server.readSecrets(at(destination, environment, path)),
    drop: (side: "source" | "destination", environment: string, path: string, ...keys: string[]) =>
      world[side].server.deleteSecrets(at(world[side], environment, path), keys),
    async [Symbol.asyncDispose]() {
      await folder[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

export type Fleet = Awaited<ReturnType<typeof deployFleet>>;

/** What commands end with and print, without what differs from one fleet to the next. */
export async function toldBy(
  fleet: { lists(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> },
  ...commands: readonly (readonly string[])[]
): Promise<string> {
  const texts: string[] = [];
  for (const args of commands) {
    const { code, stdout, stderr } = await fleet.lists(...args);
    texts.push(`${args.join(" ")} ends with ${code}`, stdout, stderr);
  }
  return (
    texts
      .join("\n")
      .replaceAll(/ where \{[^\n]*?…/g, "")
      .replaceAll(
        /127\.0\.0\.1:\d+|[\da-f]{8}(-[\da-f-]{27}|…)|[@~][\da-f]{8}|req-[\da-f]+|external-infisical-\w+|billing-[\da-f]+/g,
        "<…>",
      )
      // Told of what takes a while.
      .replaceAll(/ *Duration: .*\n+|^(Previewing|Updating).*\n/gm, "")
      .replaceAll(/[\d.]+ ?m?s\b/g, "<time>")
  );
}
