import type { DesiredSecret } from "../desired.ts";
import { toLabel } from "../label.ts";
import { hasHiddenMetadata } from "../parts.ts";
import type { ListedSecret } from "../store.ts";
import { READ_METADATA } from "./metadata.ts";
import { problem, raise } from "./problem.ts";

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

type Noted = Pick<ListedSecret, "key" | "copied">;
