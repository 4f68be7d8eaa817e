/** What a refusal of the control plane means for the user (control-plane §1.2, §2.10, §3.4). */
import type { BridgeError, ErrorCode } from "../../errors.ts";
import { refusalError } from "../http/answer.ts";
import type { Refusal } from "../http/exchange.ts";

const WAY_OUT = 'or use execution: "engine", which needs only rights on secrets and works with any version.';

/** The error for a refusal that nothing can be made of. */
export function refused(refusal: Refusal): BridgeError {
  if (refusal.isRouteMissing)
    return refusalError(refusal, "unsupported", {
      because: "this instance does not know Infisical Connections and Infisical Syncs.",
      path: "execution",
      hint: `Upgrade the instance, ${WAY_OUT}`,
    });
  if (refusal.status === 403 && refusal.says(UNREADABLE))
    return refusalError(refusal, "forbidden", {
      because: "the source identity may not read all that the sync would.",
      path: "secretPath",
      hint: "Give it read access to the source folder and, with includeAllSubFolders, to every folder beneath.",
    });
  if (refusal.status === 403)
    return refusalError(refusal, "forbidden", {
      because: `the source identity lacks ${rightsText(refusal)}.`,
      path: "execution",
      hint: `Give it that right at the source instance, ${WAY_OUT}`,
    });
  const known = KNOWN.find(({ text }) => refusal.says(text));
  return refusalError(refusal, known?.code ?? "rejected", {
    path: known?.path,
    hint: known?.hint ?? "Nothing of this request was done.",
  });
}

/** Who writes a sync has to have the right to what its runs read (control-plane §3.15). */
const UNREADABLE = /permission to read secrets at path/;

/** Texts of the product that tell which argument is meant. */
const KNOWN: { text: RegExp; code: ErrorCode; path?: string; hint: string }[] = [
  {
    text: /this destination already exists/,
    code: "shared-destination",
    path: "destinationConfig",
    hint: "The organization refuses two syncs with one destination: give each a folder of its own.",
  },
  {
    text: /used in more than one folder/,
    code: "duplicate-keys",
    path: "syncOptions.includeAllSubFolders",
    hint: 'Rename them, or let the destination be a tree as well, which execution: "engine" can.',
  },
  {
    text: /includes subfolders cannot also import/,
    code: "invalid-arguments",
    path: "syncOptions.initialSyncBehavior",
    hint: "With includeAllSubFolders an instance takes overwrite-destination only.",
  },
  {
    text: /already exists/,
    code: "already-exists",
    path: "name",
    hint: "Choose another name, or set adopt to take over the one that is there.",
  },
  {
    text: /Could not find folder with path/,
    code: "folder-not-found",
    path: "secretPath",
    hint: "Check environment and path of the source; the instance makes no folders there.",
  },
  {
    text: /Could not find (App Connection|Infisical Sync)/,
    code: "not-found",
    hint: "It was deleted at the source instance: refresh, then deploy again.",
  },
  {
    text: /already in progress/,
    code: "sync-busy",
    hint: "A job of this sync is running; try again when it has ended.",
  },
  {
    text: /folder no longer exists/,
    code: "folder-not-found",
    path: "secretPath",
    hint: "The source folder was deleted. Name another one, or delete the sync with removeSecretsOnDelete: false.",
  },
  {
    text: /Local IPs not allowed/,
    code: "rejected",
    path: "instanceUrl",
    hint: 'The source instance refuses private addresses. Set ALLOW_INTERNAL_IP_CONNECTIONS=true there (localhost stays refused), or use execution: "engine".',
  },
  {
    text: /targeting the same instance/,
    code: "same-place",
    path: "instanceUrl",
    hint: 'An instance does not sync to itself. Use execution: "engine" for two projects of one instance.',
  },
  {
    text: /Failed to validate credentials|verify credentials/,
    code: "authentication",
    path: "machineIdentityClientSecret",
    hint: "The source instance could not log in at instanceUrl: check URL, client ID and client secret, and that it can reach that address.",
  },
  {
    text: /Cannot delete App Connection/,
    code: "rejected",
    hint: "Delete the syncs that use it first.",
  },
  {
    text: /plan (restriction|limit)/,
    code: "rejected",
    path: "execution",
    hint: 'The plan of the source instance does not allow it; execution: "engine" needs no plan.',
  },
];

function rightsText({ rights }: Refusal): string {
  const named = rights.map(({ action, subject }) => `"${action}" on "${subject}"`);
  return named.length > 0 ? named.join(", ") : "a right";
}
