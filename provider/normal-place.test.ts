import { expect, test } from "vitest";
import { normalPath, normalProjectId } from "./normal-place.ts";
import { instanceUrl, secretSyncArgs } from "./schema.ts";

const { secretPath, projectId } = secretSyncArgs.shape;

test.each([
  ["/", "/"],
  ["//", "/"],
  ["/app", "/app"],
  ["/app/", "/app"],
  ["/app///", "/app"],
  ["//app", "/app"],
  ["/app//db", "/app/db"],
  [" /app/ ", "/app"],
  ["/App", "/App"],
])("the path %j is written %s, as argument and on record", (text, path) => {
  expect(secretPath.parse(text)).toBe(path);
  expect(normalPath(text)).toBe(path);
  expect(normalPath(path)).toBe(path);
});

test.each([
  "/./app",
  "/app/..",
  "/a b",
  "/app /",
  "/ app",
  "/a\\b",
  "/a\n::error::x",
  "/a\u00a0b",
  "/ä",
  "/a%2Fb",
])("no folder is at %j", (text) => {
  const { error } = secretPath.safeParse(text);
  expect(error?.issues.map(({ message }) => message)).toEqual([expect.stringContaining("names of folders")]);
});

test("a path begins with a slash, and what does not is left alone on record", () => {
  const { error } = secretPath.safeParse("app/");
  expect(error?.issues.map(({ message }) => message)).toEqual(["must start with /"]);
  expect(normalPath("04da6b54-80e4-46f7-96ec-b56ff0331ba9")).toBe("04da6b54-80e4-46f7-96ec-b56ff0331ba9");
});

test("an id in capitals is the same project", () => {
  expect(projectId.parse(" 6F1C0D7E-5B1F-4C55-9D40-0C9A4F6E1D2B")).toBe(
    "6f1c0d7e-5b1f-4c55-9d40-0c9a4f6e1d2b",
  );
  expect(normalProjectId("Billing")).toBe("Billing");
});

test.each([
  "https://x.example",
  "https://X.Example.",
  "HTTPS://x.example:443/",
  "https://x.example.:443/api/",
])("%s is one instance", (text) => {
  expect(instanceUrl.parse(text)).toBe("https://x.example");
});
