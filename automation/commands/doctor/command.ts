import { stackCommand } from "../command.ts";

const HELP = `
Examines what a syncs.yaml declares, or else what the stack's state has, and changes nothing: both logins, the rights to
describe and read, the folders, the API's version, names that the destination would refuse, two syncs that write one
place, and loops; of native syncs also the instance's own connections and syncs, and what of them is not as declared. The
rights to edit and delete are tried with a key that is not there; whether creating is allowed cannot be tried in such a
way. Exit code 4 if there are errors.`;

const doctor = stackCommand(
  {
    name: "doctor",
    description: "Find out what would keep the syncs from working, and what to do about it",
    options: async () => (await import("../options.ts")).stackOptions,
    document: { name: "doctor", schema: async () => (await import("./document.ts")).doctorDocumentSchema },
    help: HELP,
  },
  async () => (await import("./run.ts")).doctor,
);

export const commands = [doctor];
