#!/usr/bin/env node
/** The program that Terraform and OpenTofu start: `terraform-provider-externalinfisical`. */
import { followParent, isStartedByTerraform, startPlugin } from "./plugin.ts";

if (isStartedByTerraform(process.env)) {
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
