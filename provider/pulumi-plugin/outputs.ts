/** What the resources answer beside their arguments. */
import { z } from "zod";
import { connectionResults } from "../attributes.ts";

const text = (description: string) => z.string().meta({ description });
const labelled = (description: string) => z.record(z.string(), z.string()).meta({ description });

export const connectionOutputs = z
  .object({
    connectionId: text(
      "Id of the connection: in `native` execution the instance's, else derived from URL and client ID.",
    ),
    ...connectionResults.omit({ id: true }).shape,
    skipped: text("`unreachable` while the login could not be proven yet."),
  })
  .partial();

export const secretSyncOutputs = z
  .object({
    syncId: text("Id of the sync."),
    keys: labelled(
      "Key → revision of all that the destination holds of this sync. A revision names a value without telling it: version and end of the id of the source's secret.",
    ),
    effects: labelled(
      "Key → what the last run did that `keys` does not show: unowned keys deleted or overwritten, imports, restores.",
    ),
    counts: z
      .record(z.string(), z.number())
      .meta({ description: "What the last run did, in numbers of keys." }),
    syncStatus: text("How the last run stands; absent before the first."),
    lastSyncMessage: text("Why the last run failed."),
    lastSyncedAt: text("When a run last succeeded, ISO 8601."),
    skipped: text("`unreachable` for a sync that has been skipped ever since it was created."),
    createdAt: text("When the sync was created, ISO 8601."),
    updatedAt: text("When the sync was last created or updated, ISO 8601."),
  })
  .partial();
