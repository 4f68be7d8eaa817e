/** A part of the table of faults: each fault hits a write once, or lasts from another request on; npm run test:all plays both. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { isThorough } from "../support/thorough.ts";
import { playCell } from "./cell.ts";
import { createKillable } from "./killable.ts";
import { faults } from "./kinds.ts";
import { type Measured, measure, positionsOf } from "./matrix.ts";
import { stories } from "./stories.ts";

/** Those that a part is played of. */
const NAMES = ["import", "change", "tree"] as const;
type Name = (typeof NAMES)[number];

let measured: Map<string, Measured>;
beforeAll(async () => {
  vi.spyOn(console, "log").mockReturnValue();
  measured = new Map();
  for (const story of stories.filter(({ name }) => NAMES.some((one) => one === name)))
    measured.set(story.name, await measure(story));
});
afterAll(() => vi.restoreAllMocks());

function storyOf(name: Name): Measured {
  const found = measured.get(name);
  if (!found) throw new Error(`No story ${name}`);
  return found;
}

/** The n-th request of a story, over and over. */
function requestOf(story: Measured, at: number) {
  const positions = positionsOf(story);
  const position = positions[at % positions.length];
  if (!position) throw new Error("A story without requests");
  return position;
}

/** The last request of a method: the deployment's, and not the preview's. */
function lastOf(story: Measured, side: "source" | "destination", method: string) {
  const found = positionsOf(story).findLast((one) => one.side === side && one.request.startsWith(method));
  if (!found) throw new Error(`No ${method} at the ${side}`);
  return found;
}

test.each(faults.map((fault, number) => [fault.name, fault, number] as const))(
  "%s",
  async (_name, fault, number) => {
    const change = storyOf("change");
    const story = storyOf(NAMES[number % NAMES.length] ?? "tree");
    const method = number % 3 === 0 ? "DELETE" : "PATCH";
    const cells = [
      { of: change, ...lastOf(change, "destination", method), isLasting: false },
      { of: story, ...requestOf(story, number * 2), isLasting: true },
    ].filter(({ isLasting }) => isThorough || isLasting === number % 4 < 2);
    for (const { of, side, index, isLasting } of cells) {
      const result = await playCell({ story: of.story, fault, side, index, isLasting }, of.clean);
      expect(result.reasons, `${of.story.name}, ${side} ${index}`).toEqual([]);
    }
  },
);

test("killed when a write is done and nobody knows yet", async () => {
  const { faults: deadly, open } = createKillable();
  const fault = deadly.find(({ name }) => name === "killed after");
  if (!fault) throw new Error("There is no such fault.");
  const { story, clean } = storyOf("import");
  const { side, index } = lastOf(storyOf("import"), "source", "PATCH");
  const result = await playCell({ story, fault, side, index, isLasting: false }, clean, open);
  expect(result.reasons).toEqual([]);
});
