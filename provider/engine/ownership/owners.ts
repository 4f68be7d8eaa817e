/** What is told of keys that carry another sync's mark. */
import type { Claimed, Plan } from "../plan.ts";
import { some } from "../shortened.ts";

const MOST_OWNERS = 3;

/** For each owner its keys, and the owner's text. */
export function byOwner(claimed: readonly Claimed[]): string[] {
  const owners = Map.groupBy(claimed, ({ owner }) => owner);
  const told = [...owners].map(([owner, keys]) => `${some(keys.map(({ label }) => label))} (${owner})`);
  return told.length > MOST_OWNERS
    ? [...told.slice(0, MOST_OWNERS), `and those of ${told.length - MOST_OWNERS} more owners`]
    : told;
}

/** What to tell of keys that stay since another sync has marked them; at most one text. */
export function keptForOthers({ kept }: Pick<Plan, "kept">): string[] {
  const others = kept.flatMap(({ label, owner }) => (owner === undefined ? [] : [{ label, owner }]));
  if (others.length === 0) return [];
  return [`not deleted, since they are marked as another sync's: ${byOwner(others).join("; ")}`];
}
