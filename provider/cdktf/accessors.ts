/** What the classes have for each attribute: a reference, what was given, and how to change that. */

import { unknownName } from "../did-you-mean.ts";
import { lookUp } from "../look-up.ts";
import type { Attributed, Library } from "./library.ts";
import { isFields, isNested, type Values } from "./render.ts";
import { argumentsIn, attributesIn, type Shape, type Table, toSnakeCase } from "./table.ts";

/** Where a construct keeps what it was given: no attribute can have this name. */
export const GIVEN = Symbol("given");

interface Giving {
  [GIVEN]: Record<string, unknown>;
}

/** What every resource of Terraform may have. */
const META = ["connection", "count", "dependsOn", "forEach", "lifecycle", "provider", "provisioners"];

/** The values of a configuration that are attributes. @throws Error for a name that is none, nor Terraform's own */
export function valuesIn(table: Table, config: Values, path = ""): Record<string, unknown> {
  const shapes = argumentsIn(table);
  const names = Object.keys(config).filter((name) => config[name] !== undefined);
  for (const name of names) {
    const shape = lookUp(shapes, name);
    if (shape === undefined && (path !== "" || !META.includes(name)))
      throw new Error(`${path}${name}: ${unknownName(name, Object.keys(shapes))}`);
    const value = config[name];
    if (shape !== undefined && isNested(shape) && isFields(value))
      valuesIn(shape.single, value, `${path}${name}.`);
  }
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(shapes, name)).map((name) => [name, config[name]]),
  );
}

/** Attributes that read as references. */
export function defineAttributes(library: Library, prototype: object, table: Table): void {
  for (const [name, shape] of Object.entries(attributesIn(table)))
    Object.defineProperty(prototype, name, {
      get(this: Attributed) {
        const isComputed = table.computed?.[name] !== undefined;
        return isComputed && shape === "stringMap"
          ? new library.StringMap(this as never, toSnakeCase(name))
          : read(library, this, name, shape);
      },
      configurable: true,
    });
  defineGiven(prototype, table);
  for (const [name, shape] of Object.entries(argumentsIn(table)))
    if (typeof shape === "string")
      Object.defineProperty(prototype, name, {
        ...Object.getOwnPropertyDescriptor(prototype, name),
        set(this: Giving, value: unknown) {
          this[GIVEN][name] = value;
        },
      });
}

/** Attributes that read as they were given: those of a provider, which nothing can refer to. */
export function defineSettings(prototype: object, table: Table): void {
  defineGiven(prototype, table);
  for (const name of Object.keys(argumentsIn(table)))
    Object.defineProperty(prototype, name, {
      get(this: Giving) {
        return this[GIVEN][name];
      },
      set(this: Giving, value: unknown) {
        this[GIVEN][name] = value;
      },
      configurable: true,
    });
}

function defineGiven(prototype: object, table: Table): void {
  for (const [name, shape] of Object.entries(argumentsIn(table))) {
    const capital = name.charAt(0).toUpperCase() + name.slice(1);
    Object.defineProperty(prototype, `${name}Input`, {
      get(this: Giving) {
        return this[GIVEN][name];
      },
    });
    if (table.optional?.[name] !== undefined)
      method(prototype, `reset${capital}`, (self) => delete self[GIVEN][name]);
    if (typeof shape === "object")
      method(prototype, `put${capital}`, (self, value) => {
        self[GIVEN][name] = value;
      });
  }
}

function method(prototype: object, name: string, body: (self: Giving, value?: unknown) => void): void {
  Object.defineProperty(prototype, name, {
    value(this: Giving, value?: unknown) {
      body(this, value);
    },
  });
}

function read(library: Library, owner: Attributed, name: string, shape: Shape): unknown {
  const attribute = toSnakeCase(name);
  if (typeof shape === "object")
    return "single" in shape
      ? reference(library, shape.single, owner, attribute)
      : list(library, shape.list, owner, attribute);
  switch (shape) {
    case "string":
      return owner.getStringAttribute(attribute);
    case "number":
      return owner.getNumberAttribute(attribute);
    case "boolean":
      return owner.getBooleanAttribute(attribute);
    case "strings":
      return owner.getListAttribute(attribute);
    case "stringMap":
      return owner.getStringMapAttribute(attribute);
  }
}

function reference(library: Library, table: Table, owner: object, attribute: string, index?: number): object {
  const made = new (class extends library.ComplexObject {})(owner as never, attribute, false, index);
  for (const [name, shape] of Object.entries(attributesIn(table)))
    Object.defineProperty(made, name, { get: () => read(library, made, name, shape), enumerable: false });
  return made;
}

function list(library: Library, table: Table, owner: object, attribute: string): object {
  return new (class extends library.ComplexList {
    get(index: number) {
      return reference(library, table, owner, attribute, index);
    }
  })(owner as never, attribute, false);
}
