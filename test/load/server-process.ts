/** Two instances in a process of their own, so that the memory of the measured process is its own. */
import { randomBytes } from "node:crypto";
import {
  acceleratedClock,
  type InfisicalServer,
  type InfisicalServerOptions,
  startInfisicalServer,
  systemClock,
} from "../../infisical-server/index.ts";
import {
  below,
  type Order,
  type Plan,
  placeOf,
  type Reply,
  type Side,
  type Sides,
  type Tally,
} from "./protocol.ts";

const PLAN = JSON.parse(process.argv[2] ?? "{}") as Plan;
const WINDOW_MS = 60_000;

const clock = PLAN.speed === 1 ? systemClock : acceleratedClock(PLAN.speed);
const tallies = new Map<InfisicalServer, Tally>();
const [source, destination] = [await start(), await start()];
fill(source, PLAN.keys);
send({ source: source.side, destination: destination.side } satisfies Sides);
process.on("disconnect", () => process.exit());
process.on("message", (order: Order) => {
  switch (order.kind) {
    case "tally":
      send({ source: take(source.server), destination: take(destination.server) });
      break;
    case "change":
      fill(source, order.keys);
      send({});
      break;
    case "slow":
      slow(order.ms);
      send({});
      break;
    case "compare":
      send({ unequal: unequalFolders() });
      break;
    default:
      order satisfies never;
  }
});

async function start(): Promise<{ server: InfisicalServer; side: Side }> {
  const options: InfisicalServerOptions = { clock };
  if (PLAN.limitsTimes > 0) options.rateLimits = freePlanTimes(PLAN.limitsTimes);
  // Requests are counted as they are answered; the server's own list of them would only grow.
  options.log = (line) => note(started, line);
  const started: { server?: InfisicalServer } = {};
  const server = await startInfisicalServer(options);
  started.server = server;
  const environments = [...(PLAN.environments ?? ["prod"])];
  const { id: projectId } = server.createProject({ name: "Load", environments });
  const { clientId, clientSecret } = server.createIdentity({ memberships: [{ projectId, role: "member" }] });
  return { server, side: { url: server.url, projectId, environments, clientId, clientSecret } };
}

/** The limits of the cloud's Free plan (contract §3), so many times. */
function freePlanTimes(times: number): NonNullable<InfisicalServerOptions["rateLimits"]> {
  return { global: 600 * times, secret: 120 * times, read: 200 * times, write: 90 * times };
}

function fill({ server, side }: { server: InfisicalServer; side: Side }, keys: number): void {
  const names = Array.from({ length: keys }, (_, index) => `KEY_${String(index).padStart(6, "0")}`);
  for (let sync = 0; sync < PLAN.syncs; sync++)
    for (const place of placesOf(side, sync)) {
      const values = Object.fromEntries(names.map((name) => [name, randomBytes(16).toString("base64")]));
      server.putSecrets(place, values);
    }
}

function placesOf(side: Side, sync: number) {
  const place = placeOf(side, sync);
  if (PLAN.folders === undefined) return [place];
  return Array.from({ length: PLAN.folders }, (_, folder) => below(place, folder));
}

function slow(ms: number): void {
  for (const { server } of [source, destination]) {
    server.clearFaults();
    if (ms > 0) server.fault({ kind: "delay", ms, times: Number.POSITIVE_INFINITY });
  }
}

function note(started: { server?: InfisicalServer }, line: string): void {
  const { server } = started;
  const [method, path, status] = line.split(" ");
  if (!server || method === undefined || path === undefined) return;
  server.clearRequests();
  const tally = tallies.get(server) ?? { requests: 0, logins: 0, refused: {} };
  tallies.set(server, tally);
  tally.requests++;
  if (path.endsWith("/login")) tally.logins++;
  if (status !== "429") return;
  const window = Math.floor(clock.now() / WINDOW_MS);
  tally.refused[window] = (tally.refused[window] ?? 0) + 1;
}

function take(server: InfisicalServer): Tally {
  const tally = tallies.get(server) ?? { requests: 0, logins: 0, refused: {} };
  tallies.delete(server);
  return tally;
}

function unequalFolders(): number {
  const read = ({ server, side }: typeof source, sync: number) =>
    JSON.stringify(placesOf(side, sync).map((place) => Object.entries(server.readSecrets(place)).sort()));
  const folders = Array.from({ length: PLAN.syncs }, (_, sync) => sync);
  return folders.filter((sync) => read(source, sync) !== read(destination, sync)).length;
}

function send(reply: Reply): void {
  process.send?.(reply);
}
