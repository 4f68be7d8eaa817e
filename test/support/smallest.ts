/** The fewest arguments that are right, and the fewest fields that an instance answers. */
import { type SyncRow, syncRow } from "../../provider/infisical/control-plane/rows.ts";

export const SMALLEST_CONNECTION = {
  name: "dr",
  instanceUrl: "https://dr.example.com",
  machineIdentityClientId: "5c1f0f3a-0a5e-4f5b-9d5e-0b6a6f2f7c11",
};

export const SMALLEST_SYNC = {
  name: "billing",
  projectId: "p1",
  environment: "prod",
  secretPath: "/app",
  destinationConfig: { projectId: "p2", environment: "prod", secretPath: "/" },
  syncOptions: { initialSyncBehavior: "overwrite-destination" },
};

export const smallestSyncRow = (fields: Partial<Record<keyof SyncRow, unknown>>): SyncRow =>
  syncRow.parse({
    id: "s",
    name: "s",
    isAutoSyncEnabled: true,
    projectId: "p",
    connectionId: "c",
    connection: { app: "external-infisical", name: "c", id: "c" },
    syncOptions: { initialSyncBehavior: "overwrite-destination" },
    destinationConfig: { projectId: "d", environment: "e", secretPath: "/" },
    ...fields,
  });
