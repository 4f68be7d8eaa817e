import { expect, it } from "vitest";
import { EngineError } from "../engines/engine.ts";
import { detailedExitCode, exitCodeOf } from "./exit-codes.ts";

const failed = (message: string) =>
  new EngineError("resource-failed", "update failed", { diagnostics: [{ severity: "error", message }] });

it.each([
  [new Error("anything"), 1],
  [new EngineError("locked", "x"), 1],
  [new EngineError("program-failed", "x"), 1],
  [new EngineError("invalid-config", "x"), 2],
  [new EngineError("unsupported", "x"), 2],
  [new EngineError("wrong-passphrase", "x"), 3],
  [failed("Cannot read secrets: the credentials were refused. (401, request r)"), 3],
  [failed('No client secret for connection "dr".'), 3],
  [failed("the identity lacks a right. (403, request r)"), 4],
  [new EngineError("unexpected-changes", "x"), 7],
  [new EngineError("cancelled", "x"), 8],
  [new EngineError("timed-out", "x"), 9],
  [failed("dr.example.com did not answer in time (deadline)"), 9],
])("%s ends with %d", (error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});

it("tells a policy violation", () => {
  expect(exitCodeOf(new EngineError("policy-violation", "timed out"))).toBe(5);
});

it("speaks Terraform when asked to", () => {
  expect(detailedExitCode({ failed: true, hasChanges: true })).toBe(1);
  expect(detailedExitCode({ failed: false, hasChanges: true })).toBe(2);
  expect(detailedExitCode({ failed: false, hasChanges: false })).toBe(0);
});
