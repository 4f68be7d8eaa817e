/** The tree of resources, row by row. */

interface Resource {
  urn: string;
  type: string;
  parent: string;
}

/** A resource with the lines that lead to it. */
export interface TreeRow<Of> {
  prefix: string;
  resource: Of;
}

/** Resources below their parents, in the order of the document. */
export function treeRows<Of extends Resource>(resources: readonly Of[]): TreeRow<Of>[] {
  const urns = new Set(resources.map(({ urn }) => urn));
  const rootStack = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn;
  const parentOf = (resource: Of): string | undefined => {
    if (urns.has(resource.parent)) return resource.parent;
    return resource.urn === rootStack ? undefined : rootStack;
  };
  const children = Map.groupBy(resources, parentOf);
  const below = (parent: string | undefined, lead: string, isRoot: boolean): TreeRow<Of>[] => {
    const siblings = children.get(parent) ?? [];
    return siblings.flatMap((resource, index) => {
      const isLast = index === siblings.length - 1;
      const branch = isRoot ? "" : isLast ? "└─ " : "├─ ";
      const next = isRoot ? "" : `${lead}${isLast ? "   " : "│  "}`;
      return [{ prefix: lead + branch, resource }, ...below(resource.urn, next, false)];
    });
  };
  return below(undefined, "", true);
}
