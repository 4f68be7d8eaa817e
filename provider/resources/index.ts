/** The resources by kind, and what adapters need to call them. */
import { engineConnection } from "./connection/engine.ts";
import { nativeConnection } from "./connection/native.ts";
import { byExecution } from "./execution.ts";
import type { Resource } from "./resource.ts";
import { claiming } from "./sync/claiming.ts";
import { engineSync } from "./sync/engine/index.ts";
import { nativeSync } from "./sync/native/index.ts";

export const resources = {
  connection: byExecution({ engine: engineConnection, native: nativeConnection }),
  secretSync: claiming(byExecution({ engine: engineSync, native: nativeSync })),
} satisfies Record<string, Resource>;
export { readConfig } from "./config.ts";
export { type Context, PartialRunError, type Properties } from "./resource.ts";
