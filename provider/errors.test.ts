import { expect, test } from "vitest";
import { BridgeError, describeError } from "./errors.ts";

const told = (message: string | readonly string[], hint?: string, path?: string) =>
  describeError(new BridgeError("rejected", message, { hint, path }));

test.each([
  [told("It failed.", "Try again."), "It failed. Try again."],
  [told("Cannot write (403) no rights", "Ask for them."), "Cannot write (403) no rights. Ask for them."],
  [told(["Differences:", "  key A"], "Preview again."), "Differences:\n  key A\nPreview again."],
  [told("It is unknown.", undefined, "projectId"), "projectId: It is unknown."],
  [describeError(new Error("plain")), "plain"],
  [describeError(Object.assign(new Error("It is locked."), { hint: "Wait." })), "It is locked. Wait."],
  [describeError("text"), "text"],
])("%j", (text, expected) => {
  expect(text).toBe(expected);
});

test("a name with line breaks makes no line, wherever it stands", () => {
  const name = "/x\n::error title=pwn::y\u2028##[error]z\r";
  expect(told(`There is no ${name}.`, `Is it ${name}?`)).toBe(
    "There is no /x ::error title=pwn::y # #[error]z . Is it /x ::error title=pwn::y # #[error]z ?",
  );
  expect(told(["Differences:", name, `  ${name}`])).toBe(
    "Differences:\n/x ::error title=pwn::y # #[error]z \n  /x ::error title=pwn::y # #[error]z ",
  );
  expect(told("\n::error::first")).toBe(" : :error::first");
});
