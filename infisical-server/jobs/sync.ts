// A sync run: the remote folder becomes what the source is (control-plane §3.13).
import { importSecrets } from "./import.ts";
import type { Values } from "./remote.ts";
import type { Run } from "./run.ts";
import { readSource } from "./source-set.ts";

/** Not atomic: when one of the calls fails, those before it stay done. */
export async function syncSecrets(run: Run): Promise<void> {
  const { remote, syncOptions } = run;
  if (run.isFirst) await initialImport(run);
  const wanted = readSource(run);
  const there = await remote.list();

  const missing = filter(wanted, (key) => !there.has(key));
  if (missing.size > 0) await remote.create(missing);
  const differing = filter(wanted, (key, value) => there.has(key) && there.get(key) !== value);
  if (differing.size > 0) await remote.update(differing);
  if (syncOptions.disableSecretDeletion) return;
  const foreign = [...there.keys()].filter((key) => !wanted.has(key));
  if (foreign.length > 0) await remote.delete(foreign);
}

/** Repeated for as long as no run has succeeded. */
async function initialImport(run: Run): Promise<void> {
  const { initialSyncBehavior } = run.syncOptions;
  switch (initialSyncBehavior) {
    case "overwrite-destination":
      return;
    case "import-prioritize-source":
      return importSecrets(run, "prioritize-source");
    case "import-prioritize-destination":
      return importSecrets(run, "prioritize-destination");
  }
}

const filter = (values: Values, isWanted: (key: string, value: string) => boolean): Values =>
  new Map([...values].filter(([key, value]) => isWanted(key, value)));
