import { BridgeError, type ErrorCode } from "../errors.ts";
import type { SyncOptions } from "../schema.ts";
import type { DesiredSecret } from "./desired.ts";
import { toLabel } from "./label.ts";
import type { Change, Claimed, Plan } from "./plan.ts";
import type { ListedSecret, ProjectFacts } from "./store.ts";

/** What is refused before anything is written, all of it at once. */
export interface GuardInput {
  plan: Plan;
  options: SyncOptions;
  /** Of the destination's project, where they had to be asked for. */
  facts: ProjectFacts;
  /** Bytes a change would take in a request, and the most one may take that is alone there. */
  encodedBytes: (change: Change) => number;
  limitBytes: number;
  rotated: Rotated;
}

/** Keys whose values an instance sets by itself. */
interface Rotated {
  source: ReadonlySet<string>;
  destination: ReadonlySet<string>;
}

/** Their keys among a folder's secrets. */
export const rotatedIn = (secrets: readonly ListedSecret[]): ReadonlySet<string> =>
  new Set(secrets.filter(({ isRotated }) => isRotated).map(({ key }) => key));

interface Problem {
  code: ErrorCode;
  path?: string;
  text: string;
  hint: string;
}

/** @throws BridgeError with the code of the first problem and the text of all of them. */
export function guard(input: GuardInput): void {
  raise([
    ...wrongProject(input.facts),
    ...claimedKeys(input),
    ...refusedMarks(input),
    ...rotatedKeys(input),
    ...emptySource(input),
    ...tooManyDeletes(input),
    ...unownedKeys(input),
    ...refusedKeys(input),
    ...unresolvedReferences(input),
    ...importedReferences(input),
  ]);
}

/** Values that may not be read cannot be compared. @throws BridgeError `partial-read` */
export function guardReadable(source: readonly DesiredSecret[], destination: readonly ListedSecret[]): void {
  const hidden = (side: string, path: string, keys: string[]): Problem[] =>
    keys.length === 0
      ? []
      : [
          {
            code: "partial-read",
            path,
            text: `The ${side} identity may list but not read ${some(keys)}.`,
            hint: 'Give it the permission "Read Value" on secrets of that folder.',
          },
        ];
  raise([
    ...hidden("source", "secretPath", labels(source)),
    ...hidden("destination", "destinationConfig.secretPath", labels(destination)),
  ]);
}

const labels = (secrets: readonly { key: string; isHidden: boolean }[]) =>
  secrets.filter((secret) => secret.isHidden).map((secret) => toLabel(secret.key));

function wrongProject(facts: ProjectFacts): Problem[] {
  if (facts.type === undefined || facts.type === "secret-manager") return [];
  return [
    {
      code: "wrong-project-type",
      path: "destinationConfig.projectId",
      text: `The destination project is of type ${facts.type}, which holds no secrets.`,
      hint: "Name a Secret Manager project.",
    },
  ];
}

/** Keys that another sync has marked, named with their owner. */
function claimedKeys({ plan }: GuardInput): Problem[] {
  if (plan.claimed.length === 0) return [];
  return [
    {
      code: "owned-elsewhere",
      path: "destinationConfig",
      text: `Keys at the destination are marked as another sync's: ${byOwner(plan.claimed).join("; ")}.`,
      hint: "Give each sync a folder of its own. If that owner is this sync under another name, or is no more, set syncOptions.takeOverFrom to the owner.",
    },
  ];
}

/** For each owner its keys, and the owner's text. */
export function byOwner(claimed: readonly Claimed[]): string[] {
  const owners = Map.groupBy(claimed, ({ owner }) => owner);
  const told = [...owners].map(([owner, keys]) => `${some(keys.map(({ label }) => label))} (${owner})`);
  return told.length > MOST_OWNERS
    ? [...told.slice(0, MOST_OWNERS), `and those of ${told.length - MOST_OWNERS} more owners`]
    : told;
}

const MOST_OWNERS = 3;

/** What to tell of keys that stay since another sync has marked them; at most one text. */
export function keptForOthers({ kept }: Pick<Plan, "kept">): string[] {
  const others = kept.flatMap(({ label, owner }) => (owner === undefined ? [] : [{ label, owner }]));
  if (others.length === 0) return [];
  return [`not deleted, since they are marked as another sync's: ${byOwner(others).join("; ")}`];
}

function refusedMarks({ plan, facts }: GuardInput): Problem[] {
  if (facts.enforcesEncryptedMetadata !== true || !plan.changes.some(isMarking)) return [];
  return [
    {
      code: "encrypted-metadata",
      path: "syncOptions.ownershipMark",
      text: "The destination project takes encrypted metadata only, so that marks could not be read by others.",
      hint: "Let the project take unencrypted metadata, or set syncOptions.ownershipMark to false.",
    },
  ];
}

/** Writes that an instance ignores without a word, and deletes that it refuses. */
function rotatedKeys({ plan, rotated }: GuardInput): Problem[] {
  const problem = (
    side: keyof Rotated,
    path: string,
    changes: readonly Change[],
    hint: string,
  ): Problem[] => {
    const keys = changes.filter(({ key }) => rotated[side].has(key)).map(({ label }) => label);
    if (keys.length === 0) return [];
    const text = `The ${side} rotates ${some(keys)} by itself: it ignores what others write there, and refuses to delete it.`;
    return [{ code: "rotated-secrets", path, text, hint }];
  };
  const imported = plan.changes.filter((change) => change.kind === "import");
  const pushed = plan.changes.filter(({ kind }) => kind === "update" || kind === "delete");
  return [
    ...problem(
      "source",
      "secretPath",
      imported,
      "End that rotation, or import with import-prioritize-source.",
    ),
    ...problem(
      "destination",
      "destinationConfig.secretPath",
      pushed,
      "End that rotation, or take these keys out of the source folder and set syncOptions.unownedKeys to keep.",
    ),
  ];
}

