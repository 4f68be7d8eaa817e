/** Writes the configuration, then hands it to terraform or tofu, and to nothing else: node run.ts plan */
import { spawnSync } from "node:child_process";
import "./main.ts";

const tool = process.env["TERRAFORM_BINARY_NAME"] ?? "terraform";

for (const args of [["init"], process.argv.slice(2)]) {
  const { error, status } = spawnSync(tool, ["-chdir=cdktf.out/stacks/billing", ...args], {
    stdio: "inherit",
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
