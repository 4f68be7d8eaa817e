/**
 * The arguments as programs give them. The build writes these types out (`scripts/declarations/`): the TypeScript that
 * checks a program may be too old for zod's.
 */
export type {
  ConnectionInput,
  DestinationConfigInput,
  Execution,
  OnUnreachable,
  SecretSyncInput,
  SyncOptionsInput,
} from "../schema.ts";
