import type { Context } from "../context.ts";
import { badRequest } from "../http/errors.ts";
import { requirePublicAddress } from "./address-check.ts";
import type { ConnectionCredentials } from "./model.ts";
import { requireLogin } from "./remote-login.ts";

/** Control-plane §2.8, in its order. */
export async function requireValidCredentials(
  { world, settings }: Pick<Context, "world" | "settings">,
  credentials: ConnectionCredentials,
): Promise<void> {
  if (!settings.allowInternalIpConnections) await requirePublicAddress(credentials.instanceUrl);
  // The address is not compared: it may have several names.
  if (world.identitiesByClientId.has(credentials.machineIdentityClientId)) {
    throw badRequest("Infisical Connections targeting the same instance are not allowed");
  }
  await requireLogin(credentials);
}
