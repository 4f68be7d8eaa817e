import { loadMemory, type Memory } from "../../engine/record/memory.ts";
import { present } from "../properties.ts";
import type { Properties } from "../resource.ts";
import { isRunAsked, isSamePair, type PlannedInputs, pauseOf, plannedIn } from "./inputs.ts";
import { announcedKeys, type Recorded, recordedIn } from "./outputs.ts";

/** What a creation or an update starts from: read once, of what is on record and what is declared. */
export interface Start {
  /** What the check has announced. */
  announced: PlannedInputs;
  /** What is on record, of whatever places. */
  recorded: Recorded | undefined;
  /** The same, where it is of this pair of source and destination: of another pair it says nothing. */
  before: Recorded | undefined;
  memory: Memory;
  isRunAsked: boolean;
  /** Rolled back, and not resumed yet. */
  isPaused: boolean;
  /** What the inputs say that a tool keeps if the run fails half-way. Undefined for a sync that is created. */
  earlierPlan: PlannedInputs | undefined;
}

/** @throws BridgeError `unreadable-state` */
export function startOf(olds: Properties | undefined, news: Properties): Start {
  const recorded = olds && recordedIn(olds);
  const before = olds && isSamePair(olds, news) ? recorded : undefined;
  return {
    announced: plannedIn(news),
    recorded,
    before,
    memory: loadMemory(before?.memory),
    isRunAsked: isRunAsked(olds, news),
    isPaused: pauseOf(olds, news) !== undefined,
    earlierPlan:
      recorded &&
      (before?.earlierPlan ?? present({ keys: before && announcedKeys(before), effects: recorded.effects })),
  };
}
