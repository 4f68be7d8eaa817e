/** URNs: `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`. */
import { byName } from "../../provider/natural.ts";

export const ROOT_TYPE = "pulumi:pulumi:Stack";

export interface UrnParts {
  stack: string;
  project: string;
  /** The types of the parents and its own, joined by `$`. */
  qualifiedType: string;
  name: string;
}

export function parseUrn(urn: string): UrnParts {
  const [prefix = "", project = "", qualifiedType = "", ...name] = urn.split("::");
  return { stack: prefix.slice("urn:pulumi:".length), project, qualifiedType, name: name.join("::") };
}

export function makeUrn({ stack, project, qualifiedType, name }: UrnParts): string {
  return `urn:pulumi:${stack}::${project}::${qualifiedType}::${name}`;
}

/** The URN of a resource below `parent`; the stack itself does not show in its children's types. */
export function childUrn(stack: string, project: string, parent: string, type: string, name: string): string {
  const parentType = parent === "" ? "" : parseUrn(parent).qualifiedType;
  const qualifiedType = parentType === "" || parentType === ROOT_TYPE ? type : `${parentType}$${type}`;
  return makeUrn({ stack, project, qualifiedType, name });
}

export function typeOf(urn: string): string {
  return parseUrn(urn).qualifiedType.split("$").at(-1) ?? "";
}

/** True for the type of one of Pulumi's own resources that stand for providers. */
export const isProviderType = (type: string): boolean => type.startsWith("pulumi:providers:");

/** A reference to a provider is its URN and id. */
export function providerUrn(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}

/** "urn:pulumi:dev::demo::…::billing" → its last part. */
export const resourceName = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);

/**
 * As they stand in a file, then by name: engines tell of resources, and record them, in the order in which they were done with,
 * which is another one each time.
 */
export function inOrderOf(order: readonly string[] = []) {
  const places = new Map(order.map((urn, place) => [urn, place]));
  const placeOf = (urn: string) => places.get(urn) ?? order.length;
  return (a: { urn: string }, b: typeof a): number =>
    placeOf(a.urn) - placeOf(b.urn) ||
    byName(resourceName(a.urn), resourceName(b.urn)) ||
    byName(a.urn, b.urn);
}
