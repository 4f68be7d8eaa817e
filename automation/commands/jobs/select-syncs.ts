/** Which of the recorded syncs a job is about. */
import { EngineError } from "../../engines/engine.ts";
import { type RecordedSync, syncsNamed } from "../../stack/recorded-syncs.ts";

/**
 * The syncs with the given names, by themselves or by their resources; without names all native ones.
 *
 * @throws EngineError `invalid-config` for a name that the state does not have, and where nothing is left
 */
export function selectSyncs(syncs: readonly RecordedSync[], names: readonly string[]): RecordedSync[] {
  if (names.length === 0) {
    const native = syncs.filter(({ execution }) => execution === "native");
    if (native.length > 0) return native;
    throw new EngineError("invalid-config", "The stack's state has no sync in native execution.", {
      hint: "`external-infisical up` creates and runs what is declared.",
    });
  }
  return syncsNamed(syncs, names);
}

/** @throws EngineError `invalid-config` where the instance is asked for what it does not run */
export function refuseEngineSyncs(syncs: readonly RecordedSync[], command: string): void {
  const others = syncs.filter(({ execution }) => execution === "engine").map(({ resource }) => resource);
  if (others.length === 0) return;
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
