#!/usr/bin/env node
/** Entry of the command. It must itself run on an old Node, so it imports nothing else before it has looked. */
import { oldNodeMessage } from "../provider/node-version.ts";

// A report of a crash lists the environment, where secrets stand.
process.report.excludeEnv = true;

const message = oldNodeMessage();
if (message !== undefined) {
  console.error(message);
  process.exitCode = 2;
} else {
  // Programs and providers are processes of their own, and compiling the SDK takes longer than running it.
  const { keepCompiled } = await import("./compile-cache.ts");
  keepCompiled(process.env);
  outliveReaders();
  const { deferHeavyModules, deferTransport } = await import("./engines/lazy-sdk.ts");
  deferHeavyModules(import.meta.url);
  deferTransport(import.meta.url);
  const { main } = await import("./main.ts");
  const { setFlagsFromString } = await import("node:v8");
  // The space for what is new has grown while flags were read; with each fleet it would grow to hundreds of megabytes.
  const keepYoungSpace = () => setFlagsFromString("--semi-space-growth-factor=1");
  process.exitCode = await main(process.argv.slice(2), keepYoungSpace);
}

/** A reader that is gone, as of `| head`, is no reason to break off a deployment in the middle. */
function outliveReaders(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  // What cannot be written there cannot be told anywhere.
  process.stderr.on("error", () => {});
}
