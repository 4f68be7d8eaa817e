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

test("the SDK starts without what few programs use, and has each part once one is used", async () => {
  const told = await outcomeOf(`
    const parts = {
      typescript: "typescript",
      automation: "./automation/stack.js",
      cli: "execa",
      tracing: "@opentelemetry/exporter-zipkin",
      packages: "normalize-package-data",
    };
    const loaded = () => Object.keys(parts).filter((part) => isLoaded(parts[part]));
    const { automation, runtime } = load("./index.js");
    const tracing = load("./cmd/run/tracing.js");
    const span = tracing.newSpan("language-runtime.run");
    span.setAttribute("typescript-enabled", false);
    span.end();
    const steps = [["a span that records", span.isRecording(), loaded()]];

    const { text } = await runtime.serializeFunction(Function("return () => 42")());
    steps.push(["a function as text", text, loaded()]);

    steps.push(["its packages", await runtime.computeCodePaths() instanceof Map, loaded()]);

    tracing.stop();
    steps.push(["traces", tracing.newSpan === load("./cmd/run/tracing.js").newSpan, loaded()]);

    const isOne = automation.Stack === load("./automation/stack.js").Stack;
    const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
    steps.push(["the Automation API", isOne && typeof LocalWorkspace?.create, loaded()]);
    console.log(JSON.stringify(steps));
  `);
  expect(told).toEqual([
    ["a span that records", false, []],
    ["a function as text", expect.stringContaining("() => 42"), ["typescript"]],
    ["its packages", true, ["typescript", "packages"]],
    ["traces", true, ["typescript", "tracing", "packages"]],
    ["the Automation API", "function", ["typescript", "automation", "cli", "tracing", "packages"]],
  ]);
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
