/**
 * The process that both instances run in, away from what is measured. Takes orders from the bench by messages:
 * puts the sides into the state that a case starts from, and tells whether they are equal after a push.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type InfisicalServer, startInfisicalServer } from "../../infisical-server/index.ts";
import type { Case, Side } from "./cases.ts";
import { pushBodies } from "./push-bodies.ts";
import { changedOf, makeValues, type Values } from "./values.ts";

/** What the bench may ask. */
export type Order = { kind: "prepare"; case: Case } | { kind: "compare" };
/** The answers: to the start, to `prepare` and to `compare`. */
export interface Sides {
  source: Side;
  destination: Side;
}
export interface Prepared {
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

const [folder = ".", keys = "0"] = process.argv.slice(2);
const old = makeValues(Number(keys));
const changed = makeValues(Number(keys), changedOf(Number(keys)));
const source = await startSide("viewer");
const destination = await startSide("member");

process.on("message", (order: Order) => {
  process.send?.(order.kind === "prepare" ? prepare(order.case) : compare());
});
process.on("disconnect", () => process.exit());
process.send?.({ source: source.side, destination: destination.side } satisfies Sides);

async function startSide(role: "viewer" | "member") {
  const server = await startInfisicalServer();
  const { id: projectId } = server.createProject({ name: "Bench" });
  const { clientId, clientSecret } = server.createIdentity({ memberships: [{ projectId, role }] });
  const place = { projectId, environment: "prod", secretPath: "/app" };
  server.putSecrets(place, {});
  const side: Side = { url: server.url, clientId, clientSecret, ...place };
  return { server, side };
}

function prepare(name: Case): Prepared {
  const wanted = name === "change" ? changed : old;
  const there = name === "push" ? {} : old;
  become(source, wanted);
  become(destination, there);
  const push = differing(wanted, there);
  const bodies = join(folder, `${name}.jsonl`);
  writeFileSync(bodies, pushBodies(destination.side, push).join(""));
  const values = join(folder, `${name}.json`);
  writeFileSync(values, JSON.stringify(wanted));
  for (const { server } of [source, destination]) server.clearRequests();
  // What the preparation left behind is not to be cleared away during a measurement.
  globalThis.gc?.();
  return { bodies, values, differences: Object.keys(push).length };
}

function compare(): Compared {
  const there = destination.server.readSecrets(destination.side);
  const wanted = source.server.readSecrets(source.side);
  const isComplete = Object.keys(there).length === Object.keys(wanted).length;
  return { isEqual: isComplete && Object.keys(differing(wanted, there)).length === 0 };
}

/** Writes what differs only, so that ids and versions stay as a deployment has left them. */
function become({ server, side }: { server: InfisicalServer; side: Side }, wanted: Values): void {
  const there = server.readSecrets(side);
  server.deleteSecrets(
    side,
    Object.keys(there).filter((key) => wanted[key] === undefined),
  );
  server.putSecrets(side, differing(wanted, there));
}

function differing(wanted: Values, there: Values): Values {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => there[key] !== value));
}
