/** Hostile answers are survived in bounded time and memory, and told harmlessly; nothing is done because of them. */
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { directRuns } from "../drivers/direct.ts";
import { hurry, openArena, type SideName } from "../faults/arena.ts";
import type { Disturbance } from "../faults/gateway.ts";
import { isThorough } from "../support/thorough.ts";
import { type HostileAnswer, hostileLists, hostileLogins, isHarmful } from "./hostile-answers.ts";

const LOGIN = "/api/v1/auth/universal-auth/login";
const LONGEST_ERROR = 3000;
/** Two lists and their folder, each with all repetitions. */
const MOST_REQUESTS = 20;

const logged: string[] = [];
beforeAll(() => {
  vi.spyOn(console, "log").mockImplementation((...args) => void logged.push(args.join(" ")));
});
afterAll(() => void vi.restoreAllMocks());

const sides = ["source", "destination"] as const;

/** A quick run has each of them at one side. */
const at = <T>(all: readonly T[], side: SideName) =>
  all.filter((_one, index) => isThorough || sides[index % 2] === side);

describe.each(sides)("lists of the %s", (side) => {
  test.each(at(hostileLists, side).map((one) => [one.name, one] as const))("%s", (_name, hostile) =>
    meet(hostile, side, (path) => path === "/api/v4/secrets"),
  );
});

describe.each(sides)("logins at the %s", (side) => {
  test.each(at(hostileLogins, side).map((one) => [one.name, one] as const))("%s", (_name, hostile) =>
    meet(hostile, side, (path) => path === LOGIN),
  );
});

/** Previews and deploys while every such request of a side is answered so. */
async function meet(hostile: HostileAnswer, side: SideName, isMeant: (path: string) => boolean) {
  const { waitsMs, makeClient } = hurry();
  await using arena = await openArena(
    {
      name: "",
      tells: "",
      given: { source: { A: "canary-1", B: "canary-2" }, destination: { A: "0", B: "canary-2" } },
      with: {},
    },
    (world) => directRuns.open(world, makeClient),
  );
  const disturb: Disturbance = async ({ request, response, forward }) => {
    const honest = await forward();
    const path = (request.url ?? "").replace(/\?.*/s, "");
    if (request.method === "GET" || path === LOGIN) {
      if (isMeant(path)) return hostile.send(response, honest.body.toString());
    }
    response.writeHead(honest.status, honest.headers).end(honest.body);
  };
  for (const what of ["preview", "deploy"] as const) {
    for (const gateway of Object.values(arena.gateways)) gateway.begin();
    arena.gateways[side].begin({ index: 1, isLasting: true, disturb });
    const error = await arena.stack[what]({}).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    expect(error?.message.length ?? 0).toBeLessThan(LONGEST_ERROR);
    if (hostile.ends === "succeeds") expect(error?.message).toBeUndefined();
    else if (hostile.ends !== "somehow") {
      expect(error?.message, what).toMatch(hostile.ends);
      expect(arena.world.destination.read()).toEqual({ A: "0", B: "canary-2" });
    }
    const told = [error?.message ?? "", ...logged.splice(0)].join("\n");
    expect(isHarmful(told), told).toBe(false);
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain("canary");
    expect(arena.gateways[side].exchanges.length).toBeLessThan(MOST_REQUESTS);
  }
  const left = [await arena.stack.state(), arena.stack.transcript()].join("\n");
  expect(isHarmful(left)).toBe(false);
  expect(left).not.toContain("canary");
  expect(Math.max(0, ...waitsMs)).toBeLessThanOrEqual(60_000);
  expect(Object.hasOwn(Object.prototype, "isAdmin")).toBe(false);
  expect(({} as Record<string, unknown>)["isAdmin"]).toBeUndefined();
}
