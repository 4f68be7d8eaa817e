/** Arguments as they were meant: a secret, or an output, that comes to nothing arrives as null, which is as if it had been left out. */
import { isPlain } from "./properties.ts";
import type { Properties } from "./resource.ts";

const OBJECTS = ["syncOptions", "destinationConfig"];

export const given = (news: Properties): Properties =>
  Object.fromEntries(
    Object.entries(news).flatMap(([name, value]) =>
      value === null ? [] : [[name, OBJECTS.includes(name) ? withoutNulls(value) : value]],
    ),
  );

const withoutNulls = (value: unknown): unknown =>
  isPlain(value) ? Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null)) : value;
