/** What is refused before anything is written, all of it at once. */
import { BridgeError } from "../../errors.ts";
import type { DesiredSecret } from "../desired.ts";
import { toLabel } from "../label.ts";
import { byOwner } from "../ownership/owners.ts";
import { some } from "../shortened.ts";
import type { ListedSecret } from "../store.ts";
import type { GuardInput, Problem } from "./input.ts";
import { refusedKeys, refusedMarks, rotatedKeys, wrongProject } from "./instance.ts";
import {
  emptySource,
  importedReferences,
  tooManyDeletes,
  unownedKeys,
  unresolvedReferences,
} from "./options.ts";

/** @throws BridgeError with the code of the first problem and the text of all of them. */
export function guard(input: GuardInput): void {
  raise([
    ...wrongProject(input),
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

function raise(problems: readonly Problem[]): void {
  const [first, ...rest] = problems;
  if (!first) return;
  const hint = [first.hint, ...rest.map((problem) => `Also: ${problem.text} ${problem.hint}`)].join(" ");
  throw new BridgeError(first.code, first.text, { path: first.path, hint });
}
