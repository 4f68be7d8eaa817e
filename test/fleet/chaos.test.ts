import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isThorough } from "../support/thorough.ts";
import { type Arena, openArena } from "./chaos/arena.ts";
import { playAway } from "./chaos/away.ts";
import { playCrowd } from "./chaos/crowd.ts";
import { CROWD_STORIES } from "./chaos/crowd-stories.ts";
import { play } from "./chaos/play.ts";
import { STORIES } from "./chaos/stories.ts";

/** `npm run test:fleet` plays all of them. */
const PLAYED = STORIES.filter(({ isOfRow, when }) => !isOfRow || when.includes(" 12 "));

describe.skipIf(!isThorough)(
  `a fleet of three processes on a real PostgreSQL${isThorough ? "" : " (only in npm run test:all)"}`,
  () => {
    let arena: Arena;
    beforeAll(async () => {
      arena = await openArena();
    }, 120_000);
    afterAll(() => arena[Symbol.asyncDispose]());

    it.each(PLAYED.map((story, index) => [story.what, story.when, story, index] as const))(
      "goes on after: %s, %s",
      async (_what, _when, story, index) => {
        expect((await play(arena, story, index + 1)).faults).toEqual([]);
      },
      400_000,
    );

    it.each(CROWD_STORIES.map((story, index) => [story.what, story.when, story, index] as const))(
      "goes on after: %s, %s",
      async (_what, _when, story, index) => {
        expect((await playCrowd(arena, story, 101 + index)).faults).toEqual([]);
      },
      400_000,
    );

    it("is put off by an instance that is away where its syncs are alone", async () => {
      expect((await playAway(arena, 201)).faults).toEqual([]);
    }, 400_000);
  },
);
