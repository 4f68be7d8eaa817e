import { expect, test } from "vitest";
import { oldNodeMessage } from "./node-version.ts";

test.each(["18.20.0", "20.20.2", "22.18.9"])("Node %s is too old, and is told so", (version) => {
  expect(oldNodeMessage(version)).toContain(`needs Node 22.19 or later; this is ${version}`);
});

test.each(["22.19.0", "23.0.0", "24.21.0"])("Node %s will do", (version) => {
  expect(oldNodeMessage(version)).toBeUndefined();
});
