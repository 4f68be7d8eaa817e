/** What is told of keys that a run leaves as they are. */
import { keptForOthers } from "./ownership/owners.ts";
import type { Plan } from "./plan.ts";
import { some } from "./shortened.ts";

/** At most one text for each reason. */
export function leftAlone({
  kept,
  settled,
  untold = [],
}: Pick<Plan, "kept" | "settled" | "untold">): string[] {
  const left = (wanted: "leftOut" | "beneath", why: (them: string) => string): string[] => {
    const labels = settled.filter(({ how }) => how === wanted).map(({ label }) => label);
    if (labels.length === 0) return [];
    const reason = why(labels.length === 1 ? "it" : "them");
    return [
      `left as they are at the destination and no longer this sync's, since ${reason}: ${some(labels)}`,
    ];
  };
  return [
    ...keptForOthers({ kept }),
    ...left("leftOut", (them) => `its filter leaves ${them} out`),
    ...left("beneath", () => "folders beneath no longer come along"),
    ...untold.map(
      ({ part, labels }) => `${part} not copied, since the source's lists do not tell it: ${some(labels)}`,
    ),
  ];
}
