import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { deferHeavyModules } from "./lazy-sdk.ts";

const load = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
const typescript = load.resolve("typescript");
const arborist = load.resolve("@npmcli/arborist/lib/arborist/index.js");
const isLoaded = (path: string) => load.cache[path] !== undefined;

test("the SDK starts without TypeScript and Arborist, and has them when it needs them", async () => {
  deferHeavyModules(import.meta.url);
  const { runtime } = load("./index.js");
  expect([typescript, arborist].map(isLoaded)).toEqual([false, false]);

  const { text } = await runtime.serializeFunction(Function("return () => 42")());
  expect(text).toContain("() => 42");
  expect([typescript, arborist].map(isLoaded)).toEqual([true, false]);

  const { Arborist } = load("@npmcli/arborist");
  expect(new Arborist({ path: tmpdir() }).path).toBe(tmpdir());
  expect([typescript, arborist].map(isLoaded)).toEqual([true, true]);
});

test("a program has spans that record nothing, as long as nothing is traced", () => {
  deferHeavyModules(import.meta.url);
  const tracing = load("./cmd/run/tracing.js");
  const span = tracing.newSpan("language-runtime.run");
  span.setAttribute("typescript-enabled", false);
  span.end();
  expect(span.isRecording()).toBe(false);
  expect(isLoaded(load.resolve("@opentelemetry/exporter-zipkin"))).toBe(false);
  tracing.stop();
  expect(isLoaded(load.resolve("@opentelemetry/exporter-zipkin"))).toBe(true);
  expect(tracing.newSpan).toBe(load("./cmd/run/tracing.js").newSpan);
});
