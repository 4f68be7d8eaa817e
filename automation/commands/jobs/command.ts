/** The command lines of `sync`, `import` and `remove`. What carries them out is loaded when it runs. */
import { type Command, Option } from "commander";
import { policiesOption, syncOption } from "../repeatable.ts";

/** The commands that act on syncs as the state has them, without a deployment. */
export const JOB_COMMANDS = ["sync", "import", "remove"] as const;
export type JobCommand = (typeof JOB_COMMANDS)[number];

export const BEHAVIORS = ["prioritize-source", "prioritize-destination"] as const;
export const EXECUTIONS = ["native", "engine"] as const;

type RunJobs = (command: JobCommand, place: string | undefined, raw: unknown) => Promise<void>;

const HELP_NATIVE = `
Acts on the syncs in the stack's state that the source instance runs by itself (execution "native"), one after the
other, with auto-sync or without. The state stays as it is: refresh to read what has changed.`;

const HELP_REMOVE = `
By default the instance does it. It does not know what the sync has written: it deletes every key that the source has
now, whoever wrote it at the destination, all of them or none; it fails if one is missing there.
With --execution engine this package deletes only the keys that the sync created, as far as the state remembers. That
works for syncs of either execution (name those in execution "engine" with --sync), and where the instance's fails.`;

/**
 * Adds the commands.
 *
 * @param describe makes a command that opens a stack and asks before it acts
 */
export function addJobCommands(
  describe: (name: JobCommand, description: string) => Command,
  run: RunJobs,
): void {
  const add = (name: JobCommand, description: string) =>
    describe(name, description)
      .addOption(syncOption("all native ones"))
      .addOption(policiesOption())
      .action((place: string | undefined, raw: unknown) => run(name, place, raw));
  add("sync", "Ask the source instance to run its syncs now").addHelpText("after", HELP_NATIVE);
  add("import", "Ask the source instance to import from the destinations; nothing is pushed")
    .addOption(
      new Option("--behavior <which>", "which side wins where both have a key")
        .choices(BEHAVIORS)
        .makeOptionMandatory(),
    )
    .addHelpText("after", HELP_NATIVE);
  add("remove", "Delete secrets of syncs at their destinations; the syncs stay")
    .addOption(
      new Option("--execution <who>", "who deletes, and with it what: see below")
        .choices(EXECUTIONS)
        .default("native"),
    )
    .addHelpText("after", HELP_REMOVE + HELP_NATIVE);
}
