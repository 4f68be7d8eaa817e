/** What the projects of recorded syncs are called, as previews of a deployment tell it: their instances are asked. */
import { setTimeout as delay } from "node:timers/promises";
import { mapPool } from "../../provider/engine/pool.ts";
import type { NamedProject } from "../../provider/engine/record/progress.ts";
import type { SecretStore } from "../../provider/engine/store.ts";
import type { Context } from "../../provider/resources/resource.ts";
import { secretSyncInputs } from "../../provider/resources/sync/inputs.ts";
import { openDestination, openSource } from "../../provider/resources/sync/world.ts";
import type { RecordedSync } from "./recorded-syncs.ts";

/** Names are for people to read, and nothing waits for them longer. */
const MOST_MS = 3000;
/** Syncs that are asked for side by side; each project is asked for once. */
const WIDTH = 8;

/** @returns those that could be had soon; an identity that may not read its project, which is usual, has none */
export async function projectNamesOf(
  syncs: readonly Pick<RecordedSync, "outputs">[],
  context: Context,
): Promise<NamedProject[]> {
  const found: NamedProject[] = [];
  const looking = mapPool(syncs, WIDTH, async ({ outputs }) => {
    const inputs = secretSyncInputs.safeParse(outputs).data;
    if (!inputs) return;
    const add = async (side: NamedProject["side"], open: () => SecretStore) => {
      try {
        const store = open();
        const { projectId, origin } = store.place;
        const projectName = await store.projectName();
        if (projectName !== undefined) found.push({ side, projectId, projectName, origin });
      } catch {
        // What is wrong there is told by what needs it.
      }
    };
    await Promise.all([
      add("source", () => openSource(inputs, context)),
      add("destination", () => openDestination(inputs, context).destination),
    ]);
  });
  await Promise.race([looking, delay(MOST_MS, undefined, { ref: false })]);
  return [...found];
}
