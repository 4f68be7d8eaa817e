import type { InfisicalServerOptions } from "../options.ts";
import { newest } from "./newest.ts";
import { october2024 } from "./october-2024.ts";
import type { Revision } from "./revision.ts";

/** Versions of the product that a server can be, by the month of the version. */
const PROFILES = { newest, "2024-10": october2024 } satisfies Record<string, Revision>;

export type Profile = keyof typeof PROFILES;

/** The profile that was asked for, with single differences put over it. */
export function revisionOf(options: InfisicalServerOptions): Revision {
  const { profile = "newest", missingFolderList } = options;
  const { withoutV4, withoutUpsertMode, withoutItemPaths, withoutExternalInfisical } = options;
  const { subFoldersOption = "includeAllSubFolders" } = options;
  const base: Revision = PROFILES[profile];
  return {
    ...base,
    lacks: [
      ...base.lacks,
      ...(withoutV4 ? [/^\/api\/v4\/secrets/] : []),
      ...(withoutExternalInfisical ? [/^\/api\/v1\/(app-connections|secret-syncs)\/external-infisical/] : []),
    ],
    unknownFields: [
      ...base.unknownFields,
      ...(withoutUpsertMode ? [{ routes: BATCHES, body: ["mode"] }] : []),
      ...(withoutItemPaths ? [{ routes: BATCHES, items: ["secretPath"] }] : []),
      { routes: SYNCS, syncOptions: SUBFOLDERS.filter((name) => name !== subFoldersOption) },
    ],
    ...(missingFolderList && { missingFolderList }),
    ...(options.withoutEventSubscriptions && { withoutEventSubscriptions: true }),
    ...(withoutExternalInfisical && { withoutExternalInfisical: true }),
  };
}

const BATCHES = /\/secrets\/batch/;
const SYNCS = /\/secret-syncs\/external-infisical/;
const SUBFOLDERS = ["recursive", "includeAllSubFolders"];
