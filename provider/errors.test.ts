import { expect, test } from "vitest";
import { BridgeError, describeError } from "./errors.ts";

const told = (message: string, hint?: string, path?: string) =>
  describeError(new BridgeError("rejected", message, { hint, path }));

test.each([
  [told("It failed.", "Try again."), "It failed. Try again."],
  [told("Cannot write (403) no rights", "Ask for them."), "Cannot write (403) no rights. Ask for them."],
  [told("Differences:\n  key A", "Preview again."), "Differences:\n  key A\nPreview again."],
  [told("It is unknown.", undefined, "projectId"), "projectId: It is unknown."],
  [describeError(new Error("plain")), "plain"],
  [describeError("text"), "text"],
])("%j", (text, expected) => {
  expect(text).toBe(expected);
});
