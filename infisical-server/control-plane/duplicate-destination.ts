// Two syncs that write to one place (control-plane §3.9).
import { isDeepStrictEqual } from "node:util";
import { badRequest } from "../http/errors.ts";
import type { World } from "../model.ts";
import type { SecretSync } from "./model.ts";

/** Looks at the coordinates only: the same ones on two other instances count as one place. */
export function duplicateOf(
  world: World,
  config: unknown,
  exceptId: string | undefined,
): SecretSync | undefined {
  return [...world.syncs.values()].find(
    (one) => one.id !== exceptId && isDeepStrictEqual(one.destinationConfig, config),
  );
}

export function requireFreeDestination(
  world: World,
  config: SecretSync["destinationConfig"],
  exceptId?: string,
): void {
  if (duplicateOf(world, config, exceptId)) {
    throw badRequest("A Secret Sync with this destination already exists in the organization");
  }
}
