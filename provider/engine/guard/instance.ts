/** What an instance would refuse, or ignore without a word. */

import type { Change } from "../plan.ts";
import { some } from "../shortened.ts";
import type { ListedSecret } from "../store.ts";
import type { GuardInput, Problem, Rotated } from "./input.ts";

export function wrongProject({ facts }: GuardInput): Problem[] {
  if (facts?.type === undefined || facts.type === "secret-manager") return [];
  return [
    {
      code: "wrong-project-type",
      path: "destinationConfig.projectId",
      text: `The destination project is of type ${facts.type}, which holds no secrets.`,
      hint: "Name a Secret Manager project.",
    },
  ];
}

export function refusedMarks({ plan, facts, takesMetadata }: GuardInput): Problem[] {
  if (takesMetadata === false)
    return [
      {
        code: "no-metadata",
        path: "syncOptions.ownershipMark",
        text: "The destination's version of Infisical has no metadata of secrets, and so no place for marks.",
        hint: "Update that instance, or set syncOptions.ownershipMark to false.",
      },
    ];
  if (facts?.enforcesEncryptedMetadata !== true || !plan.changes.some(isMarking)) return [];
  return [
    {
      code: "encrypted-metadata",
      path: "syncOptions.ownershipMark",
      text: "The destination project takes encrypted metadata only, so that marks could not be read by others.",
      hint: "Let the project take unencrypted metadata, or set syncOptions.ownershipMark to false.",
    },
  ];
}

/** True for a change that writes a mark. */
export const isMarking = (change: Change): boolean => "metadata" in change && change.metadata !== undefined;

/** Their keys among a folder's secrets. */
export const rotatedIn = (secrets: readonly ListedSecret[]): ReadonlySet<string> =>
  new Set(secrets.filter(({ isRotated }) => isRotated).map(({ key }) => key));

/** Writes that an instance ignores without a word, and deletes that it refuses. */
export function rotatedKeys({ plan, rotated }: GuardInput): Problem[] {
  const problem = (
    side: keyof Rotated,
    path: string,
    changes: readonly Change[],
    hint: string,
  ): Problem[] => {
    const keys = changes.filter(({ key }) => rotated[side]?.has(key)).map(({ label }) => label);
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

/** The instance's database has room for no more (data-plane §9.1). */
const LONGEST_KEY = 500;

/** Keys that an instance refuses: data-plane §9.1, §18. */
export function refusedKeys({
  plan,
  encodedBytes = () => 0,
  limitBytes = Number.POSITIVE_INFINITY,
}: GuardInput): Problem[] {
  const creates = plan.changes.filter(
    (change) => change.kind === "create" || (change.kind === "import" && !change.existsInSource),
  );
  const writes = plan.changes.filter((change) => change.kind !== "delete");
  const odd = creates.filter((change) => /[:/]/.test(change.key));
  const long = creates.filter((change) => [...change.key].length > LONGEST_KEY);
  const large = writes.filter((change) => encodedBytes(change) > limitBytes);
  const problem = (changes: readonly Change[], text: string, hint: string): Problem[] =>
    changes.length === 0
      ? []
      : [{ code: "invalid-keys", text: `${text}: ${some(changes.map((change) => change.label))}.`, hint }];
  return [
    ...problem(odd, "Infisical refuses new keys with : or / in their names", "Rename these keys."),
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
