/** URNs: `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`. */

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
