/** The product's own algorithm, asked for over the API, and our prediction of what it will do. */
import { UNMARKED } from "../../provider/engine/ownership/ownership.ts";
import type { Plan } from "../../provider/engine/plan.ts";
import { preview } from "../../provider/engine/sync.ts";
import {
  type ControlPlane,
  createControlPlane,
  type SyncRow,
} from "../../provider/infisical/control-plane/index.ts";
import { secretSyncInputs } from "../../provider/resources/sync/inputs.ts";
import { nativeRun } from "../../provider/resources/sync/native/predict.ts";
import type { SyncOptions } from "../../provider/schema.ts";
import { lengthFingerprint } from "../support/engine.ts";
import type { Arena } from "./arena.ts";
import type { Copy } from "./copy.ts";

export type End = "succeeded" | "failed";

export interface NativeActor {
  /** For what else can be asked of the sync, and what its row says. */
  plane: ControlPlane;
  read(): Promise<SyncRow>;
  /** What the next run will do, as a deployment with native execution shows it. */
  predict(): Promise<Plan>;
  run(): Promise<End>;
}

/** A sync of the native source, without auto-sync: it runs when it is asked to. */
export function createNativeActor(arena: Arena, copy: Copy, options: SyncOptions): NativeActor {
  const { server, client } = arena.native.source;
  const { source, destination } = copy;
  const { projectId, environment, secretPath } = source.place;
  const { initialSyncBehavior, disableSecretDeletion, includeAllSubFolders } = options;
  const destinationConfig = { projectId: destination.place.projectId, environment, secretPath };
  const { secretSyncs } = server.seed({
    secretSyncs: [
      {
        name: projectId,
        project: projectId,
        connection: arena.connectionId,
        environment,
        secretPath,
        isAutoSyncEnabled: false,
        syncOptions: { initialSyncBehavior, disableSecretDeletion, includeAllSubFolders },
        destinationConfig,
      },
    ],
  });
  const plane = createControlPlane(client);
  const id = secretSyncs[0]?.id ?? "";
  const inputs = {
    ...secretSyncInputs.parse({
      name: projectId,
      projectId,
      environment,
      secretPath,
      destinationConfig,
      syncOptions: { initialSyncBehavior },
      connectionId: arena.connectionId,
      connectionName: "target",
      instanceUrl: destination.server.url,
      machineIdentityClientId: destination.server.admin.clientId,
    }),
    syncOptions: options,
  };
  let known: ReadonlyMap<string, string> = new Map();
  let planned: Plan | undefined;
  let row: SyncRow | undefined;

  const read = async () => {
    const row = await plane.readSync(id);
    if (!row) throw new Error(`The sync ${id} is gone`);
    return row;
  };
  return {
    plane,
    read,
    async predict() {
      const world = {
        source: source.store,
        destination: destination.store,
        fingerprint: lengthFingerprint,
        ownership: UNMARKED,
      };
      planned = await preview({ ...nativeRun(world, inputs, row, known), acceptCached: true });
      return planned;
    },
    async run() {
      await plane.trigger({ id, name: projectId }, { kind: "sync" });
      await arena.letJobsRun();
      row = await read();
      const { syncStatus } = row;
      if (syncStatus !== "succeeded" && syncStatus !== "failed") throw new Error(`The sync is ${syncStatus}`);
      if (syncStatus === "succeeded" && planned) known = new Map(Object.entries(planned.keys));
      return syncStatus;
    },
  };
}
