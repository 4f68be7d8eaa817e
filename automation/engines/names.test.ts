import { expect, it } from "vitest";
import { isName, stackName } from "./names.ts";

it.each(["dev", "prod-2", "a.b_c", ".hidden", "x".repeat(100)])("takes %s for a stack", (name) => {
  expect(stackName(name, "demo")).toBe(name);
  expect(stackName(`organization/${name}`, "demo")).toBe(name);
  expect(stackName(`organization/demo/${name}`, "demo")).toBe(name);
});

it("leaves the organization of a backend that has such", () => {
  expect(stackName("acme/demo/dev", "demo")).toBe("acme/demo/dev");
  expect(stackName("acme/dev")).toBe("acme/dev");
});

it.each([
  "",
  ".",
  "..",
  "../../x",
  "prod/../../x",
  "organization/demo/..",
  "organization/../dev",
  "a/b/c/d",
  "bad name!",
  "dev\n",
  "x".repeat(101),
  "a\\b",
])("takes %j for no stack, and says what is allowed", (name) => {
  expect(() => stackName(name, "demo")).toThrow(
    expect.objectContaining({
      code: "invalid-config",
      hint: expect.stringContaining("letters, digits, hyphens, underscores and periods"),
    }),
  );
});

it("refuses a stack of another project", () => {
  expect(() => stackName("organization/other/dev", "demo")).toThrow('another project than "demo"');
});

it.each(["..", ".", "a/b", "", "a b"])("takes %j for no project", (name) => {
  expect(isName(name)).toBe(false);
});
