/** The resources by kind, and what adapters need to call them. */
import { connection } from "./connection.ts";
import type { Resource } from "./resource.ts";
import { secretSync } from "./secret-sync/index.ts";

export const resources = { connection, secretSync } satisfies Record<string, Resource>;
export { readConfig } from "./config.ts";
export { type Checked, type Context, PartialRunError, type Properties } from "./resource.ts";
