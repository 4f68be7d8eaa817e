/** The command line of `doctor`. */
import type { Command } from "commander";

const HELP = `
Examines what a syncs.yaml declares, or else what the stack's state has, and changes nothing: both logins, the rights to
describe and read, the folders, the API's version, names that the destination would refuse, two syncs that write one
place, and loops; of native syncs also the instance's own connections and syncs, and what of them is not as declared. The
rights to edit and delete are tried with a key that is not there; whether creating is allowed cannot be tried in such a
way. Exit code 4 if there are errors.`;

/** @param describe makes a command that opens a stack */
export function addDoctorCommand(
  describe: (name: string, description: string) => Command,
  run: (place: string | undefined, raw: unknown) => Promise<void>,
): void {
  describe("doctor", "Find out what would keep the syncs from working, and what to do about it")
    .addHelpText("after", HELP)
    .action((place: string | undefined, raw: unknown) => run(place, raw));
}
