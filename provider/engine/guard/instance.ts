/** What an instance would refuse, or ignore without a word. */
import { FOLDER_NAMES } from "../../normal-place.ts";
import { isLong, isOdd, LONGEST_KEY } from "../key-names.ts";
import type { Change } from "../plan.ts";
import { holdsSecrets, type ListedSecret } from "../store.ts";
import { type Located, locatorOf } from "../tree-key.ts";
import { type GuardInput, labelsOf, type Problem, problem } from "./problem.ts";

/** Their keys among a folder's secrets. */
export const rotatedIn = (secrets: readonly ListedSecret[]): ReadonlySet<string> =>
  new Set(secrets.filter(({ isRotated }) => isRotated).map(({ key }) => key));

export function wrongProject({ facts }: GuardInput): Problem | undefined {
  if (!facts || holdsSecrets(facts)) return undefined;
  return {
    code: "wrong-project-type",
    path: "destinationConfig.projectId",
    text: `The destination project is of type ${facts.type}, which holds no secrets.`,
    hint: "Name a Secret Manager project.",
  };
}

export function rotatedAtSource(input: GuardInput): Problem | undefined {
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

export function rotatedAtDestination(input: GuardInput): Problem | undefined {
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

export function oddFolders(input: GuardInput): Problem | undefined {
  const odd = newLabels(input, ({ folder }) => !FOLDER_NAMES.test(folder));
  return problem(odd, (keys) => ({
    code: "invalid-keys",
    text: `Infisical refuses folders with other than letters, digits, hyphens and underscores in their names: ${keys}.`,
    hint: "Rename these folders.",
  }));
}

export function oddKeys(input: GuardInput): Problem | undefined {
  const odd = newLabels(input, ({ name }) => isOdd(name));
  return problem(odd, (keys) => ({
    code: "invalid-keys",
    text: `Infisical refuses new keys with : or / in their names: ${keys}.`,
    hint: "Rename these keys.",
  }));
}

export function longKeys(input: GuardInput): Problem | undefined {
  const long = newLabels(input, ({ name }) => isLong(name));
  return problem(long, (keys) => ({
    code: "invalid-keys",
    text: `Infisical refuses new keys of more than ${LONGEST_KEY} characters: ${keys}.`,
    hint: "Rename these keys.",
  }));
}

export function largeSecrets(input: GuardInput): Problem | undefined {
  const { encodedBytes = () => 0, limitBytes = Number.POSITIVE_INFINITY } = input;
  const large = labelsOf(input, (change) => change.kind !== "delete" && encodedBytes(change) > limitBytes);
  return problem(large, (keys) => ({
    code: "invalid-keys",
    text: `Too large for one request, which may hold ${limitBytes} bytes: ${keys}.`,
    hint: "Store these values elsewhere.",
  }));
}
