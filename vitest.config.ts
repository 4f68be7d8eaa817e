import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { SlowFirst } from "./test/support/slow-first.ts";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => ({
  resolve: {
    alias: [
      { find: /^external-infisical$/, replacement: source("provider/index.ts") },
      { find: /^external-infisical\/pulumi\/provider$/, replacement: source("provider/pulumi/provider.ts") },
      { find: /^external-infisical\/pulumi$/, replacement: source("provider/pulumi/index.ts") },
      { find: /^external-infisical\/automation$/, replacement: source("automation/index.ts") },
      { find: /^external-infisical\/testing$/, replacement: source("infisical-server/index.ts") },
    ],
  },
  test: {
    include: [
      "provider/**/*.test.ts",
      "automation/**/*.test.ts",
      "infisical-server/**/*.test.ts",
      "test/**/*.test.ts",
    ],
    // Much of the time goes to waiting for children.
    maxWorkers: 3,
    sequence: { sequencer: SlowFirst },
    // What the provider reports is of interest where a test fails.
    silent: "passed-only",
    // Loading the modules anew for every file takes longer than most of them; what a module keeps, tests tell apart.
    isolate: false,
    // Children (stacks, providers, command line tools) share two cores with the tests.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The second reporter is what .ci/run counts from.
    reporters: ["default", ["json", { outputFile: "node_modules/.vitest/results.json" }]],
    env: { EXTERNAL_INFISICAL_TEST_ALL: mode === "all" ? "1" : "" },
    setupFiles: ["test/support/setup.ts"],
  },
}));
