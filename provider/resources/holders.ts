/**
 * Which objects of the source instance the resources of this deployment stand for. A sync that is renamed without an
 * alias, or that adopts what it replaces, is a new resource for an object that an old resource is then to delete: it
 * stays, since the program declares it.
 */
export interface Holders {
  /** @param name of an object that a check has found as it is declared, so that it may be about to be replaced */
  hold(id: string, name?: string): void;
  /**
   * A resource that is replaced is checked twice: beside what is on record, and then as a new one. Gives the object that is
   * to make room for it, and does not hold that any more.
   */
  replaced(name: string): string | undefined;
  isHeld(id: string): boolean;
}

export function createHolders(): Holders {
  const held = new Set<string>();
  const named = new Map<string, string>();
  return {
    hold(id, name) {
      held.add(id);
      if (name !== undefined) named.set(name, id);
    },
    replaced(name) {
      const id = named.get(name);
      if (id !== undefined) held.delete(id);
      return id;
    },
    isHeld: (id) => held.has(id),
  };
}
