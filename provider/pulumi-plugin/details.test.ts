import { expect, test } from "vitest";
import { detailsOf } from "./details.ts";

test("each key has its own line, with those that paths cannot hold in quotes", () => {
  const olds = { name: "a", keys: { A: "1@a", "B.C": "1@b", GONE: "1@c" }, secretPath: "/x" };
  const news = { name: "a", keys: { A: "2@a", "B.C": "2@b", 'D"E': "1@d" }, secretPath: "/y" };
  expect(detailsOf(olds, news, ["secretPath"])).toEqual([
    { path: "keys.A", kind: "update", isReplaced: false },
    { path: 'keys["B.C"]', kind: "update", isReplaced: false },
    { path: "keys.GONE", kind: "delete", isReplaced: false },
    { path: 'keys["D\\"E"]', kind: "add", isReplaced: false },
    { path: "secretPath", kind: "update", isReplaced: true },
  ]);
});

test("what is new as a whole is one line, and what is equal none", () => {
  expect(detailsOf({ a: { b: [1] } }, { a: { b: [1] }, keys: { A: "1@a" } })).toEqual([
    { path: "keys", kind: "add", isReplaced: false },
  ]);
});

test("a key that is named like what every object has is compared like any other", () => {
  expect(detailsOf({ keys: {} }, { keys: { constructor: "1@a" } })).toEqual([
    { path: "keys.constructor", kind: "add", isReplaced: false },
  ]);
});
