import { z } from "zod";
import { STATUS_DETAILS, WRAPPED_FAILURE } from "./wrapped-failure.ts";

const wrappedSchema = z.object({
  [WRAPPED_FAILURE]: z.object({ message: z.string(), details: z.base64() }),
});

/** The failure that a result's properties are, in the form that gRPC gives it, or undefined. */
export function unwrapFailure(properties: unknown): Error | undefined {
  const parsed = wrappedSchema.safeParse(properties);
  if (!parsed.success) return undefined;
  const { message, details } = parsed.data[WRAPPED_FAILURE];
  const value = Buffer.from(details, "base64");
  const metadata = { get: (name: string) => (name === STATUS_DETAILS ? [value] : []) };
  return Object.assign(new Error(message), { code: UNKNOWN, details: message, metadata });
}

const UNKNOWN = 2;
