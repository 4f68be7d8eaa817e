/** One cell of the table: one story, disturbed in one place in one way, and run again. */

import { direct } from "../drivers/direct.ts";
import type { Stack } from "../drivers/driver.ts";
import type { MakeClient } from "../support/provider-process.ts";
import type { World } from "../support/world.ts";
import { type Arena, hurry, openArena, type SideName } from "./arena.ts";
import type { Aim } from "./gateway.ts";
import { ELSEWHERE, type Fault } from "./kinds.ts";
import { untruths } from "./state.ts";
import type { Story } from "./stories.ts";
import { touchesIn, undoing, untoldKeys } from "./traces.ts";

/** Where and how a story is disturbed. */
export interface Cell {
  story: Story;
  fault: Fault;
  side: SideName;
  /** Counts the requests to that side from 1. */
  index: number;
  /** The fault hits all that comes after, too. */
  isLasting: boolean;
}

/** A story that nothing disturbs: what the others are measured by. */
export interface Clean {
  /** The requests to each side, in order. */
  requests: Record<SideName, string[]>;
  touches: Record<SideName, ReadonlySet<string>>;
  /** What a run may ask for besides, to put back what it has changed. */
  undoing: Record<SideName, ReadonlySet<string>>;
  end: string;
}

type Outcome = "succeeded" | "failed, then finished" | "RED";

export interface Result {
  cell: Cell;
  outcome: Outcome;
  /** Why it is red. */
  reasons: string[];
  /** Requests of the disturbed run. */
  requests: number;
}

const SIDES = ["source", "destination"] as const;
/** One request is sent five times at most, three or four at a time. */
const MOST_EXTRA_REQUESTS = 20;

const LEAST_PATIENCE_MS = 50;
const MOST_PATIENCE_MS = 5000;
/** How a run says that nothing is left of it. */
const PUT_BACK = "What the run had changed was put back.";
const NEVER_CAME = "the request never came";

/** Plays a story undisturbed. */
export async function playClean(story: Story): Promise<Clean> {
  const { makeClient } = hurry();
  await using arena = await openArena(story, (world) => direct.open(world, makeClient));
  const before = valuesAt(arena);
  begin(arena);
  story.spoil?.prepare(arena.world);
  const failure = await failureOf(run(story, arena.stack));
  if (!(story.spoil?.says ?? /^$/).test(failure ?? ""))
    throw new Error(`${story.name}, undisturbed: ${failure ?? "nothing fails"}`);
  const first = exchangesBySide(arena);
  if (story.spoil) {
    unspoil(arena);
    begin(arena);
    await run(story, arena.stack);
  }
  const finish = exchangesBySide(arena);
  const all = bySide((side) => new Set([...first[side], ...finish[side]].flatMap(touchesIn)));
  const undone = bySide((side) => new Set(story.restores ? undoing(all[side], before[side]) : []));
  // A run that is spoilt has undone its work; what is left is what the next run, too, may do.
  const lasting = bySide((side) => new Set([...all[side]].filter((touch) => !undone[side].has(touch))));
  return {
    requests: bySide((side) => first[side].map(({ method, path }) => `${method} ${path}`)),
    touches: story.spoil ? lasting : all,
    undoing: undone,
    end: arena.contents(),
  };
}

const bySide = <T>(of: (side: SideName) => T): Record<SideName, T> => ({
  source: of("source"),
  destination: of("destination"),
});

const exchangesBySide = ({ gateways }: Arena) => bySide((side) => gateways[side].exchanges);

const valuesAt = ({ world }: Arena) => bySide((side) => world[side].read());

function unspoil({ world }: Arena): void {
  for (const side of SIDES) world[side].server.clearFaults();
}

type Open = (world: World, makeClient: MakeClient) => Promise<Stack>;

/** Plays a story with its fault, runs it again without, and judges. */
export async function playCell(cell: Cell, clean: Clean, open: Open = direct.open): Promise<Result> {
  if (!cell.fault.takesTime) return attempt(cell, clean, open);
  // On a busy machine little patience may end before the request that is to be late, and proves nothing then.
  for (let timeoutMs = LEAST_PATIENCE_MS; ; timeoutMs *= 4) {
    const result = await attempt(cell, clean, open, timeoutMs);
    if (!result.reasons.includes(NEVER_CAME) || timeoutMs > MOST_PATIENCE_MS) return result;
  }
}

