/** The resources by kind, and what adapters need to call them. */
import { engineConnection } from "./connection.ts";
import { byExecution } from "./execution.ts";
import { nativeConnection } from "./native/connection.ts";
import { nativeSync } from "./native/index.ts";
import type { Resource } from "./resource.ts";
import { claiming } from "./secret-sync/claiming.ts";
import { engineSync } from "./secret-sync/index.ts";

export const resources = {
  connection: byExecution({ engine: engineConnection, native: nativeConnection }),
  secretSync: claiming(byExecution({ engine: engineSync, native: nativeSync })),
} satisfies Record<string, Resource>;
export { readConfig } from "./config.ts";
export { type Checked, type Context, PartialRunError, type Properties } from "./resource.ts";
