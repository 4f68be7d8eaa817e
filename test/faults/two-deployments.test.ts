/**
 * Two deployments of one destination at once. The first is held at a request to the destination while the second
 * sends some of its own, or all; then the first goes on to its end, and the second to its own.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Stack } from "../drivers/driver.ts";
import { isThorough } from "../support/thorough.ts";
import type { World } from "../support/world.ts";
import { duel, type Ending, type Scene } from "./duel.ts";
import { createKillable } from "./killable.ts";
import type { Who } from "./turns.ts";

const overwrite = { initialSyncBehavior: "overwrite-destination" };
const keep = { syncOptions: { ...overwrite, unownedKeys: "keep" } };

interface Told extends Scene {
  /** Requests of a deployment to the destination, at most. */
  most: number;
  stops: readonly Stop[];
}

/** Where the first is held, and what becomes of either: see `sign`. */
interface Stop {
  before: string;
  /** After that many of its requests. */
  at: number;
  /** The second is held in turn after that many; else it goes on to its end. */
  secondAt?: number;
  ends: string;
}

const scenes: readonly Told[] = [
  {
    name: "first runs",
    with: keep,
    foreign: { FOREIGN: "f" },
    first: { source: { SHARED: "a", SAME: "s", A: "a" } },
    second: { source: { SHARED: "b", SAME: "s", B: "b" } },
    isLater: false,
    most: 10,
    stops: [
      { before: "its look", at: 7, ends: "changed, well" },
      // The last one wins; the other one's next preview tells.
      { before: "its write", at: 8, ends: "well, well" },
    ],
  },
  {
    name: "updates",
    with: keep,
    foreign: { FOREIGN: "f" },
    first: { source: { SHARED: "1", QUIET: "q", A: "1" }, put: { SHARED: "a2", A: "2" } },
    second: { source: { SHARED: "1", QUIET: "q", B: "1" }, put: { SHARED: "b2", B: "2", QUIET: "b2" } },
    isLater: true,
    most: 9,
    stops: [
      { before: "its look", at: 6, ends: "changed, well" },
      { before: "its write, by one that writes what it need not", at: 7, ends: "unlike, well" },
      { before: "its last look", at: 8, ends: "unlike, well" },
      {
        before: "its write, by one that has not looked back yet",
        at: 7,
        secondAt: 8,
        ends: "unlike, unlike",
      },
    ],
  },
  {
    name: "deletes",
    with: keep,
    foreign: { FOREIGN: "f" },
    first: { source: { GONE: "g", ONE: "1", A: "1" }, put: { A: "2" }, drop: ["GONE", "ONE"] },
    second: { source: { GONE: "g", ONE: "1", B: "1" }, put: { ONE: "b2" }, drop: ["GONE", "B"] },
    isLater: true,
    most: 12,
    stops: [
      // It had been announced that this sync's key ONE goes, whatever it holds.
      { before: "its look", at: 6, ends: "well, well" },
      { before: "its write", at: 7, ends: "unlike, well" },
      { before: "its delete, which another was faster with", at: 9, ends: "unlike, well" },
    ],
  },
  {
    name: "one source",
    with: { syncOptions: overwrite },
    foreign: {},
    first: {
      source: { CHANGED: "1", SAME: "s", DROPPED: "d" },
      put: { CHANGED: "2", NEW: "n" },
      drop: ["DROPPED"],
    },
    isLater: true,
    most: 13,
    stops: [
      { before: "its look", at: 6, ends: "changed, well" },
      { before: "its write", at: 7, ends: "well, well" },
      { before: "its delete", at: 9, ends: "well, well" },
    ],
  },
  {
    name: "one source that changes in between",
    with: { syncOptions: overwrite },
    foreign: {},
    first: { source: { CHANGED: "1", SAME: "s" }, put: { CHANGED: "2" } },
    meanwhile: { CHANGED: "3", SAME: "s3", NEW: "n3" },
    isLater: true,
    most: 10,
    stops: [{ before: "its write", at: 7, ends: "unlike, well" }],
  },
];

const others = createKillable();
let stack: Stack | undefined;
const openSecond = async (world: World) => {
  stack = await others.open(world);
  return stack;
};
beforeAll(() => {
  vi.spyOn(console, "log").mockReturnValue();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await stack?.[Symbol.asyncDispose]();
});

const times = (count: number, who: Who): Who[] => Array.from({ length: count }, () => who);

/** The first goes until it is held, then the second, then the first to its end. */
const orderOf = (at: number, secondAt: number): Who[] => [
  ...times(at, "first"),
  ...times(secondAt, "second"),
  ...times(ALL, "first"),
];

/** More than any of them sends. */
const ALL = 30;

/** How one has ended: well, refused since the plan has changed, or after it has found a key that is not as planned. */
function sign({ failure }: Ending): string {
  if (failure === undefined) return "well";
  return /nothing was written/.test(failure) ? "changed" : "unlike";
}

describe.each(scenes)("$name", (scene) => {
  test.each(scene.stops)("another one goes before $before", async ({ at, secondAt = ALL, ends }) => {
    const { endings, reasons } = await duel(scene, orderOf(at, secondAt), openSecond);
    expect(reasons).toEqual([]);
    expect(endings.map(sign).join(", ")).toBe(ends);
  });

  test.runIf(isThorough)(
    "each is held at each of its requests (only in npm run test:all: some minutes)",
    async () => {
      const undisturbed = await duel(scene, orderOf(0, ALL), openSecond);
      expect(Math.max(...undisturbed.endings.map(({ requests }) => requests))).toBeLessThanOrEqual(
        scene.most,
      );
      const red: string[] = [];
      for (let at = 0; at < scene.most; at++)
        for (let secondAt = 1; secondAt <= scene.most; secondAt++) {
          const { reasons } = await duel(scene, orderOf(at, secondAt), openSecond);
          red.push(...reasons.map((reason) => `held at ${at} and ${secondAt}: ${reason}`));
        }
      expect(red).toEqual([]);
    },
    1_800_000,
  );
});