/** True for a change that writes a mark. */
export const isMarking = (change: Change): boolean => "metadata" in change && change.metadata !== undefined;

function emptySource({ plan, options }: GuardInput): Problem[] {
  if (plan.sourceSize > 0 || plan.counts.delete === 0 || options.allowEmptySource) return [];
  return [
    {
      code: "empty-source",
      path: "secretPath",
      text: `The source folder holds no secrets; the run would delete ${plan.counts.delete} of ${plan.destinationSize} keys at the destination.`,
      hint: "Check the source folder, or set syncOptions.allowEmptySource.",
    },
  ];
}

function tooManyDeletes({ plan, options }: GuardInput): Problem[] {
  if (options.maxDeletes === undefined) return [];
  const limit =
    typeof options.maxDeletes === "number"
      ? options.maxDeletes
      : Math.floor((Number.parseInt(options.maxDeletes, 10) * plan.destinationSize) / 100);
  if (plan.counts.delete <= limit) return [];
  return [
    {
      code: "too-many-deletes",
      path: "syncOptions.maxDeletes",
      text: `The run would delete ${plan.counts.delete} of ${plan.destinationSize} keys at the destination: ${some(of(plan, "delete"))}; maxDeletes (${options.maxDeletes}) allows ${limit}.`,
      hint: "Check the source, or raise syncOptions.maxDeletes.",
    },
  ];
}

function unownedKeys({ plan, options }: GuardInput): Problem[] {
  if (options.unownedKeys !== "fail") return [];
  const foreign = plan.changes.filter(
    (change) => (change.kind === "delete" || change.kind === "update") && !change.isOwned,
  );
  if (foreign.length === 0) return [];
  return [
    {
      code: "unowned-keys",
      path: "syncOptions.unownedKeys",
      text: `The run would delete or overwrite keys that this sync did not write: ${some(foreign.map((change) => change.label))}.`,
      hint: "Move them elsewhere, or set syncOptions.unownedKeys to keep or delete.",
    },
  ];
}

/** The instance's database has room for no more (data-plane §9.1). */
const LONGEST_KEY = 500;

/** Keys that an instance refuses: data-plane §9.1, §18. */
function refusedKeys({ plan, facts, encodedBytes, limitBytes }: GuardInput): Problem[] {
  const creates = plan.changes.filter(
    (change) => change.kind === "create" || (change.kind === "import" && !change.existsInSource),
  );
  const writes = plan.changes.filter((change) => change.kind !== "delete");
  const odd = creates.filter((change) => /[:/]/.test(change.key));
  const lower = facts.enforcesUpperCase
    ? creates.filter((change) => change.kind === "create" && change.key !== change.key.toUpperCase())
    : [];
  const long = creates.filter((change) => [...change.key].length > LONGEST_KEY);
  const large = writes.filter((change) => encodedBytes(change) > limitBytes);
  const problem = (changes: readonly Change[], text: string, hint: string): Problem[] =>
    changes.length === 0
      ? []
      : [{ code: "invalid-keys", text: `${text}: ${some(changes.map((change) => change.label))}.`, hint }];
  return [
    ...problem(odd, "Infisical refuses new keys with : or / in their names", "Rename these keys."),
    ...problem(
      lower,
      "The destination project demands upper-case keys",
      "Rename these keys, or switch capitalisation off in the destination project's settings.",
    ),
    ...problem(
      long,
      `Infisical refuses new keys of more than ${LONGEST_KEY} characters`,
      "Rename these keys.",
    ),
    ...problem(
      large,
      `Too large for one request, which may hold ${limitBytes} bytes`,
      "Store these values elsewhere.",
    ),
  ];
}

function unresolvedReferences({ plan, options }: GuardInput): Problem[] {
  if (options.unresolvedReferences !== "fail" || plan.unresolved.length === 0) return [];
  return [
    {
      code: "unresolved-references",
      path: "syncOptions.unresolvedReferences",
      text: `References that the source could not resolve stand in ${some(plan.unresolved)}.`,
      hint: "Mend the references, or set syncOptions.unresolvedReferences to push.",
    },
  ];
}

function importedReferences({ plan, options }: GuardInput): Problem[] {
  if (options.allowImportedReferences) return [];
  const risky = plan.changes.filter((change) => change.kind === "import" && change.value.holdsReference);
  if (risky.length === 0) return [];
  return [
    {
      code: "imported-references",
      path: "syncOptions.allowImportedReferences",
      text: `Values to be imported into the source hold references: ${some(risky.map((change) => change.label))}. The source would resolve them with its own rights and push what they point at.`,
      hint: "Remove the references at the destination, or set syncOptions.allowImportedReferences.",
    },
  ];
}

function raise(problems: readonly Problem[]): void {
  const [first, ...rest] = problems;
  if (!first) return;
  const hint = [first.hint, ...rest.map((problem) => `Also: ${problem.text} ${problem.hint}`)].join(" ");
  throw new BridgeError(first.code, first.text, { path: first.path, hint });
}

const of = (plan: Plan, kind: Change["kind"]) =>
  plan.changes.filter((change) => change.kind === kind).map((change) => change.label);

/** At most ten names, and how many more there are. */
export function some(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
