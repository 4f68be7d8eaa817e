/** Differences that a world cannot help to show: found by looking at it, and judged instead of compared. */
import { holdsReferences } from "../../provider/engine/desired.ts";
import type { Plan } from "../../provider/engine/plan.ts";
import type { ListedSecret, Listing } from "../../provider/engine/store.ts";
import type { Side } from "./copy.ts";

/** Each set is a row of the table in docs/executions.md. */
export interface Exceptions {
  /**
   * Keys whose value may depend on what this run imports: the product expands again after its import, we push
   * what was planned, and the next run puts it right.
   */
  late: ReadonlySet<string>;
  /**
   * Keys whose expanded value has white space around it, which no instance stores: the product takes them for
   * changed each time.
   */
  untrimmed: ReadonlySet<string>;
}

/** Looks at the source as it is before the run. */
export async function exceptionsOf({ store }: Side, plan: Plan): Promise<Exceptions> {
  // What the plan was made from: nothing is asked of the instance again.
  const raw = await store.list({ values: true, expand: false, imports: true, acceptCached: true });
  const expanded = holdsReferences(raw)
    ? await store.list({ values: true, expand: true, imports: true, acceptCached: true })
    : raw;
  const untrimmed = secretsOf(expanded).filter(({ value }) => !value.equals(value.normalised()));
  return {
    late: lateKeys(secretsOf(raw), plan),
    untrimmed: new Set(untrimmed.map(({ key }) => key)),
  };
}

const NAME = /\$\{(?:[^{}]*\.)?([^{}.]+)\}/g;

/** Those that refer to an imported key, directly or over others, told by the last part of a reference alone. */
function lateKeys(secrets: readonly ListedSecret[], plan: Plan): Set<string> {
  const imported = plan.changes.filter((change) => change.kind === "import");
  const moving = new Set(imported.map(({ key }) => key));
  // An imported text with a reference is pushed expanded.
  const late = new Set(imported.filter(({ value }) => value.holdsReference).map(({ key }) => key));
  for (let size = -1; size < late.size; ) {
    size = late.size;
    for (const { key, value } of secrets) {
      const names = [...value.reveal().matchAll(NAME)].map((match) => match[1] ?? "");
      if (names.some((name) => moving.has(name) || late.has(name))) late.add(key);
    }
  }
  return late;
}

const secretsOf = ({ secrets, imports }: Listing): ListedSecret[] => [...imports.flat(), ...secrets];
