/** Given values as the configuration has them, in JSON and in HCL. */
import { lookUp } from "../look-up.ts";
import { argumentsIn, type Shape, type Table, toSnakeCase } from "./table.ts";

export type Values = Readonly<Record<string, unknown>>;

/** For JSON. */
export function toJson(table: Table, values: Values): Values {
  return render(table, values, (shape, value) =>
    isNested(shape) && isFields(value) ? toJson(shape.single, value) : reference(value),
  );
}

/** For HCL: the libraries want to know of each value how it is written, down to the fields of objects. */
export function toHcl(table: Table, values: Values): Values {
  return render(table, values, (shape, value) => ({
    value: isNested(shape) && isFields(value) ? toJson(shape.single, value) : reference(value),
    isBlock: false,
    // A type that they know for objects would be written as a block, which these attributes are not.
    type: isNested(shape) ? "any" : shape === "stringMap" ? "map" : "simple",
    storageClassType: isNested(shape) ? "object" : shape,
  }));
}

function render(table: Table, values: Values, one: (shape: Shape, value: unknown) => unknown): Values {
  return Object.fromEntries(
    Object.entries(argumentsIn(table))
      .filter(([name]) => lookUp(values, name) !== undefined)
      .map(([name, shape]) => [toSnakeCase(name), one(shape, lookUp(values, name))]),
  );
}

export const isNested = (shape: Shape): shape is { single: Table } =>
  typeof shape === "object" && "single" in shape;

const isObject = (value: unknown): value is Values => typeof value === "object" && value !== null;

/** Fields that somebody wrote, and neither a token nor a construct. */
export const isFields = (value: unknown): value is Values =>
  isObject(value) && typeof value["resolve"] !== "function" && !isConstruct(value);

/** A construct where an object is wanted stands for its attributes, all at once. */
const reference = (value: unknown) => (isConstruct(value) ? value.fqn : value);

const isConstruct = (value: unknown): value is { fqn: string } =>
  isObject(value) && "terraformResourceType" in value && typeof value["fqn"] === "string";
