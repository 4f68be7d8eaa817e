import { LANGUAGES } from "../support/plugin-languages.ts";
import { openCliStack } from "../support/pulumi-cli-stack.ts";
import { isThorough } from "../support/thorough.ts";
import { type Driver, viewOf } from "./driver.ts";
import { type YamlPackage, yamlStack } from "./yaml-program.ts";

const lacking = LANGUAGES.find(({ name }) => name === "yaml")?.lacking;

const PLUGIN: YamlPackage = {
  open: openCliStack,
  syncOf: (args) => ({ ...args, connection: "${connection}" }),
  seen({ steps = [] }, isSync) {
    const mine = steps.find(({ urn, newState }) => newState && isSync(urn));
    return viewOf(mine?.oldState?.inputs ?? {}, mine?.newState?.inputs ?? {});
  },
  mapsIn: ({ inputs }) => inputs,
};

/** A program in YAML with the plugin, run by the real Pulumi CLI. */
export const pulumiPluginCli: Driver = {
  name: "pulumi-plugin-cli",
  ...(lacking ? { unavailable: lacking } : !isThorough && { unavailable: "only in npm run test:all" }),
  isSlow: true,
  open: (world) => yamlStack(world, PLUGIN),
};
