import { expect, test } from "vitest";
import { loadMemory, type RememberedKey, storeMemory } from "./memory.ts";

test("what is stored is read back, in the order of the labels", () => {
  const memory = new Map<string, RememberedKey>([
    ["B", { origin: "adopted", pushed: "1@s~01234567", destination: "2@d" }],
    ["%5F_proto__", { origin: "created", pushed: "3@s", destination: "4@d" }],
  ]);
  const stored = storeMemory(memory);
  expect(Object.entries(stored)).toEqual([
    ["%5F_proto__", "created 3@s 4@d"],
    ["B", "adopted 1@s~01234567 2@d"],
  ]);
  expect(loadMemory(JSON.parse(JSON.stringify(stored)))).toEqual(memory);
});

test("no memory is an empty one", () => {
  expect(loadMemory(undefined)).toEqual(new Map());
});

test.each(["", "created", "created 1@s", "made 1@s 1@d", "created  1@d", "created changed 1@s 2@d"])(
  "a text that is no memory (%j) is refused, not guessed at",
  (text) => {
    expect(() => loadMemory({ A: text })).toThrow(
      expect.objectContaining({ code: "unreadable-state", message: expect.stringContaining("key A") }),
    );
  },
);
