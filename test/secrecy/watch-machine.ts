/** Looks at the machine while a run takes place on it, as somebody else there could. */
import type { World } from "../support/world.ts";
import { filesBelow, processesAreHidden, processesWith, type SeenProcess } from "./machine.ts";

/** Variable that tells the processes of a run from all others. */
export const RUN = "EXTERNAL_INFISICAL_TEST_RUN";

/**
 * Looks at the run's processes and temporary files during each request, while the run waits for the answer.
 *
 * @param watched `run` stands in the variable `RUN` of all its processes; `given` is what the user himself has put into
 *   their environment, which `environments` has and `processes` leaves out
 */
export function watchMachine(
  { source, destination }: World,
  { run, temporary, given }: { run: string; temporary: string; given: Readonly<Record<string, string>> },
) {
  const seen = {
    requests: 0,
    processes: new Set<string>(),
    environments: new Set<string>(),
    openFiles: new Set<string>(),
  };
  const look = () => {
    seen.requests += 1;
    for (const { path, text, isOpen } of filesBelow(temporary))
      if (isOpen) seen.openFiles.add(`${path}:\n${text}`);
    if (processesAreHidden !== undefined) return;
    for (const one of processesWith(RUN, run)) {
      seen.processes.add(withoutGiven(one, given));
      seen.environments.add(JSON.stringify(one.environment));
    }
  };
  for (const { server } of [source, destination])
    server.fault({ kind: "run", action: look, times: Number.POSITIVE_INFINITY });
  return seen;
}

/** What the user has put into the environment, all children have. */
function withoutGiven({ args, environment }: SeenProcess, given: Readonly<Record<string, string>>): string {
  const own = Object.entries(environment).filter(([name, value]) => given[name] !== value);
  return [args, ...own.map(([name, value]) => `${name}=${value}`)].join("\n");
}
