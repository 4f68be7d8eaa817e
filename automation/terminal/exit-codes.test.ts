import { afterEach, expect, it, vi } from "vitest";
import { ALLOWED_HOSTS } from "../../provider/hosts.ts";
import { createClient } from "../../provider/infisical/http/client.ts";
import { type Properties, startNativeWorld } from "../../test/native/provider-calls.ts";
import type { World } from "../../test/support/world.ts";
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
  [new EngineError("wrong-passphrase", "x"), 2],
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

afterEach(() => vi.unstubAllEnvs());

const runtime = { delay: async () => {}, now: () => Date.now(), random: () => 0 };
const ALWAYS = { times: Number.POSITIVE_INFINITY };

// The texts are the provider's own words of now, as an engine would hand them on.
it.each<[string, number, (world: World) => Properties | undefined]>([
  ["a wrong client secret", 3, () => ({ machineIdentityClientSecret: "wrong" })],
  ["no client secret", 3, () => ({ machineIdentityClientSecret: undefined })],
  [
    "a token that is refused each time",
    3,
    ({ destination: { server } }) =>
      void server.fault({ kind: "status", status: 401, path: /secrets/, ...ALWAYS }),
  ],
  ["a host that is not allowed", 2, ({ source: { server } }) => void vi.stubEnv(ALLOWED_HOSTS, server.url)],
  [
    "an instance that does not answer",
    9,
    ({ destination: { server } }) => void server.fault({ kind: "hang", path: "/", ...ALWAYS }),
  ],
  ["a project that is not there", 4, () => ({ projectId: "6f1c0d7e-5b1f-4c55-9d40-0c9a4f6e1d2b" })],
])("%s ends with %d, by what the provider tells of it", async (_what, code, disturb) => {
  await using world = await startNativeWorld({ execution: "engine", source: { A: "1" } }, (options) =>
    createClient({ ...options, timeoutMs: 200 }, runtime),
  );
  const over = disturb(world);
  const { failures = [] } = await world.check("secretSync", {}, world.sync("an-id", over ?? {}));
  const [failure] = failures as { reason: string }[];
  expect(failure?.reason).toBeTypeOf("string");
  expect(exitCodeOf(failed(String(failure?.reason))), failure?.reason).toBe(code);
});

it("tells a policy violation", () => {
  expect(exitCodeOf(new EngineError("policy-violation", "timed out"))).toBe(5);
});

it("speaks Terraform when asked to", () => {
  expect(detailedExitCode({ failed: true, hasChanges: true })).toBe(1);
  expect(detailedExitCode({ failed: false, hasChanges: true })).toBe(2);
  expect(detailedExitCode({ failed: false, hasChanges: false })).toBe(0);
});
