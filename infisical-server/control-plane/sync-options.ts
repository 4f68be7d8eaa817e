import type { SecretSync } from "./model.ts";

/** Two revisions have two names for it, and none knows the other's (control-plane §3.15); jobs take either. */
export const takesSubfolders = ({ recursive, includeAllSubFolders }: SecretSync["syncOptions"]): boolean =>
  recursive === true || includeAllSubFolders === true;
