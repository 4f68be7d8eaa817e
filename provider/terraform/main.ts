#!/usr/bin/env node
/** The program that Terraform and OpenTofu start: `terraform-provider-externalinfisical`. */
import { oldNodeMessage } from "../node-version.ts";
import { followParent, isStartedByTerraform, startPlugin } from "./plugin.ts";

// A report of a crash lists the environment, where client secrets may stand.
process.report.excludeEnv = true;

// Terraform takes the `node` of the PATH, which npm does not check.
const tooOld = oldNodeMessage();

if (tooOld !== undefined) {
  // Of a provider that does not start, Terraform shows the first line of its standard output.
  console.log(tooOld);
  process.exitCode = 1;
} else if (isStartedByTerraform(process.env)) {
  serve().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
} else if (process.argv[2] === "install") {
  installHere(process.argv.slice(3)).catch((error: unknown) => {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
} else {
  console.error(
    "This program is a provider for Terraform and OpenTofu, which start it themselves. With the argument install it puts itself where they find it; see docs/terraform.md of external-infisical.",
  );
  process.exitCode = 1;
}

async function installHere(argv: readonly string[]): Promise<void> {
  const { installSelf } = await import("./install/self.ts");
  console.log(await installSelf(argv));
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
