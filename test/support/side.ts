/** What stands in a folder of a side, by the names there, and is put or dropped past the sync. */
import type { InfisicalServerOptions, SecretInput } from "../../infisical-server/index.ts";
import { pathBelow } from "../../provider/engine/tree-key.ts";
import type { Side, Values, WorldOptions } from "./world.ts";

export const PROFILES = ["newest", "2024-10"] as const;

/** Options of a world with both instances as they were then. */
export const bothOf = (
  profile: (typeof PROFILES)[number],
): Required<Pick<WorldOptions, "sourceServer" | "destinationServer">> => {
  const server: InfisicalServerOptions = { profile };
  return { sourceServer: server, destinationServer: server };
};

export const placeIn = ({ projectId, environment, secretPath }: Side, folder: string) => ({
  projectId,
  environment,
  secretPath: pathBelow(secretPath, folder),
});

export const put = (side: Side, folder: string, values: Record<string, SecretInput>) =>
  side.server.putSecrets(placeIn(side, folder), values);

export const drop = (side: Side, folder: string, ...keys: string[]) =>
  side.server.deleteSecrets(placeIn(side, folder), keys);

export const read = (side: Side, folder: string): Values => side.server.readSecrets(placeIn(side, folder));
