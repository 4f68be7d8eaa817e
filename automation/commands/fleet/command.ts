import type { z } from "zod";
import { actionCommand, type Command, type CommandGroup } from "../command.ts";
import type { Action, AnyDocument, RunOptions } from "../runner.ts";

const FILE = "a syncs.yaml, or a folder with one (default: this folder)";
const SYNC = "a sync, by NAME or PROJECT/NAME";
const PLAN = "a parked plan, by the id that fleet status tells";

/** @param load what it does: who does without fleets loads nothing of theirs */
const command = <Options extends RunOptions, Acted, Document extends AnyDocument>(
  told: Pick<Command, "name" | "description" | "options"> & Partial<Pick<Command, "place" | "help">>,
  load: () => Promise<Action<Options, Acted, Document>>,
  document?: () => Promise<z.ZodType>,
): Command =>
  actionCommand(
    { ...told, ...(document && { document: { name: `fleet-${told.name}`, schema: document } }) },
    load,
  );

const run = () => import("./run.ts");
const options = () => import("./options.ts");
const documents = () => import("./documents.ts");

const commands: readonly Command[] = [
  command(
    {
      name: "start",
      description: "Run the fleet: worker, triggers and page in one process",
      place: "a syncs.yaml, or a folder with one, that is declared first (default: none)",
      options: async () => (await options()).startOptions,
      help: `
Without --database it is a fleet of its own: an embedded database, which this process alone has. With one, start as many as you like.
Files that are named are declared first, as by \`fleet apply --yes\`. Ctrl-C lets the requests in flight end.`,
    },
    async () => (await import("./start.ts")).start,
  ),
  command(
    {
      name: "plan",
      description: "Show what a syncs.yaml would change in the fleet",
      place: FILE,
      options: async () => (await options()).planOptions,
    },
    async () => (await run()).plan,
    async () => (await documents()).planDocument,
  ),
  command(
    {
      name: "apply",
      description: "Let the fleet run what a syncs.yaml declares",
      place: FILE,
      options: async () => (await options()).applyOptions,
    },
    async () => (await run()).apply,
    async () => (await documents()).applyDocument,
  ),
  command(
    {
      name: "status",
      description: "Show all syncs of the fleet, and what waits for somebody",
      place: "parts of names and places",
      options: async () => (await options()).statusOptions,
      help: `
Exit codes: 0 all is well, 4 a sync has failed, 10 a plan waits for approval (and none has failed).`,
    },
    async () => (await run()).status,
    async () => (await documents()).statusDocument,
  ),
  command(
    {
      name: "show",
      description: "Show a sync, and key by key what waits for somebody",
      place: SYNC,
      options: async () => (await options()).fleetOptions,
    },
    async () => (await run()).show,
    async () => (await documents()).showDocument,
  ),
  command(
    {
      name: "drift",
      description: "Look at what runs would find now, and write nothing",
      place: SYNC,
      options: async () => (await options()).driftOptions,
      help: `
Exit codes: 0 nothing but news of the source, 4 a sync could not be looked at, 7 keys at a destination are not as the last run left them, or a
guard refuses a run.`,
    },
    async () => (await run()).drift,
    async () => (await documents()).driftDocument,
  ),
  command(
    {
      name: "run",
      description: "Run syncs now",
      place: SYNC,
      options: async () => (await options()).runOptions,
    },
    async () => (await run()).run,
    async () => (await documents()).runDocument,
  ),
  command(
    {
      name: "pause",
      description: "Let syncs stand still",
      place: SYNC,
      options: async () => (await options()).namesOptions,
    },
    async () => (await run()).pause,
    async () => (await documents()).pauseDocument,
  ),
  command(
    {
      name: "resume",
      description: "Let paused syncs go on",
      place: SYNC,
      options: async () => (await options()).namesOptions,
    },
    async () => (await run()).resume,
    async () => (await documents()).resumeDocument,
  ),
  command(
    {
      name: "approve",
      description: "Have a parked plan done, exactly as it is",
      place: PLAN,
      options: async () => (await options()).decideOptions,
    },
    async () => (await run()).approve,
    async () => (await documents()).approveDocument,
  ),
  command(
    {
      name: "reject",
      description: "Have a parked plan not done, nor asked again",
      place: PLAN,
      options: async () => (await options()).decideOptions,
    },
    async () => (await run()).reject,
    async () => (await documents()).rejectDocument,
  ),
  command(
    {
      name: "history",
      description: "Show what happened, latest first",
      place: SYNC,
      options: async () => (await options()).historyOptions,
    },
    async () => (await run()).history,
    async () => (await documents()).historyDocument,
  ),
  command(
    {
      name: "adopt",
      description: "Take over syncs of a stack or of Terraform, with what is remembered of their keys",
      place:
        "a folder with Pulumi.yaml or syncs.yaml, a syncs.yaml, a terraform.tfstate, or the .json of fleet export (default: this folder)",
      options: async () => (await options()).adoptOptions,
      help: `
Nothing is asked of any instance, and no key is written. Each sync of the state is known by its destination, which the syncs.yaml has to declare.`,
    },
    async () => (await import("./adopt.ts")).adopt,
    async () => (await documents()).adoptDocument,
  ),
  command(
    {
      name: "export",
      description:
        "Give syncs to another fleet or back to a stack or to Terraform, and let them stand still in this one",
      place:
        "a folder with Pulumi.yaml or syncs.yaml, or a syncs.yaml, whose stack has the syncs; or a terraform.tfstate (none with --out)",
      options: async () => (await options()).exportOptions,
      help: `
The file of --out has what is declared and remembered, and no secret. The other fleet takes it: external-infisical fleet adopt FILE.json
Into a stack, or a state of Terraform's, goes what is remembered of the keys of its syncs; nothing is asked of any instance, and no key is written.`,
    },
    async () => (await import("./export.ts")).exportSyncs,
    async () => (await documents()).exportDocument,
  ),
  command(
    {
      name: "migrate",
      description: "Make the fleet's tables, or bring them to this version's form",
      options: async () => (await options()).fleetOptions,
      help: `
On a server, once for each version, as somebody who may make tables; workers run with less rights. An embedded database does it by itself.`,
    },
    async () => (await import("./migrate.ts")).migrate,
    async () => (await documents()).migrateDocument,
  ),
];

export const group: CommandGroup = {
  name: "fleet",
  description: "Syncs that run by themselves, guarded, on as many machines as it takes",
  commands,
};
