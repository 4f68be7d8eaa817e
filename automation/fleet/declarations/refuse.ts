/** What declarations must not do, taken together with all that the fleet has: two writers of one place, and loops. */
import { EngineError } from "../../engines/engine.ts";
import { type Route, routeProblems } from "../../syncs/fleet.ts";

/** @param routes of all syncs as they would be. @throws EngineError `invalid-config` */
export function refuseTogether(routes: readonly Route[]): void {
  const problems = routeProblems(routes);
  if (problems.length === 0) return;
  const told = [...new Set(problems.map(({ message }) => message))];
  throw new EngineError(
    "invalid-config",
    ["The fleet cannot have these syncs together:", ...told].join("\n  "),
    {
      hint: "A sync that no file declares any more writes its place until its removal has been approved, or `fleet apply --prune` has asked for it.",
    },
  );
}
