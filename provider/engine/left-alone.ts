/** What is told of keys that a run leaves as they are. */
import { keptForOthers } from "./ownership/owners.ts";
import type { Plan } from "./plan.ts";
import { some } from "./shortened.ts";

/** At most one text for each reason. */
export function leftAlone({ kept, settled }: Pick<Plan, "kept" | "settled">): string[] {
  const leftOut = settled.filter(({ how }) => how === "leftOut").map(({ label }) => label);
  const them = leftOut.length === 1 ? "it" : "them";
  return [
    ...keptForOthers({ kept }),
    ...(leftOut.length === 0
      ? []
      : [
          `left as they are at the destination and no longer this sync's, since its filter leaves ${them} out: ${some(leftOut)}`,
        ]),
  ];
}
