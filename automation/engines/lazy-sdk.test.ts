/** In a process of its own, as it is used: a worker of the tests has long loaded the SDK. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root } from "../../test/support/node.ts";

const START = `
  import { createRequire } from "node:module";
  import { deferHeavyModules } from "./automation/engines/lazy-sdk.ts";
  const from = import.meta.resolve("@pulumi/pulumi/package.json");
  const load = createRequire(from);
  deferHeavyModules(from);
  const isLoaded = (name) => load.cache[load.resolve(name)] !== undefined;
`;

async function outcomeOf(script: string): Promise<unknown> {
  const args = ["--input-type=module-typescript", "-e", `${START}${script}`];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return JSON.parse(stdout);
}

test("the SDK starts without TypeScript, and has it when it needs it", async () => {
  const told = await outcomeOf(`
    const { runtime } = load("./index.js");
    const atFirst = isLoaded("typescript");
    const { text } = await runtime.serializeFunction(Function("return () => 42")());
    console.log(JSON.stringify({ atFirst, text, atLast: isLoaded("typescript") }));
  `);
  expect(told).toEqual({ atFirst: false, text: expect.stringContaining("() => 42"), atLast: true });
});

test("the SDK starts without its Automation API, and a program that uses it has it whole", async () => {
  const told = await outcomeOf(`
    const { automation } = load("./index.js");
    const isThere = () => ["./automation/stack.js", "execa"].map(isLoaded);
    const atFirst = isThere();
    const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
    const isOne = automation.Stack === load("./automation/stack.js").Stack;
    console.log(JSON.stringify({ atFirst, isOne, atLast: isThere(), isImported: typeof LocalWorkspace?.create }));
  `);
  expect(told).toEqual({
    atFirst: [false, false],
    isOne: true,
    atLast: [true, true],
    isImported: "function",
  });
});

test("a program has spans that record nothing, as long as nothing is traced", async () => {
  const told = await outcomeOf(`
    const exporter = "@opentelemetry/exporter-zipkin";
    const tracing = load("./cmd/run/tracing.js");
    const span = tracing.newSpan("language-runtime.run");
    span.setAttribute("typescript-enabled", false);
    span.end();
    const atFirst = [span.isRecording(), isLoaded(exporter)];
    tracing.stop();
    const isOne = tracing.newSpan === load("./cmd/run/tracing.js").newSpan;
    console.log(JSON.stringify({ atFirst, atLast: isLoaded(exporter), isOne }));
  `);
  expect(told).toEqual({ atFirst: [false, false], atLast: true, isOne: true });
});
