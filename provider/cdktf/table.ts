/** Tables of attributes: what the classes are made from. A test compares them with the schema that the provider announces. */
import type { Resolvable } from "./library.ts";

/** How Terraform writes an attribute. */
export type Shape =
  | "string"
  | "number"
  | "boolean"
  | "strings"
  | "stringMap"
  | { readonly single: Table }
  | { readonly list: Table };

export type Shapes = Readonly<Record<string, Shape>>;

/** Attributes by camelCase name. */
export interface Table {
  readonly required?: Shapes;
  readonly optional?: Shapes;
  /** Optional ones that are in no plan and no state. */
  readonly writeOnly?: readonly string[];
  /** What the provider answers. */
  readonly computed?: Shapes;
}

/** What may be written. */
export const argumentsIn = ({ required, optional }: Table): Shapes => ({ ...required, ...optional });

/** What can be referred to. */
export const attributesIn = (table: Table): Shapes => ({ ...argumentsIn(table), ...table.computed });

/** The one place of these constructs where camelCase names become Terraform's. */
export const toSnakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A value without what stands for "absent" and for "not known yet". */
export type Known<T> = Exclude<T, undefined | Resolvable>;

type OptionalNames<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** Names of what may be left out. */
export type Optional<T> = OptionalNames<T> & string;
