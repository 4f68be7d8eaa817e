/** What a run of each sync would find now. Nothing is written, and no run is asked for. */
import { z } from "zod";
import { mapPool } from "../../../provider/engine/pool.ts";
import { describeError } from "../../../provider/errors.ts";
import { createShared } from "../../../provider/resources/process.ts";
import { EngineError } from "../../engines/engine.ts";
import { resourceSchema, type SyncResource } from "../../report/json.ts";
import type { KeyEntry } from "../../review/key-entries.ts";
import { BY_NAME } from "../rows/natural.ts";
import { readProject } from "../rows/projects.ts";
import { readSync } from "../rows/syncs.ts";
import { type Looked, look } from "../run/look.ts";
import { act, type Fleet } from "./act.ts";
import { type FoundSync, findSyncs } from "./find-syncs.ts";
import { syncs } from "./inputs.ts";
import { plannedAsReported } from "./planned.ts";

const DRIFTS = ["synced", "drifted", "due", "refused", "failed"] as const;

const driftSchema = z.object({
  project: z.string(),
  name: z.string(),
  status: z.enum(DRIFTS).meta({
    description:
      "drifted: keys at the destination are not as the last run left them. due: the source has news, or the declaration. refused: by a guard.",
  }),
  message: z.string().optional().meta({ description: "Why it is refused, or could not be looked at." }),
  resources: z
    .array(resourceSchema)
    .meta({ description: "What a run would do, as in the report of a preview." }),
});
export type DriftPart = z.output<typeof driftSchema>;

export const driftContent = z.object({ syncs: z.array(driftSchema) });

/** Looked at at the same time. */
const CONCURRENCY = 8;

export const drift = act(
  z.object({ syncs: syncs.optional() }),
  async (fleet, { syncs: names }): Promise<z.output<typeof driftContent>> => {
    const { database } = fleet;
    const found = names
      ? await findSyncs(database, names)
      : await database.query<FoundSync>(`select id, project, name from sync order by ${BY_NAME}`);
    await using shared = createShared();
    const looks = await mapPool(found, CONCURRENCY, (sync) => driftOf(fleet, sync, shared));
    return { syncs: looks };
  },
);

async function driftOf(
  { database, environment, policies = [] }: Fleet,
  { id, project, name }: Pick<FoundSync, "id" | "project" | "name">,
  shared: ReturnType<typeof createShared>,
): Promise<DriftPart> {
  const told = { project, name };
  try {
    const [row, declared] = [await readSync(database, id), await readProject(database, project)];
    if (!row || !declared) throw new EngineError("invalid-config", "It is gone.");
    const options = { environment, policies, shared, log: () => {}, now: () => new Date() };
    return { ...told, ...driftIn(await look(row, declared, options)) };
  } catch (error) {
    return { ...told, status: "failed", message: describeError(error), resources: [] };
  }
}

function driftIn(looked: Looked): Omit<DriftPart, "project" | "name"> {
  switch (looked.kind) {
    case "unchanged":
      return { status: "synced", resources: [] };
    case "failed":
    case "refused":
      return { status: looked.kind, message: looked.message, resources: [] };
    case "change":
    case "removal": {
      const resources = plannedAsReported(looked.planned);
      return { status: resources.some(hasDrifted) ? "drifted" : "due", resources };
    }
    default:
      return looked satisfies never;
  }
}

const hasDrifted = ({ sync }: SyncResource): boolean => sync.keys.some(({ reason }) => DRIFT.has(reason));

const DRIFT: ReadonlySet<KeyEntry["reason"]> = new Set(["missing-at-destination", "changed-at-destination"]);
