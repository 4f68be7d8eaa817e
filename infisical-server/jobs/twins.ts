// Secrets of one name in several folders, which no one list can hold (control-plane §3.15).

const MOST_TOLD = 5;

/** Why the secrets cannot be one list, as the product says it; undefined where they can. */
export function twinsText(secrets: readonly { key: string; path: string }[]): string | undefined {
  const twins = [...Map.groupBy(secrets, ({ key }) => key)].filter(([, alike]) => alike.length > 1);
  if (twins.length === 0) return undefined;
  const told = twins.slice(0, MOST_TOLD).map(([key, alike]) => `"${key}" in ${pathsOf(alike)}`);
  const more = twins.length - told.length;
  return `This destination stores secrets in a single flat list, so each name can be used only once. These names are used in more than one folder: ${told.join("; ")}${more > 0 ? `, and ${more} more` : ""}. Rename or move one secret in each pair, or point the sync at a narrower secret path.`;
}

const pathsOf = (alike: readonly { path: string }[]) =>
  alike
    .map(({ path }) => path)
    .sort()
    .join(" and ");
