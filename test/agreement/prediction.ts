/** What a plan says will stand on both sides, against what stands there. */
import type { Change, Plan } from "../../provider/engine/plan.ts";
import type { ListedSecret } from "../../provider/engine/store.ts";
import type { Copy, Snapshot } from "./copy.ts";
import { snapshot } from "./copy.ts";
import type { Exceptions } from "./exceptions.ts";

export interface Moment {
  source: Snapshot;
  destination: Snapshot;
}

export async function lookAt({ source, destination }: Copy): Promise<Moment> {
  const [here, there] = await Promise.all([snapshot(source, true), snapshot(destination, false)]);
  return { source: here, destination: there };
}

/**
 * Where a run was not what was planned: keys that were to be written and are not as planned, and keys that were
 * to be left alone and have another value, version or id. One line each; none for a plan that came true.
 */
export function deviations(
  plan: Plan,
  before: Moment,
  after: Moment,
  { late, untrimmed }: Exceptions,
): string[] {
  const planned = new Map(plan.changes.map((change) => [change.key, change]));
  const keys = new Set(
    [before, after].flatMap(({ source, destination }) => [...source.keys(), ...destination.keys()]),
  );
  for (const key of planned.keys()) keys.add(key);
  return [...keys].flatMap((key) => {
    if (late.has(key) || untrimmed.has(key)) return [];
    const change = planned.get(key);
    return [
      ...differing("source", key, atSource(change, before.source.get(key)), after.source.get(key)),
      ...differing(
        "destination",
        key,
        atDestination(change, before.destination.get(key)),
        after.destination.get(key),
      ),
    ];
  });
}

/** As a secret should stand; without an id for one that is new. */
type Expected = { value: string; version: number; id: string | undefined } | undefined;

function atSource(change: Change | undefined, before: ListedSecret | undefined): Expected {
  return change?.kind === "import" ? written(change.value.reveal(), before) : unchanged(before);
}

function atDestination(change: Change | undefined, before: ListedSecret | undefined): Expected {
  switch (change?.kind) {
    case "create":
    case "update":
      return written(change.value.reveal(), before);
    case "delete":
      return undefined;
    default:
      return unchanged(before);
  }
}

const written = (value: string, before: ListedSecret | undefined): Expected => ({
  value,
  version: (before?.version ?? 0) + 1,
  id: before?.id,
});
const unchanged = (before: ListedSecret | undefined): Expected =>
  before && { value: before.value.reveal(), version: before.version, id: before.id };

function differing(side: string, key: string, expected: Expected, found: ListedSecret | undefined): string[] {
  const wanted = tell(expected);
  // An id that was not known before cannot be wrong.
  const got = tell(
    found && { value: found.value.reveal(), version: found.version, id: expected?.id && found.id },
  );
  return wanted === got ? [] : [`${side} ${key}: planned ${wanted}, found ${got}`];
}

const tell = (secret: Expected) => (secret ? JSON.stringify(secret) : "nothing");
