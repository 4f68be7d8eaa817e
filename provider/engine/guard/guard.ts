/**
 * What is refused before anything is written, all of it at once. A guard is one function, and its line in the list: those of
 * what the options of a sync do not allow are here, those of what an instance would refuse in `instance.ts`, those of metadata
 * in `metadata.ts`. What has to ask an instance first has a file of its own: `partial-read.ts`, `rights.ts`.
 */
import { deletionLimit } from "../../schema.ts";
import { equalText, type GoneFolder } from "../gone-folders.ts";
import { byOwner } from "../ownership/owners.ts";
import { type Change, overwritesForeign } from "../plan.ts";
import { some } from "../shortened.ts";
import { flattensFolders, keepsFolders } from "../tree-key.ts";
import {
  largeSecrets,
  longKeys,
  oddFolders,
  oddKeys,
  rotatedAtDestination,
  rotatedAtSource,
  wrongProject,
} from "./instance.ts";
import { encryptedMetadata, hiddenMetadata, noMetadata } from "./metadata.ts";
import { type Guard, type GuardInput, labelsOf, type Problem, problem, raise } from "./problem.ts";

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
