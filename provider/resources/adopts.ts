/** What inputs say of an object of the instance that is taken over: its id, and what is changed of it. */
import { formatWarning } from "../engine/record/progress.ts";
import { pick } from "./properties.ts";
import type { Context, Properties } from "./resource.ts";

/** The input that a check adds. It stays in the inputs, since taking it away would itself look like a change. */
export const ADOPTS = "adopts";

const CHANGING = ", changing ";

/** @param changed names of the arguments that are not as declared; where there are none, nothing is written */
export const adopting = (id: string, changed: readonly string[]): Properties => ({
  [ADOPTS]: changed.length === 0 ? id : `${id}${CHANGING}${changed.join(", ")}`,
});

/** What is known of an object of the instance that is there already. */
interface Existing {
  id: string;
  name: string;
  createdAt?: string | undefined;
  updatedAt?: string | undefined;
}

/** An instance does not tell who manages an object: another stack that does so can only be thought of. */
export function warnOfAdoption(
  { id, name, createdAt, updatedAt }: Existing,
  what: "Connection" | "Sync",
  { log, shared }: Context,
): void {
  // A resource that is replaced is checked twice.
  if (!shared.isToldFirst(`adopts ${id}`)) return;
  const times = [
    ...(createdAt === undefined ? [] : [`made ${createdAt}`]),
    ...(updatedAt === undefined ? [] : [`last updated ${updatedAt}`]),
  ];
  const when = times.length > 0 ? ` (${times.join(", ")})` : "";
  log(
    formatWarning(
      `the Infisical ${what} "${name}" is there already${when} and is taken over. If another stack or somebody's hand manages it, both will change it in turn.`,
    ),
  );
}

/** What an earlier deployment has recorded of it. */
export const adopted = (properties: Properties): Properties => pick(properties, [ADOPTS]);

/** What to do about an object of that name that is in the way. One that was pointed elsewhere by hand is not known for one's own. */
export const IN_THE_WAY =
  "Choose another name, or set adopt to take it over. If it is this deployment's own, and somebody has changed it at the instance, refresh first; where its resource has another name in the program now, say so, by an alias with Pulumi, by a moved block with Terraform.";

/** The names of the arguments that are changed; undefined for what is not taken over. */
export function changedByAdoption(properties: Readonly<Properties>): string[] | undefined {
  const text = properties[ADOPTS];
  if (typeof text !== "string") return undefined;
  const at = text.indexOf(CHANGING);
  return at === -1 ? [] : text.slice(at + CHANGING.length).split(", ");
}