async function attempt(cell: Cell, clean: Clean, open: Open, timeoutMs?: number): Promise<Result> {
  const { story, fault, side, index, isLasting } = cell;
  const clients = hurry();
  await using arena = await openArena(story, (world) => open(world, clients.makeClient));
  const reasons: string[] = [];
  const demand = (isRight: boolean, reason: string) => {
    if (!isRight) reasons.push(reason);
  };

  // What others changed since the last run is not known to any state.
  const outdated = await untruthsIn(arena);
  clients.timeoutMs = timeoutMs;
  clients.waitsMs.length = 0;
  const before = arena.contents();
  begin(arena, { side, index, isLasting, disturb: fault.disturb });
  story.spoil?.prepare(arena.world);
  const failure = await failureOf(run(story, arena.stack));
  await Promise.all(SIDES.map((name) => arena.gateways[name].idle()));
  unspoil(arena);

  const disturbed = exchangesOf(arena);
  const hits = disturbed.filter(({ isDisturbed }) => isDisturbed).length;
  demand(hits > 0, NEVER_CAME);
  const isNamed = (text: string) => fault.says.test(text) || story.spoil?.says.test(text) === true;
  demand(failure === undefined || isNamed(failure), `the cause is not named: ${failure}`);
  const isPutBack = failure?.includes(PUT_BACK) === true;
  demand(!isPutBack || arena.contents() === before, `not put back: ${before} has become ${arena.contents()}`);
  const most = clean.requests.source.length + clean.requests.destination.length + MOST_EXTRA_REQUESTS;
  demand(disturbed.length <= most, `${disturbed.length} requests`);
  demand(!disturbed.some(({ path }) => path === ELSEWHERE), "the redirect was followed");
  const shortestMs = Math.min(...clients.waitsMs);
  clients.timeoutMs = undefined;
  demand(shortestMs >= (fault.retryAfterMs ?? 0), `asked again after ${shortestMs} ms`);
  const told = fault.isDeadly ? disturbed.map((one) => ({ ...one, isDelivered: false })) : disturbed;
  const lies = await untruthsIn(arena, untoldKeys(told));
  reasons.push(...lies.filter((lie) => !outdated.includes(lie)));
  reasons.push(
    ...strange(
      arena,
      bySide((name) => new Set([...clean.touches[name], ...clean.undoing[name]])),
    ),
  );

  reasons.push(...(await finish(story, clean, arena)));
  const outcome = reasons.length > 0 ? "RED" : failure === undefined ? "succeeded" : "failed, then finished";
  return { cell, outcome, reasons, requests: disturbed.length };
}

async function untruthsIn(
  { stack, stores }: Arena,
  untold: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const found = await untruths(await stack.state(), untold, stores);
  return found.map(({ text }) => text);
}

/** Runs again without faults, and tells what is not as it should be. */
async function finish(story: Story, clean: Clean, arena: Arena): Promise<string[]> {
  begin(arena);
  const failure = await failureOf(run(story, arena.stack));
  if (failure !== undefined) return [`the next run fails: ${failure}`];
  const end = arena.contents();
  return [
    ...(end === clean.end ? [] : [`the end is ${end}`]),
    ...(await untruthsIn(arena)),
    ...strange(arena, clean.touches),
    ...(story.run ? [] : await idle(story, arena.stack)),
  ];
}

/** One more deployment has nothing to do. */
async function idle(story: Story, stack: Stack): Promise<string[]> {
  let isUnchanged = false;
  const failure = await failureOf(
    stack.deploy(story.with).then((view) => {
      isUnchanged = view.unchanged;
    }),
  );
  if (failure !== undefined) return [`the run after the next fails: ${failure}`];
  return isUnchanged ? [] : ["the run after the next has something to do"];
}

const failureOf = (running: Promise<unknown>): Promise<string | undefined> =>
  running.then(
    () => undefined,
    (error: Error) => error.message,
  );

const run = (story: Story, stack: Stack): Promise<unknown> =>
  (story.run ?? ((one) => one.deploy(story.with)))(stack);

function begin({ gateways }: Arena, aim?: Aim & { side: SideName }): void {
  for (const name of SIDES) gateways[name].begin(name === aim?.side ? aim : undefined);
}

const exchangesOf = ({ gateways }: Arena) => SIDES.flatMap((name) => gateways[name].exchanges);

/** What was asked of an instance that an undisturbed run does not ask: foreign keys, wrong or stale values. */
const strange = ({ gateways }: Arena, touches: Record<SideName, ReadonlySet<string>>) =>
  SIDES.flatMap((name) =>
    gateways[name].exchanges
      .flatMap(touchesIn)
      .filter((touch) => !touches[name].has(touch))
      .map((touch) => `${name}: ${touch}`),
  );
