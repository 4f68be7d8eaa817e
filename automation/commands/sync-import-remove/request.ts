/** What the command line asks for, and of which syncs. */
import type { Job } from "../../../provider/infisical/control-plane/index.ts";
import { EngineError } from "../../engines/engine.ts";
import { type RecordedSync, syncsNamed } from "../../stack/recorded-syncs.ts";
import type { JobCommand, JobOptions } from "./options.ts";

/** A job of the instance, or what the engine does in its stead. */
export type JobRequest =
  | { command: JobCommand; execution: "native"; job: Job }
  | { command: "remove"; execution: "engine" };

/** @throws EngineError `invalid-config` */
export function requestOf(
  command: JobCommand,
  { behavior, execution }: Pick<JobOptions, "behavior" | "execution">,
): JobRequest {
  switch (command) {
    case "sync":
      return { command, execution: "native", job: { kind: "sync" } };
    case "import":
      if (behavior === undefined)
        throw new EngineError("invalid-config", "An import needs --behavior, which says which side wins.");
      return { command, execution: "native", job: { kind: "import", behavior } };
    case "remove":
      return execution === "engine"
        ? { command, execution }
        : { command, execution, job: { kind: "remove" } };
    default:
      return command satisfies never;
  }
}

/**
 * The syncs with the given names, by themselves or by their resources; without names all native ones.
 *
 * @throws EngineError `invalid-config` for a name that the state does not have, where nothing is left, and where the
 * instance is asked for what it does not run
 */
export function selectSyncs(
  { command, execution }: JobRequest,
  syncs: readonly RecordedSync[],
  names: readonly string[],
): RecordedSync[] {
  const isNative = (sync: RecordedSync) => sync.execution === "native";
  const selected = names.length === 0 ? syncs.filter(isNative) : syncsNamed(syncs, names);
  if (selected.length === 0)
    throw new EngineError("invalid-config", "The stack's state has no sync in native execution.", {
      hint: "`external-infisical up` creates and runs what is declared.",
    });
  const others = selected.filter((sync) => !isNative(sync)).map(({ resource }) => resource);
  if (execution === "engine" || others.length === 0) return selected;
  const [are, them] = others.length === 1 ? ["is", "it"] : ["are", "them"];
  throw new EngineError(
    "invalid-config",
    `${others.join(", ")} ${are} in execution "engine": the source instance does not know ${them}.`,
    {
      hint:
        command === "remove"
          ? "With --execution engine this package removes what such a sync created."
          : `\`external-infisical up\` runs ${them}${command === "import" ? ", with the import of a first run if syncOptions say so" : ""}.`,
    },
  );
}
