/**
 * The process that both instances run in, away from what is measured. Takes orders from the bench by messages:
 * puts the sides into the state that a case starts from, and tells whether they are equal after a push.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type InfisicalServer, startInfisicalServer } from "../../infisical-server/index.ts";
import type { Case, Side, Size } from "./cases.ts";
import { pushBodies, pushFolders } from "./push-bodies.ts";
import { changedOf, makeValues, pathOf, splitKey, type Values } from "./values.ts";

/** What the bench may ask. */
export type Order = { kind: "prepare"; case: Case } | { kind: "compare" };
/** The answers: to the start, to `prepare` and to `compare`. */
export interface Sides {
  source: Side;
  destination: Side;
}
export interface Prepared {
  /** File with the folders that the floor makes. */
  folders: string;
  /** File with the request bodies of the floor. */
  bodies: string;
  /** File with the values of the source. */
  values: string;
  /** Keys that differ. */
  differences: number;
}
export interface Compared {
  isEqual: boolean;
}

const [folder = ".", sizeText = "{}"] = process.argv.slice(2);
const size = JSON.parse(sizeText) as Size;
const old = makeValues(size);
const changed = makeValues(size, changedOf(size.keys));
/** Those beneath, and the place itself. */
const folders = new Set(["", ...pushFolders(old)]);
const source = await startSide("viewer");
const destination = await startSide("member");

process.on("message", async (order: Order) => {
  process.send?.(order.kind === "prepare" ? await prepare(order.case) : compare());
});
process.on("disconnect", () => process.exit());
process.send?.({ source: source.side, destination: destination.side } satisfies Sides);

interface Instance {
  server: InfisicalServer;
  side: Side;
}

async function startSide(role: "viewer" | "member"): Promise<Instance> {
  const server = await startInfisicalServer();
  const { id: projectId } = server.createProject({ name: "Bench" });
  const { clientId, clientSecret } = server.createIdentity({ memberships: [{ projectId, role }] });
  const place = { projectId, environment: "prod", secretPath: "/app" };
  server.putSecrets(place, {});
  const side: Side = { url: server.url, clientId, clientSecret, ...place };
  return { server, side };
}

async function prepare(name: Case): Promise<Prepared> {
  const wanted = name === "change" ? changed : old;
  const there = name === "push" ? {} : old;
  if (name === "push" && folders.size > 1) await emptyFolder(destination);
  become(source, wanted);
  become(destination, there);
  const push = differing(wanted, there);
  const bodies = join(folder, `${name}.jsonl`);
  writeFileSync(bodies, pushBodies(destination.side, push).join(""));
  const made = join(folder, `${name}.folders`);
  writeFileSync(made, name === "push" ? pushFolders(push).join("\n") : "");
  const values = join(folder, `${name}.json`);
  writeFileSync(values, JSON.stringify(wanted));
  for (const { server } of [source, destination]) server.clearRequests();
  // What the preparation left behind is not to be cleared away during a measurement.
  globalThis.gc?.();
  return { folders: made, bodies, values, differences: Object.keys(push).length };
}

function compare(): Compared {
  const there = valuesAt(destination);
  const wanted = valuesAt(source);
  const isComplete = Object.keys(there).length === Object.keys(wanted).length;
  return { isEqual: isComplete && Object.keys(differing(wanted, there)).length === 0 };
}

/** Writes what differs only, so that ids and versions stay as a deployment has left them. */
function become(at: Instance, wanted: Values): void {
  const there = valuesAt(at);
  const gone = Object.keys(there).filter((key) => wanted[key] === undefined);
  for (const [place, keys] of byPlace(at, gone))
    at.server.deleteSecrets(
      place,
      keys.map((key) => splitKey(key).name),
    );
  const changes = differing(wanted, there);
  for (const [place, keys] of byPlace(at, Object.keys(changes)))
    at.server.putSecrets(
      place,
      Object.fromEntries(keys.map((key) => [splitKey(key).name, changes[key] ?? ""])),
    );
}

/** Makes the folder anew, without those beneath. */
async function emptyFolder({ server, side }: Instance): Promise<void> {
  const call = async (method: string, path: string, body: object, token?: string) => {
    const headers = {
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const response = await fetch(server.url + path, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { accessToken: string };
  };
  const { accessToken } = await call("POST", "/api/v1/auth/universal-auth/login", server.admin);
  const { projectId, environment, secretPath } = side;
  const name = secretPath.slice(1);
  const body = { projectId, environment, path: "/", forceDelete: true };
  await call("DELETE", `/api/v2/folders/${name}`, body, accessToken);
  server.putSecrets(side, {});
}

const placeIn = ({ side }: Instance, below: string) => ({
  ...side,
  secretPath: pathOf(side.secretPath, below),
});

const byPlace = (at: Instance, keys: readonly string[]) =>
  [...Map.groupBy(keys, (key) => splitKey(key).folder)].map(
    ([below, own]) => [placeIn(at, below), own] as const,
  );

/** The values of all folders. */
function valuesAt(at: Instance): Values {
  const found = [...folders].flatMap((below) =>
    Object.entries(at.server.readSecrets(placeIn(at, below))).map(([name, value]) => [
      below === "" ? name : `${below}/${name}`,
      value,
    ]),
  );
  return Object.fromEntries(found);
}

function differing(wanted: Values, there: Values): Values {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => there[key] !== value));
}
