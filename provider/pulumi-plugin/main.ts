#!/usr/bin/env node
/** The program that Pulumi starts: `pulumi-resource-externalinfisical [flags for logs] <address of the engine>`. */
import manifest from "../../package.json" with { type: "json" };
import { whenParentIsGone } from "../parent.ts";
import { createShared } from "../resources/process.ts";
import { createPlugin } from "./plugin.ts";
import { servePlugin } from "./service.ts";
import { createUserLog } from "./user-log.ts";

// A report of a crash lists the environment, where client secrets may stand.
process.report.excludeEnv = true;

const address = process.argv.slice(2).at(-1);

if (address === undefined) {
  console.error(
    "This program is a resource plugin of Pulumi, which starts it itself. See docs/pulumi-plugin.md.",
  );
  process.exitCode = 1;
} else {
  serve(address).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}

async function serve(engine: string): Promise<void> {
  const shared = createShared();
  const { tell, arrived } = createUserLog(engine);
  const plugin = createPlugin({ environment: process.env, shared, tell });
  const { port } = await servePlugin(plugin, { version: manifest.version, beforeAnswers: arrived });
  whenParentIsGone(() => process.exit(0));
  // The engine reads the first line, and takes all else for output.
  process.stdout.write(`${port}\n`);
}
