/** Which cells there are. */
import { type Cell, type Clean, playClean } from "./cell.ts";
import { type Fault, faults } from "./kinds.ts";
import { type Story, stories } from "./stories.ts";

/** A story with what an undisturbed run of it does. */
export interface Measured {
  story: Story;
  clean: Clean;
}

export const SIDES = ["source", "destination"] as const;

export const measure = async (story: Story): Promise<Measured> => ({ story, clean: await playClean(story) });

/** All stories, or the named one; one after the other, since a process has one session. */
export async function measureAll(name?: string): Promise<Measured[]> {
  const all: Measured[] = [];
  for (const story of stories.filter((one) => name === undefined || one.name === name))
    all.push(await measure(story));
  return all;
}

/** The requests that are disturbed. */
export const positionsOf = ({ story, clean }: Measured) =>
  (story.sides ?? SIDES).flatMap((side) =>
    clean.requests[side].map((request, at) => ({ side, index: at + 1, request })),
  );

/** Every fault at every request, once and from there on; a process dies but once. */
export const cellsOf = (measured: Measured, deadly: readonly Fault[]): Cell[] =>
  [...faults, ...deadly].flatMap((fault) =>
    (fault.isDeadly ? [false] : [false, true]).flatMap((isLasting) =>
      positionsOf(measured).map(({ side, index }) => ({
        story: measured.story,
        fault,
        side,
        index,
        isLasting,
      })),
    ),
  );
