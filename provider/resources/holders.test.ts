import { expect, test } from "vitest";
import { createHolders } from "./holders.ts";

const sync = (name: string) => ({ what: "Infisical Sync", name, projectId: "p" }) as const;

test("an object that is on record for two resources is not renamed by one of them", () => {
  const objects = createHolders();
  objects.find("1", sync("a"));
  objects.keep("1", sync("a"));
  expect(() => objects.find("1", sync("b"))).toThrow("The Infisical Sync 1 is on record for two resources");
});

test("a resource may be looked at again, and others have objects of their own", () => {
  const objects = createHolders();
  objects.find("1", sync("a"));
  objects.find("1", sync("a"));
  objects.keep("1", sync("a"));
  objects.find("2", sync("b"));
  expect([objects.isHeld("1"), objects.isHeld("2"), objects.isHeld("3")]).toEqual([true, true, false]);
});

test("what this deployment has made may be called otherwise by the next, in the same process", () => {
  const objects = createHolders();
  objects.make("1", sync("a"));
  objects.find("1", sync("b"));
  expect(objects.isHeld("1")).toBe(true);
});
