/** What an examination of both sides means for a sync. Pure. */

import { isLong, isLower, isOdd, LONGEST_KEY } from "../../../provider/engine/key-names.ts";
import { fromLabel } from "../../../provider/engine/label.ts";
import { some } from "../../../provider/engine/shortened.ts";
import { holdsSecrets } from "../../../provider/engine/store.ts";
import { locatorAt } from "../../../provider/engine/tree-key.ts";
import type { BridgeError } from "../../../provider/errors.ts";
import type { Examined } from "../../../provider/resources/sync/examine.ts";
import type { SecretSyncInputs } from "../../../provider/resources/sync/inputs.ts";
import { type Finding, finding } from "./document.ts";

type Side = "source" | "destination";

export function findingsOf(inputs: SecretSyncInputs, source: Examined, destination: Examined): Finding[] {
  return [
    ...sideFindings("source", source),
    ...(source.folderExists === false ? [missingSource(inputs)] : []),
    ...sideFindings("destination", destination),
    ...(destination.folderExists === false ? [missingDestination(inputs)] : []),
    ...keyNames(source, destination),
  ];
}

function sideFindings(side: Side, found: Examined): Finding[] {
  const told = finding.bind(undefined, side);
  if (found.keys === undefined) return [failed(side, "login and describe", found.failure)];
  const { keys, folderExists, failure, unreadable, hidden, hiddenFolders = [], facts, writes } = found;
  const { isOlderApi, rateLimit } = found;
  return [
    told("login", "ok", found.login),
    ...(folderExists ? [told("folder"), told("describe", "ok", `${keys.length} keys`)] : []),
    ...(failure ? [failed(side, "examine", failure)] : []),
    ...(hidden ? [readFinding(side, hidden, hiddenFolders)] : []),
    ...(unreadable ? [failed(side, "read", unreadable)] : []),
    ...(!facts || holdsSecrets(facts)
      ? []
      : [
          told(
            "project type",
            "error",
            `the project is of type ${facts.type}, which holds no secrets`,
            "Name a Secret Manager project.",
          ),
        ]),
    ...(writes ? writeFindings(side, writes) : []),
    ...(isOlderApi === undefined
      ? []
      : [
          isOlderApi
            ? told(
                "API",
                "warning",
                "the instance has secrets API v3 only: more requests are needed, and upserts are two",
                "Update the instance when you can.",
              )
            : told("API", "ok", "v4"),
        ]),
    ...(rateLimit === undefined ? [] : [told("rate limit", "ok", `${rateLimit} requests in a window`)]),
  ];
}

function readFinding(side: Side, hidden: readonly string[], folders: readonly string[]): Finding {
  const told = finding.bind(undefined, side, "read");
  if (folders.length > 0)
    return told(
      "error",
      `the identity may not see what is in ${some(folders)}, which lists leave out without a word`,
      "Give it read access to all folders beneath.",
    );
  if (hidden.length === 0) return told();
  return told(
    "error",
    `the identity may describe but not read ${some(hidden)}`,
    'Give it the permission "Read Value" on secrets of that folder.',
  );
}

function writeFindings(side: Side, writes: NonNullable<Examined["writes"]>): Finding[] {
  const rights = (["edit", "delete"] as const).filter((right) => side === "destination" || right === "edit");
  const isRefused = rights.some((right) => writes[right].kind === "missing");
  return [
    ...rights.map((right): Finding => {
      const found = writes[right];
      switch (found.kind) {
        case "not-refused":
          return isRefused
            ? finding(side, right, "not-tested", "a try without effect was not refused, which is no proof")
            : finding(side, right, "ok", "a try without effect was not refused");
        case "missing":
          return failed(side, right, found.error);
        case "unknown":
          return finding(side, right, "not-tested", "the instance answers probes in no known way");
        default:
          return found satisfies never;
      }
    }),
    finding(side, "create", "not-tested", "there is no harmless way to try it"),
  ];
}

const failed = (side: Side, check: string, error: BridgeError | undefined): Finding =>
  finding(side, check, "error", error?.message ?? "", error?.hint);

const missingSource = ({ secretPath }: SecretSyncInputs): Finding =>
  finding(
    "source",
    "folder",
    "error",
    `there is no folder ${secretPath}, or none that the identity may see`,
    "Check secretPath: an empty source would read like everything was deleted.",
  );

const missingDestination = ({ destinationConfig: { secretPath } }: SecretSyncInputs): Finding =>
  finding(
    "destination",
    "folder",
    "not-tested",
    `there is no folder ${secretPath} yet; the first run makes it, if the identity may create folders and secrets`,
  );

/** Names that the destination would refuse for a new key. */
function keyNames(source: Examined, destination: Examined): Finding[] {
  if (!source.keys || !destination.keys) return [];
  const present = new Set(destination.keys);
  const locate = locatorAt(destination.place ?? {});
  const nameOf = (label: string) => locate(fromLabel(label)).name;
  const created = source.keys.filter((label) => !present.has(label));
  const found = (isMeant: (key: string) => boolean) => created.filter((label) => isMeant(nameOf(label)));
  const lower = destination.facts?.autoCapitalization ? found(isLower) : [];
  const told = finding.bind(undefined, "both", "key names");
  const problem = (
    status: "warning" | "error",
    labels: readonly string[],
    text: string,
    remedy: string,
  ): Finding[] => (labels.length === 0 ? [] : [told(status, `${text}: ${some(labels)}`, remedy)]);
  const problems = [
    ...problem("error", found(isOdd), "the destination refuses new keys with : or /", "Rename these keys."),
    ...problem(
      "error",
      found(isLong),
      `the destination refuses new keys of more than ${LONGEST_KEY} characters`,
      "Rename these keys.",
    ),
    ...problem(
      "warning",
      lower,
      "the destination project asks for upper-case keys, and may refuse",
      "If it does, rename these keys, or switch capitalisation off in the destination project's settings.",
    ),
  ];
  return problems.length > 0 ? problems : [told()];
}
