/** Values as Pulumi's engine sends them: secrets, references and what is not known yet are marked, and marked again on the way back. */
import { RESOURCE_REFERENCE, SECRET, SIGNATURE, UNKNOWN } from "../marked-values.ts";
import { isPlain } from "../resources/properties.ts";
import type { Properties } from "../resources/resource.ts";

/** What stands for a value that is not known yet, also of each type that it will be of. */
const UNKNOWNS: readonly unknown[] = [
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

export type Path = readonly string[];

/** Secret wherever they come from: a state of a dynamic resource has them open in its messages. */
export const SECRETS: readonly Path[] = [["machineIdentityClientSecret"]];

/** Properties in clear, and where the secrets among them are. */
export interface Opened {
  properties: Properties;
  secrets: readonly Path[];
}

/** A resource that another one names. Its id is empty while it is not known. */
export interface Reference {
  urn: string;
  id: string;
}

export function opened(sent: unknown): Opened {
  const secrets: Path[] = [];
  const properties = open(sent, [], secrets);
  return { properties: isPlain(properties) ? properties : {}, secrets };
}

function open(value: unknown, path: Path, secrets: Path[]): unknown {
  if (UNKNOWNS.includes(value)) return UNKNOWN;
  if (Array.isArray(value))
    return value.map((inner, index) => open(inner, [...path, String(index)], secrets));
  if (!isPlain(value)) return value;
  if (value[SIGNATURE] === SECRET) {
    secrets.push(path);
    return open(value["value"], path, secrets);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, open(inner, [...path, name], secrets)]),
  );
}

/** As the engine is to keep them: with their secrets sealed, and without what is absent, which no message can hold. */
export const sealed = (properties: Properties, secrets: readonly Path[]): Properties =>
  seal(properties, [], new Set(secrets.map(nameOf))) as Properties;

function seal(value: unknown, path: Path, secrets: ReadonlySet<string>): unknown {
  const inside = sealInside(value, path, secrets);
  const isSecret = secrets.has(nameOf(path)) && inside !== null && inside !== UNKNOWN;
  return isSecret ? { [SIGNATURE]: SECRET, value: inside } : inside;
}

function sealInside(value: unknown, path: Path, secrets: ReadonlySet<string>): unknown {
  if (Array.isArray(value))
    return value.map((inner, index) => seal(inner, [...path, String(index)], secrets));
  if (!isPlain(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) =>
      inner === undefined ? [] : [[name, seal(inner, [...path, name], secrets)]],
    ),
  );
}

const nameOf = (path: Path) => JSON.stringify(path);

/** The resource that a property refers to, where it is one. */
export function referenceIn(value: unknown): Reference | undefined {
  if (!isPlain(value) || value[SIGNATURE] !== RESOURCE_REFERENCE) return undefined;
  const { urn, id } = value;
  if (typeof urn !== "string") return undefined;
  return { urn, id: typeof id === "string" && id !== UNKNOWN ? id : "" };
}
