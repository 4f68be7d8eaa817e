/**
 * What is refused before anything is written, all of it at once. A guard is one function here, and its line in the list.
 * What has to ask an instance first has a file of its own: `partial-read.ts`, `rights.ts`.
 */
import { BridgeError, type ErrorCode } from "../../errors.ts";
import { FOLDER_NAMES } from "../../normal-place.ts";
import { deletionLimit, type SyncOptions } from "../../schema.ts";
import type { DesiredSecret } from "../desired.ts";
import { equalText, type GoneFolder } from "../gone-folders.ts";
import { isLong, isOdd, LONGEST_KEY } from "../key-names.ts";
import { toLabel } from "../label.ts";
import { byOwner } from "../ownership/owners.ts";
import { MARK } from "../ownership/ownership.ts";
import { hasHiddenMetadata } from "../parts.ts";
import { type Change, overwritesForeign, type Plan } from "../plan.ts";
import { some } from "../shortened.ts";
import { holdsSecrets, type ListedSecret, type MetadataItem, type ProjectFacts } from "../store.ts";
import { flattensFolders, keepsFolders, type Located, locatorOf } from "../tree-key.ts";

/** A run that is about to begin, or is planned from what is on record: what is not known of it refuses nothing. */
export interface GuardInput {
  plan: Plan;
  options: SyncOptions;
  /** Of the destination's project, where they had to be asked for. */
  facts?: ProjectFacts;
  /** Of the destination's instance, where the run marks keys. */
  takesMetadata?: boolean | undefined;
  /** Bytes a change would take in a request, and the most one may take that is alone there. */
  encodedBytes?: (change: Change) => number;
  limitBytes?: number;
  /** Keys whose values an instance sets by itself; those of the source matter to a run that imports. */
  rotated: { source?: ReadonlySet<string>; destination: ReadonlySet<string> };
}

/** Why it may not. */
interface Problem {
  code: ErrorCode;
  path?: string;
  text: string;
  hint: string;
}

type Guard = (input: GuardInput) => Problem | undefined;

/** The code of the first problem is the error's. */
const GUARDS: readonly Guard[] = [
  importFlattened,
  wrongProject,
  claimedKeys,
  hiddenMetadata,
  noMetadata,
  encryptedMetadata,
  rotatedAtSource,
  rotatedAtDestination,
  emptySource,
  unownedKeys,
  oddFolders,
  oddKeys,
  longKeys,
  largeSecrets,
  unresolvedReferences,
  importedReferences,
];

/** Limits of what may be done where nobody looks. */
const LIMITS: readonly Guard[] = [tooManyDeletes];

/** @throws BridgeError with the code of the first problem and the text of all of them. */
export function guard(input: GuardInput): void {
  raise([...GUARDS, ...LIMITS].map((find) => find(input)));
}

/** The same of what was shown key by key and agreed to. */
export function guardAgreed(input: GuardInput): void {
  raise(GUARDS.map((find) => find(input)));
}

/** What may not be read cannot be compared. @throws BridgeError `partial-read` */
export function guardReadable(source: readonly DesiredSecret[], destination: readonly ListedSecret[]): void {
  const pushed = new Set(source.map(({ key }) => key));
  const noted = (side: string, path: string, secrets: readonly Noted[]) =>
    problem(
      secrets.filter(hasHiddenMetadata).map(({ key }) => toLabel(key)),
      (keys) => ({
        code: "partial-read",
        path,
        text: `The ${side} identity may not read all metadata of ${keys}, which is to be copied.`,
        hint: READ_METADATA,
      }),
    );
  const hidden = (side: string, path: string, secrets: readonly { key: string; isHidden: boolean }[]) =>
    problem(
      secrets.filter(({ isHidden }) => isHidden).map(({ key }) => toLabel(key)),
      (keys) => ({
        code: "partial-read",
        path,
        text: `The ${side} identity may list but not read ${keys}.`,
        hint: 'Give it the permission "Read Value" on secrets of that folder.',
      }),
    );
  raise([
    hidden("source", "secretPath", source),
    hidden("destination", "destinationConfig.secretPath", destination),
    noted("source", "secretPath", source),
    noted(
      "destination",
      "destinationConfig.secretPath",
      destination.filter(({ key }) => pushed.has(key)),
    ),
  ]);
}

const READ_METADATA =
  "Let the identity read the values there, encrypted metadata too, or take metadata out of syncOptions.copy.";

type Noted = Pick<ListedSecret, "key" | "copied">;

