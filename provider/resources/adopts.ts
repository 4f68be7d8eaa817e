/** What inputs say of an object of the instance that is taken over: its id, and what is changed of it. */
import { pick } from "./properties.ts";
import type { Properties } from "./resource.ts";

/** The input that a check adds. It stays in the inputs, since taking it away would itself look like a change. */
export const ADOPTS = "adopts";

const CHANGING = ", changing ";

/** @param changed names of the arguments that are not as declared; where there are none, nothing is written */
export const adopting = (id: string, changed: readonly string[]): Properties => ({
  [ADOPTS]: changed.length === 0 ? id : `${id}${CHANGING}${changed.join(", ")}`,
});

/** What an earlier deployment has recorded of it. */
export const adopted = (properties: Properties): Properties => pick(properties, [ADOPTS]);

/** The names of the arguments that are changed; undefined for what is not taken over. */
export function changedByAdoption(properties: Readonly<Properties>): string[] | undefined {
  const text = properties[ADOPTS];
  if (typeof text !== "string") return undefined;
  const at = text.indexOf(CHANGING);
  return at === -1 ? [] : text.slice(at + CHANGING.length).split(", ");
}
