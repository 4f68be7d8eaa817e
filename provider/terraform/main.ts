#!/usr/bin/env node
/** The program that Terraform and OpenTofu start: `terraform-provider-externalinfisical`. */
import { followParent, isStartedByTerraform, startPlugin } from "./plugin.ts";

// A report of a crash lists the environment, where client secrets may stand.
process.report.excludeEnv = true;

const OLDEST_NODE = [22, 19] as const;

if (isTooOld(process.versions.node)) {
  console.error(
    `This provider needs Node.js ${OLDEST_NODE.join(".")} or later; found ${process.versions.node}.`,
  );
  process.exitCode = 1;
} else if (isStartedByTerraform(process.env)) {
  serve().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
} else {
  console.error(
    "This program is a provider for Terraform and OpenTofu, which start it themselves. See the README of external-infisical.",
  );
  process.exitCode = 1;
}

async function serve(): Promise<void> {
  // Loading the provider takes longer than Terraform's way from the handshake to its first call.
  const plugin = await startPlugin({
    environment: process.env,
    find: async (path) => (await import("./methods.ts")).findMethod(path),
  });
  followParent(plugin.close);
  process.stdout.write(`${plugin.handshake}\n`);
  await import("./methods.ts");
}

/** Terraform takes the `node` of the PATH, which npm does not check. */
function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}
