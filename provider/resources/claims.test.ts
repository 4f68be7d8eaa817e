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

const tree = (secretPath: string) => ({ ...place(secretPath), isTree: true as const });

test.each([
  ["two on record", run("a"), run("b")],
  ["two that are created", run(NEW), run(NEW)],
])("resources that are equal in both are two also where one writes beneath: %s", (_case, first, second) => {
  const above = createClaims();
  above.claim(tree("/there"), writer("one"), first);
  expect(() => above.claim(place("/there/api"), writer("one"), second)).toThrow(/Two resources .*"one"/);
  const beneath = createClaims();
  beneath.claim(place("/there/api"), writer("one"), first);
  expect(() => beneath.claim(tree("/there"), writer("one"), second)).toThrow(/Two resources .*"one"/);
});

test("a sync that moves within its tree is one", () => {
  const claims = createClaims();
  claims.claim(tree("/there"), writer("one"), check("a"));
  claims.claim(place("/there/api"), writer("one"), run("a"));
  claims.claim(place("/there/web"), writer("one"), run("a"));
});
