import { expect, test } from "vitest";
import { lengthFingerprint, listing } from "../../test/support/engine.ts";
import { desired, holdsReferences } from "./desired.ts";
import type { Listing } from "./store.ts";

const rows = (raw: Listing, expanded?: Listing) =>
  Object.fromEntries(
    desired(raw, expanded, lengthFingerprint).map(({ key, value, revision }) => [
      key,
      `${value.reveal()} ${revision}`,
    ]),
  );

test("the folder's own secrets win over imports, and later imports over earlier ones", () => {
  const folder = listing({ A: "own@3" }, [
    { A: "first", B: "first", C: "first" },
    { B: "second", A: "second" },
  ]);
  expect(rows(folder)).toEqual({
    A: "own 3@s-A",
    B: "second 1@i1-B~len6",
    C: "first 1@i0-C~len5",
  });
  expect(
    Object.fromEntries(desired(folder, undefined, lengthFingerprint).map((s) => [s.key, s.isOwn])),
  ).toEqual({
    A: true,
    B: false,
    C: false,
  });
});

test("an import with nothing in it changes nothing", () => {
  expect(rows(listing({ A: "x" }, [{}]))).toEqual({ A: "x 1@s-A" });
});

test("a value made of references is told apart by a fingerprint, a plain one is not", () => {
  const raw = listing({ URL: "https://${HOST}@4", HOST: "a.example" });
  const expanded = listing({ URL: "https://a.example@4", HOST: "a.example" });
  expect(rows(raw, expanded)).toEqual({
    URL: "https://a.example 4@s-URL~len17",
    HOST: "a.example 1@s-HOST",
  });
});

test("references that are copied as text are told apart too", () => {
  expect(rows(listing({ URL: "https://${HOST}" }))).toEqual({ URL: "https://${HOST} 1@s-URL~len15" });
  expect(desired(listing({ URL: "${HOST}" }), undefined, lengthFingerprint)[0]?.isUnresolved).toBe(false);
});

test("a reference that is still there after expansion is unresolved; other dollar signs are not", () => {
  const raw = listing({ A: "${B}", C: "${D}", E: "$E {F} ${", G: "${}" });
  const expanded = listing({ A: "b", C: "${D}", E: "$E {F} ${", G: "${}" });
  const unresolved = desired(raw, expanded, lengthFingerprint).filter((secret) => secret.isUnresolved);
  expect(unresolved.map((secret) => secret.key)).toEqual(["C"]);
});

test("a key that only the expanded list has is told apart by a fingerprint", () => {
  expect(rows(listing({ A: "${B}" }), listing({ A: "b", NEW: "n" }))).toMatchObject({
    NEW: "n 1@s-NEW~len1",
  });
});

test("values are as an instance will store them, and the fingerprint is of that", () => {
  expect(rows(listing({ A: "  a b \n\n" }, [{ B: " b " }]))).toEqual({
    A: "a b\n 1@s-A",
    B: "b 1@i0-B~len1",
  });
});

test("a hidden value stays marked as hidden", () => {
  const folder = listing({ A: "x", B: "y" });
  const hidden = { ...folder, secrets: folder.secrets.map((row) => ({ ...row, isHidden: row.key === "B" })) };
  expect(desired(hidden, undefined, lengthFingerprint).map((s) => [s.key, s.isHidden])).toEqual([
    ["A", false],
    ["B", true],
  ]);
});

test.each([
  ["an own value", listing({ A: "x${B}" }), true],
  ["an imported value", listing({}, [{}, { A: "${B}" }]), true],
  ["none", listing({ A: "$B" }, [{ C: "{D}" }]), false],
])("references in %s", (_name, folder, expected) => {
  expect(holdsReferences(folder)).toBe(expected);
});
