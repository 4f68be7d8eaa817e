/** What is refused for the metadata of secrets: that which is copied, and marks, which are metadata too. */
import { MARK } from "../ownership/ownership.ts";
import type { Change } from "../plan.ts";
import type { MetadataItem } from "../store.ts";
import { type GuardInput, labelsOf, type Problem, problem } from "./problem.ts";

export const READ_METADATA =
  "Let the identity read the values there, encrypted metadata too, or take metadata out of syncOptions.copy.";

/** Of keys that only the destination has, the plan tells first whether their metadata is written anywhere. */
export function hiddenMetadata(input: GuardInput): Problem | undefined {
  const isHiding = (change: Change) =>
    change.kind === "import" && change.parts?.metadata?.some(({ isHidden }) => isHidden) === true;
  return problem(labelsOf(input, isHiding), (keys) => ({
    code: "partial-read",
    path: "destinationConfig.secretPath",
    text: `Not all metadata of ${keys}, which is to be imported, may be read.`,
    hint: READ_METADATA,
  }));
}

/** The metadata that a change writes to the destination. */
function metadataOf(change: Change): readonly MetadataItem[] | undefined {
  if (change.kind === "delete") return undefined;
  return (change.kind === "import" ? change.mark : change.parts)?.metadata;
}

export const writesMetadata = (change: Change): boolean => metadataOf(change) !== undefined;

export const importsMetadata = (change: Change): boolean =>
  change.kind === "import" && change.parts?.metadata !== undefined;

const isMark = ({ key }: MetadataItem): boolean => key === MARK;
const isMarking = (change: Change): boolean => metadataOf(change)?.some(isMark) === true;

export function noMetadata({ takesMetadata, plan }: GuardInput): Problem | undefined {
  if (takesMetadata !== false) return undefined;
  if (!plan.changes.some(isMarking))
    return {
      code: "no-metadata",
      path: "syncOptions.copy",
      text: "An instance that metadata is to be copied to has a version of Infisical that has none.",
      hint: "Update that instance, or take metadata out of syncOptions.copy.",
    };
  return {
    code: "no-metadata",
    path: "syncOptions.ownershipMark",
    text: "The destination's version of Infisical has no metadata of secrets, and so no place for marks.",
    hint: "Update that instance, or set syncOptions.ownershipMark to false.",
  };
}

export function encryptedMetadata({ plan, facts, takesMetadata }: GuardInput): Problem | undefined {
  if (takesMetadata === false || !facts?.enforcesEncryptedMetadata) return undefined;
  if (!plan.changes.some(isMarking)) {
    const isPlain = (change: Change) => metadataOf(change)?.some(({ isEncrypted }) => !isEncrypted) === true;
    return problem(
      plan.changes.filter(isPlain).map(({ label }) => label),
      (keys) => ({
        code: "encrypted-metadata",
        path: "syncOptions.copy",
        text: `The destination project takes encrypted metadata only, and the source has other metadata at ${keys}.`,
        hint: "Encrypt it at the source, or take metadata out of syncOptions.copy.",
      }),
    );
  }
  return {
    code: "encrypted-metadata",
    path: "syncOptions.ownershipMark",
    text: "The destination project takes encrypted metadata only, so that marks could not be read by others.",
    hint: "Let the project take unencrypted metadata, or set syncOptions.ownershipMark to false.",
  };
}
