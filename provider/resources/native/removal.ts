import { toLabel } from "../../engine/label.ts";
import { loadMemory, type Memory } from "../../engine/memory.ts";
import type { SyncRow } from "../../infisical/control-plane/index.ts";
import { omit } from "../properties.ts";
import type { Context, Properties } from "../resource.ts";
import type { SecretSyncInputs } from "../secret-sync/inputs.ts";
import { recordedIn } from "../secret-sync/outputs.ts";
import { openSource } from "../secret-sync/world.ts";
import { nativeSyncInputs, withConnection } from "./inputs.ts";
import { planeOf } from "./plane.ts";
import { notThere, openReadable } from "./predict.ts";

/** What the instance's own removal would take: it goes by the keys of the source (control-plane §3.13). */
export interface Removal {
  /** The sync as it stands at the instance, wherever it was declared. */
  inputs: SecretSyncInputs;
  /** Labels of the source's keys, sorted. */
  keys: string[];
  /** Those of them that the destination does not have; undefined where it cannot be looked at. */
  missing: string[] | undefined;
  /** What this sync left there; undefined where that was never seen. */
  memory: Memory | undefined;
  /** The keys of subfolders go too, and are not among `keys`. */
  isRecursive: boolean;
}

/** Looks at what is there now; changes nothing. @throws BridgeError `not-found` where the sync is gone */
export async function removalOf(id: string, outputs: Properties, context: Context): Promise<Removal> {
  const plane = planeOf(context);
  const row = await plane.readSync(id);
  if (!row) throw notThere(String(outputs["name"]));
  const inputs = await withConnection(nativeSyncInputs.parse(asAtInstance(outputs, row)), plane);
  // The source alone is enough to tell the keys: often nobody but the instance can log in at the destination.
  const source = openSource(inputs, context);
  const destination = openReadable(inputs, context)?.destination;
  const [from, to] = await Promise.all([
    source.list({ values: false, expand: false, imports: true }),
    destination?.list({ values: false, expand: false, imports: false }),
  ]);
  const keys = new Set([...from.secrets, ...from.imports.flat()].map(({ key }) => toLabel(key)));
  const there = to && new Set(to.secrets.map(({ key }) => toLabel(key)));
  const { memory } = recordedIn(outputs);
  return {
    inputs,
    keys: [...keys].sort(),
    missing: there && [...keys].filter((key) => !there.has(key)).sort(),
    memory: memory && loadMemory(memory),
    isRecursive: row.syncOptions["recursive"] === true,
  };
}

/** The instance acts on its own row, which somebody may have changed since the last deployment. */
function asAtInstance(outputs: Properties, row: SyncRow): Properties {
  const isOtherConnection = outputs["connectionId"] !== row.connectionId;
  return {
    ...omit(outputs, isOtherConnection ? CONNECTION : []),
    connectionId: row.connectionId,
    ...(row.environment && { environment: row.environment.slug }),
    ...(row.folder && { secretPath: row.folder.path }),
    destinationConfig: row.destinationConfig,
  };
}

const CONNECTION = [
  "connectionName",
  "instanceUrl",
  "machineIdentityClientId",
  "machineIdentityClientSecret",
];
