/** Which syncs, and back to which of their runs. */
import { canGoBackTo, type RememberedRun } from "../../../provider/engine/record/runs.ts";
import { recordedIn } from "../../../provider/resources/sync/outputs.ts";
import { EngineError } from "../../engines/engine.ts";
import { type RecordedSync, syncsNamed } from "../../stack/recorded-syncs.ts";

/** A sync with the runs that its state remembers, newest first. */
export interface SyncHistory {
  sync: RecordedSync;
  runs: readonly RememberedRun[];
}

/**
 * The syncs that were named, or all that this package runs.
 *
 * @throws EngineError `invalid-config` for a name that the state does not have or that is the instance's own
 */
export function historiesOf(syncs: readonly RecordedSync[], names: readonly string[]): SyncHistory[] {
  const chosen = names.length > 0 ? syncsNamed(syncs, names) : syncs;
  const native = chosen.filter(({ execution }) => execution === "native").map(({ resource }) => resource);
  if (names.length > 0 && native.length > 0)
    throw new EngineError(
      "invalid-config",
      `${native.join(", ")} ${native.length === 1 ? "is" : "are"} in execution "native": the source instance runs it, and this package remembers none of its runs.`,
      { hint: "Switch auto-sync off, then put the destination right by its own history, in its web page." },
    );
  return chosen
    .filter(({ execution }) => execution === "engine")
    .map((sync) => ({ sync, runs: recordedIn(sync.outputs).runs ?? [] }));
}

/** A sync and the run that it goes back to. */
export interface Destination {
  sync: RecordedSync;
  run: RememberedRun;
}

/** Shorter beginnings of an id fit too much. */
const SHORTEST_ID = 4;

/**
 * What `--to` means: a run of one sync, or for each sync its last run by then.
 *
 * @throws EngineError `invalid-config` where there is none, or it cannot be gone back to
 */
export function destinationsOf(histories: readonly SyncHistory[], to: string): Destination[] {
  const time = timeOf(to);
  const found = histories.flatMap(({ sync, runs }): (Destination & { runs: typeof runs })[] => {
    const fitting =
      time === undefined
        ? runs.filter(({ id }) => id === to || (to.length >= SHORTEST_ID && id.startsWith(to)))
        : runs.filter(({ at }) => Date.parse(at) <= time).slice(0, 1);
    return fitting.map((run) => ({ sync, run, runs }));
  });
  if (found.length === 0)
    throw new EngineError(
      "invalid-config",
      `No sync of the stack remembers a run ${time === undefined ? to : `by ${to}`}.`,
      {
        hint: "`external-infisical rollback` without --to lists what is remembered.",
      },
    );
  if (time === undefined && found.length > 1)
    throw new EngineError("invalid-config", `${found.length} runs begin with ${to}.`, {
      hint: "Give more of the id.",
    });
  const lost = [
    ...found.filter(({ run, runs }) => !canGoBackTo(runs, run.id)).map(({ sync }) => sync.resource),
    ...(time === undefined ? [] : histories.filter(isYounger(time)).map(({ sync }) => sync.resource)),
  ];
  if (lost.length > 0)
    throw new EngineError(
      "invalid-config",
      `${lost.join(", ")} cannot go back to ${to}: what was done since is not remembered whole.`,
      { hint: "Ten runs with 10,000 changes together are remembered; --sync names the others." },
    );
  return found.map(({ sync, run }) => ({ sync, run }));
}

/** A sync that has been run since, and of whose state at the time nothing is known. */
const isYounger =
  (time: number) =>
  ({ runs }: SyncHistory) =>
    runs.length > 0 && runs.every(({ at }) => Date.parse(at) > time);

function timeOf(to: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}/.test(to)) return undefined;
  const time = Date.parse(to);
  if (Number.isNaN(time))
    throw new EngineError("invalid-config", `${to} is no time.`, {
      hint: "Write it like 2026-11-22T06:00:00Z.",
    });
  return time;
}
