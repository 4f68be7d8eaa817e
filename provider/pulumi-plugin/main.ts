#!/usr/bin/env node
/**
 * The program that Pulumi starts: `pulumi-resource-externalinfisical [flags for logs] <address of the engine>`. Somebody who
 * starts it in a debugger gives no address: engines attach to it then.
 */
import manifest from "../../package.json" with { type: "json" };
import { whenParentIsGone } from "../parent.ts";
import { createShared } from "../resources/process.ts";
import { createPlugin, type Plugin, type Surroundings } from "./plugin.ts";
import { type Instance, servePlugin } from "./service.ts";
import { createUserLog } from "./user-log.ts";

// A report of a crash lists the environment, where client secrets may stand.
process.report.excludeEnv = true;

const address = process.argv.slice(2).at(-1);

serve(address).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

async function serve(engine: string | undefined): Promise<void> {
  const first = engine === undefined ? { plugin: makePlugin((line) => console.error(line)) } : attach(engine);
  const { port } = await servePlugin(first, { version: manifest.version, attach });
  whenParentIsGone(() => process.exit(0));
  // The engine reads the first line, and takes all else for output.
  process.stdout.write(`${port}\n`);
  if (engine === undefined)
    console.error(
      `Pulumi starts this plugin itself. To debug it, run pulumi with PULUMI_DEBUG_PROVIDERS=externalinfisical:${port} in another terminal.`,
    );
}

function attach(engine: string): Instance {
  const { tell, arrived } = createUserLog(engine);
  return { plugin: makePlugin(tell), beforeAnswers: arrived };
}

function makePlugin(tell: Surroundings["tell"]): Plugin {
  return createPlugin({ environment: process.env, shared: createShared(), tell });
}