function raise(found: readonly (Problem | undefined)[]): void {
  const [first, ...rest] = found.filter((one) => one !== undefined);
  if (!first) return;
  const hint = [first.hint, ...rest.map((one) => `Also: ${one.text} ${one.hint}`)].join(" ");
  throw new BridgeError(first.code, first.text, { path: first.path, hint });
}

/** The problem of some keys, if there are any. */
const problem = (labels: readonly string[], tell: (keys: string) => Problem): Problem | undefined =>
  labels.length === 0 ? undefined : tell(some(labels));

/** The labels of the changes that are meant. */
const labelsOf = ({ plan }: GuardInput, isMeant: (change: Change) => boolean): string[] =>
  plan.changes.filter(isMeant).map(({ label }) => label);

/** Of keys that only the destination has, the plan tells first whether their metadata is written anywhere. */
function hiddenMetadata(input: GuardInput): Problem | undefined {
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

/** Their keys among a folder's secrets. */
export const rotatedIn = (secrets: readonly ListedSecret[]): ReadonlySet<string> =>
  new Set(secrets.filter(({ isRotated }) => isRotated).map(({ key }) => key));

/** As the product (control-plane §3.15). */
function importFlattened({ options }: GuardInput): Problem | undefined {
  if (!flattensFolders(options) || options.initialSyncBehavior === "overwrite-destination") return undefined;
  return {
    code: "invalid-arguments",
    path: "syncOptions.subFolders",
    text: `A first run cannot import with ${options.initialSyncBehavior} where folders are flattened: nothing tells into which folder.`,
    hint: "Set syncOptions.subFolders to keep (engine execution), or syncOptions.initialSyncBehavior to overwrite-destination.",
  };
}

// What an instance would refuse, or ignore without a word.

function wrongProject({ facts }: GuardInput): Problem | undefined {
  if (!facts || holdsSecrets(facts)) return undefined;
  return {
    code: "wrong-project-type",
    path: "destinationConfig.projectId",
    text: `The destination project is of type ${facts.type}, which holds no secrets.`,
    hint: "Name a Secret Manager project.",
  };
}

/** Keys that another sync has marked, named with their owner. */
function claimedKeys({ plan }: GuardInput): Problem | undefined {
  if (plan.claimed.length === 0) return undefined;
  return {
    code: "owned-elsewhere",
    path: "destinationConfig",
    text: `Keys at the destination are marked as another sync's: ${byOwner(plan.claimed).join("; ")}.`,
    hint: "Give each sync a folder of its own. If that owner is this sync under another name, or is no more, set syncOptions.takeOverFrom to the owner.",
  };
}

function noMetadata({ takesMetadata, plan }: GuardInput): Problem | undefined {
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

function encryptedMetadata({ plan, facts, takesMetadata }: GuardInput): Problem | undefined {
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

function rotatedAtSource(input: GuardInput): Problem | undefined {
  const imported = labelsOf(
    input,
    (change) => change.kind === "import" && !change.isOfParts && !!input.rotated.source?.has(change.key),
  );
  return problem(imported, (keys) => ({
    code: "rotated-secrets",
    path: "secretPath",
    text: rotatedText("source", keys),
    hint: "End that rotation, or import with import-prioritize-source.",
  }));
}

function rotatedAtDestination(input: GuardInput): Problem | undefined {
  const isPushed = ({ kind, key }: Change) =>
    (kind === "update" || kind === "delete") && input.rotated.destination.has(key);
  return problem(labelsOf(input, isPushed), (keys) => ({
    code: "rotated-secrets",
    path: "destinationConfig.secretPath",
    text: rotatedText("destination", keys),
    hint: "End that rotation, or take these keys out of the source folder and set syncOptions.unownedKeys to keep.",
  }));
}

const rotatedText = (side: string, keys: string) =>
  `The ${side} rotates ${keys} by itself: it ignores what others write there, and refuses to delete it.`;

const isNewName = (change: Change) =>
  change.kind === "create" || (change.kind === "import" && !change.existsInSource);

/** The labels of new keys that are called, or stand, as is meant. */
function newLabels(input: GuardInput, isMeant: (at: Located) => boolean): string[] {
  const locate = locatorOf(input.options);
  return labelsOf(input, (change) => isNewName(change) && isMeant(locate(change.key)));
}

function oddFolders(input: GuardInput): Problem | undefined {
  const odd = newLabels(input, ({ folder }) => !FOLDER_NAMES.test(folder));
  return problem(odd, (keys) => ({
    code: "invalid-keys",
    text: `Infisical refuses folders with other than letters, digits, hyphens and underscores in their names: ${keys}.`,
    hint: "Rename these folders.",
  }));
}

function oddKeys(input: GuardInput): Problem | undefined {
  const odd = newLabels(input, ({ name }) => isOdd(name));
  return problem(odd, (keys) => ({
    code: "invalid-keys",
    text: `Infisical refuses new keys with : or / in their names: ${keys}.`,
    hint: "Rename these keys.",
  }));
}

function longKeys(input: GuardInput): Problem | undefined {
  const long = newLabels(input, ({ name }) => isLong(name));
  return problem(long, (keys) => ({
    code: "invalid-keys",
    text: `Infisical refuses new keys of more than ${LONGEST_KEY} characters: ${keys}.`,
    hint: "Rename these keys.",
  }));
}

function largeSecrets(input: GuardInput): Problem | undefined {
  const { encodedBytes = () => 0, limitBytes = Number.POSITIVE_INFINITY } = input;
  const large = labelsOf(input, (change) => change.kind !== "delete" && encodedBytes(change) > limitBytes);
  return problem(large, (keys) => ({
    code: "invalid-keys",
    text: `Too large for one request, which may hold ${limitBytes} bytes: ${keys}.`,
    hint: "Store these values elsewhere.",
  }));
}

// What the options of a sync do not allow.

const emptiedText = ({ folder, equal }: GoneFolder) => (equal ? `${folder} (${equalText(equal)})` : folder);

function emptySource({ plan, options }: GuardInput): Problem | undefined {
  if (plan.emptied.length === 0 || options.allowEmptySource) return undefined;
  const deletes = plan.emptied.reduce((sum, { keys }) => sum + keys, 0);
  const which = keepsFolders(options) ? `s ${some(plan.emptied.map(emptiedText))} hold` : " holds";
  return {
    code: "empty-source",
    path: "secretPath",
    text: `The source folder${which} no secrets; the run would delete ${deletes} of ${plan.destinationSize} keys at the destination.`,
    hint: "Check the source folder, or set syncOptions.allowEmptySource.",
  };
}

function tooManyDeletes(input: GuardInput): Problem | undefined {
  const { counts, destinationSize } = input.plan;
  const { maxDeletes } = input.options;
  if (maxDeletes === undefined) return undefined;
  const limit = deletionLimit(maxDeletes, destinationSize);
  if (counts.delete <= limit) return undefined;
  return problem(
    labelsOf(input, ({ kind }) => kind === "delete"),
    (keys) => ({
      code: "too-many-deletes",
      path: "syncOptions.maxDeletes",
      text: `The run would delete ${counts.delete} of ${destinationSize} keys at the destination: ${keys}; maxDeletes (${maxDeletes}) allows ${limit}.`,
      hint: "Check the source, or raise syncOptions.maxDeletes.",
    }),
  );
}

function unownedKeys(input: GuardInput): Problem | undefined {
  if (input.options.unownedKeys !== "fail") return undefined;
  const isForeign = (change: Change) =>
    ((change.kind === "delete" || change.kind === "update") && !change.isOwned) || overwritesForeign(change);
  return problem(labelsOf(input, isForeign), (keys) => ({
    code: "unowned-keys",
    path: "syncOptions.unownedKeys",
    text: `The run would delete or overwrite keys that this sync did not write: ${keys}.`,
    hint: "Move them elsewhere, or set syncOptions.unownedKeys to keep or delete.",
  }));
}

function unresolvedReferences({ plan, options }: GuardInput): Problem | undefined {
  if (options.unresolvedReferences !== "fail") return undefined;
  return problem(plan.unresolved, (keys) => ({
    code: "unresolved-references",
    path: "syncOptions.unresolvedReferences",
    text: `References that the source could not resolve stand in ${keys}.`,
    hint: "Mend the references, or set syncOptions.unresolvedReferences to push.",
  }));
}

function importedReferences(input: GuardInput): Problem | undefined {
  if (input.options.allowImportedReferences) return undefined;
  const risky = labelsOf(input, (change) => change.kind === "import" && change.value.holdsReference);
  return problem(risky, (keys) => ({
    code: "imported-references",
    path: "syncOptions.allowImportedReferences",
    text: `Values to be imported into the source hold references: ${keys}. The source would resolve them with its own rights and push what they point at.`,
    hint: "Remove the references at the destination, or set syncOptions.allowImportedReferences.",
  }));
}
