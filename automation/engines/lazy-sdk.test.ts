/** In a process of its own, as it is used: a worker of the tests has long loaded the SDK. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root } from "../../test/support/node.ts";

const START = `
  import { createRequire } from "node:module";
  import { deferHeavyModules, deferTransport } from "./automation/engines/lazy-sdk.ts";
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

test("functions that are sent elsewhere have their packages, as the SDK exports it", async () => {
  const told = await outcomeOf(`
    const { runtime } = load("./index.js");
    const isThere = () => isLoaded("normalize-package-data");
    const atFirst = isThere();
    const found = await runtime.computeCodePaths();
    console.log(JSON.stringify({ atFirst, isMap: found instanceof Map, atLast: isThere() }));
  `);
  expect(told).toEqual({ atFirst: false, isMap: true, atLast: true });
});

test("a program of this process runs without gRPC, and clients and servers are gRPC's where there are some", async () => {
  const told = await outcomeOf(`
    deferTransport(from);
    load("./index.js");
    const { ResourceProviderClient, ResourceProviderService } = load("./proto/provider_grpc_pb.js");
    const service = ResourceProviderClient.service === ResourceProviderService;
    const isThere = () => isLoaded("@grpc/grpc-js/build/src/server.js");
    const atFirst = isThere();
    const grpc = load("@grpc/grpc-js");
    const server = new grpc.Server();
    server.addService(ResourceProviderService, {
      configure: (_call, answer) => answer({ code: grpc.status.NOT_FOUND, details: "asked" }),
    });
    const credentials = grpc.ServerCredentials.createInsecure();
    const port = await new Promise((resolve) => server.bindAsync("127.0.0.1:0", credentials, (_, port) => resolve(port)));
    const client = new ResourceProviderClient("127.0.0.1:" + port, grpc.credentials.createInsecure());
    const { ConfigureRequest } = load("./proto/provider_pb.js");
    const { details } = await new Promise((resolve) => client.configure(new ConfigureRequest(), resolve));
    client.close();
    server.forceShutdown();
    console.log(JSON.stringify({ atFirst, service, details, atLast: isThere() }));
  `);
  expect(told).toEqual({ atFirst: false, service: true, details: "asked", atLast: true });
});
