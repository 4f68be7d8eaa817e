import { defineConfig } from "vitest/config";
import { SlowFirst } from "./test/support/slow-first.ts";

export default defineConfig(({ mode }) => ({
  test: {
    include: [
      "provider/**/*.test.ts",
      "automation/**/*.test.ts",
      "infisical-server/**/*.test.ts",
      "test/**/*.test.ts",
    ],
    // Much of the time goes to waiting for children.
    maxWorkers: 4,
    sequence: { sequencer: SlowFirst },
    // What the provider reports is of interest where a test fails.
    silent: "passed-only",
    // Loading the modules anew for every file takes longer than most of them; what a module keeps, tests tell apart.
    isolate: false,
    // Node runs the sources as it runs users' programs; Vite would transform each of them for every worker, and map every stack.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // Children (stacks, providers, command line tools) share two cores with the tests.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The second reporter is what .ci/run counts from.
    reporters: ["default", ["json", { outputFile: "node_modules/.vitest/results.json" }]],
    env: { EXTERNAL_INFISICAL_TEST_ALL: mode === "all" ? "1" : "" },
    setupFiles: ["test/support/setup.ts"],
    globalSetup: ["test/fleet/template.ts"],
  },
}));
