import { expect, test } from "vitest";
import { createClaims, NEW, type Turn } from "./claims.ts";

const place = (secretPath: string) => ({
  origin: "https://x.example",
  projectId: "p",
  environment: "prod",
  secretPath,
});
const writer = (name: string, from = "/app") => ({ name, source: place(from) });
const check = (resource?: string): Turn => ({ stage: "check", resource });
const run = (resource: string): Turn => ({ stage: "run", resource });

test("a destination has one writer, by name and source", () => {
  const claims = createClaims();
  claims.claim(place("/there"), writer("one"), check());
  claims.claim(place("/there"), writer("one"), check());
  claims.claim(place("/elsewhere"), writer("two"), check());
  expect(() => claims.claim(place("/there"), writer("two"), check())).toThrow(/"one" and "two" both write/);
  expect(() => claims.claim(place("/there"), writer("one", "/other"), check())).toThrow(
    /Two syncs named "one".*:\/app and one from .*:\/other/,
  );
  expect(claims.writerOf(place("/there"))).toBe("one");
});

test.each([
  ["two on record, planned", check("a"), check("b")],
  ["two on record, run", run("a"), run("b")],
  ["two that are created", run(NEW), run(NEW)],
])("resources that are equal in both are two: %s", (_case, first, second) => {
  const claims = createClaims();
  claims.claim(place("/there"), writer("one"), first);
  expect(() => claims.claim(place("/there"), writer("one"), second)).toThrow(/Two resources declare .*"one"/);
});

test.each([
  ["checked twice", check(), check()],
  ["planned twice", check("a"), check("a")],
  ["planned, then run", check("a"), run("a")],
  ["replaced", run("a"), run(NEW)],
])("one resource is one: %s", (_case, first, second) => {
  const claims = createClaims();
  claims.claim(place("/there"), writer("one"), first);
  claims.claim(place("/there"), writer("one"), second);
});
