import type { Execution } from "../../provider/schema.ts";
import type { Scenario, SyncArguments } from "../scenarios/scenario.ts";
import type { PlayedWorld } from "../support/world.ts";

/** What a preview or a deployment shows of the sync. */
export interface View {
  /** Key → how its revision changes. */
  keys: Record<string, "add" | "update" | "delete">;
  /** Key → text, for effects that are new or read differently than last time. */
  effects: Record<string, string>;
  /** Nothing is to be done. */
  unchanged: boolean;
}

/** One way of running scenarios. */
export interface Driver {
  name: string;
  /** Why it cannot run here, if it cannot. */
  unavailable?: string;
  /** Seconds for each step: a quick run plays the essential scenarios only, and previews their first step. */
  isSlow?: boolean;
  /** Names of the scenarios that a quick run plays, where those that are essential are more than differs from another driver. */
  plays?: readonly string[];
  /** A quick run previews every step, not the first alone: of one driver, since the others plan in each deployment, too. */
  previewsAll?: boolean;
  /** Who runs the sync. Default `engine`. */
  execution?: Execution;
  /** Why it cannot play a scenario, if so. */
  lacks?(scenario: Scenario): string | undefined;
  open(world: PlayedWorld): Promise<Stack>;
}

/** A connection and a sync under a driver. All calls reject with an error whose text a user would see. */
export interface Stack extends AsyncDisposable {
  preview(args: SyncArguments): Promise<View>;
  deploy(args: SyncArguments): Promise<View>;
  /** Looks at the destination, and tells what differs from the record. */
  refresh(args: SyncArguments): Promise<Pick<View, "keys">>;
  destroy(): Promise<void>;
  /** All that is recorded, as text. */
  state(): Promise<string>;
  /** All that was shown or passed on until now, as text. */
  transcript(): string;
}

type Labelled = Readonly<Record<string, string>> | undefined;

/** How two maps of inputs differ, as a deployment tool would show it. */
export function viewOf(
  olds: { keys?: Labelled; effects?: Labelled },
  news: { keys?: Labelled; effects?: Labelled },
): Omit<View, "unchanged"> {
  return { keys: changes(olds.keys, news.keys), effects: added(olds.effects, news.effects) };
}

function changes(olds: Labelled, news: Labelled): View["keys"] {
  const before = new Map(Object.entries(olds ?? {}));
  const after = new Map(Object.entries(news ?? {}));
  const result: [string, "add" | "update" | "delete"][] = [];
  for (const label of new Set([...before.keys(), ...after.keys()])) {
    if (before.get(label) === after.get(label)) continue;
    result.push([label, !before.has(label) ? "add" : after.has(label) ? "update" : "delete"]);
  }
  return Object.fromEntries(result);
}

function added(olds: Labelled, news: Labelled): Record<string, string> {
  const before = new Map(Object.entries(olds ?? {}));
  return Object.fromEntries(Object.entries(news ?? {}).filter(([label, text]) => before.get(label) !== text));
}
