// Imports as the backend of October 2024 follows them: level by level, each place once, and of what an imported folder
// imports itself the first alone. A list expands what is imported even where it was not asked to, where it stands and then
// again in each place on its way.

import { type Imported, type ImportsOf, type Shown, sourceOf } from "../imports/secret-imports.ts";
import type { Folder, SecretImport } from "../model.ts";
import type { Expander } from "../secrets/references.ts";

const MAX_LEVELS = 10;

export const importsOf: ImportsOf = (folder, { answer, expandSecretReferences, expander }) =>
  follow(folder.imports, expandSecretReferences || answer === "list" ? expander : undefined, new Set(), 0);

function follow(
  imports: readonly SecretImport[],
  expander: Expander | undefined,
  seen: Set<Folder>,
  level: number,
): Imported[] {
  if (level === MAX_LEVELS) return [];
  const found = imports.flatMap((one) => {
    const source = one.isReplication ? undefined : sourceOf(one);
    return source && !seen.has(source) ? [{ import: one, source }] : [];
  });
  const sources = new Set(found.map(({ source }) => source));
  for (const source of sources) seen.add(source);
  const beneath = [...sources].flatMap((source) => source.imports);
  const deeper = beneath.length > 0 ? follow(beneath, expander, seen, level + 1) : [];
  return found.map((one) => {
    const first = deeper.find((other) => other.import.folder === one.source);
    const own = [...one.source.secrets.values()].map((secret) => ({ secret, value: () => secret.value }));
    const byKey = new Map([...(first?.secrets ?? []), ...own].map((shown) => [shown.secret.key, shown]));
    return { ...one, secrets: [...byKey.values()].map((shown) => expanded(shown, one.source, expander)) };
  });
}

const expanded = ({ secret, value }: Shown, source: Folder, expander: Expander | undefined): Shown => ({
  secret,
  value: expander ? () => expander.expand({ ...secret, value: value() }, [source]) : value,
});
