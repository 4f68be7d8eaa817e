/** The Terraform provider under Pulumi's bridge, where that is installed here as the plugin `terraform-provider`. */
import { mkdir, readdir, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { LANGUAGES } from "./plugin-languages.ts";
import { type CliStack, openCliStack } from "./pulumi-cli-stack.ts";
import { builtProvider } from "./terraform/cli.ts";
import type { PlayedWorld } from "./world.ts";

const PREFIX = "resource-terraform-provider-v";
const PROGRAM = "pulumi-resource-terraform-provider";

/** The plugins that Pulumi has for this user. */
const plugins = join(process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "plugins");

async function findBridge(): Promise<string | undefined> {
  const entries = await readdir(plugins, { withFileTypes: true }).catch(() => []);
  // Beside the folders are files of Pulumi's, of the same names with an ending.
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return folders
    .filter((name) => name.startsWith(PREFIX))
    .sort()
    .at(-1);
}

const bridge = await findBridge();

/** Why it cannot be tried here, if so. */
export const lacking = bridge
  ? LANGUAGES.find(({ name }) => name === "yaml")?.lacking
  : `no ${PREFIX}* in ${join("$PULUMI_HOME", "plugins")}`;

/** A stack that has the provider of this source tree as its package `externalinfisical`. */
export const openBridgedStack = (world: PlayedWorld, from: string): Promise<CliStack> =>
  openCliStack(world, from, {}, async ({ pulumi }, home) => {
    if (bridge === undefined) throw new Error(lacking);
    const place = join(home, "plugins", bridge);
    await mkdir(place, { recursive: true });
    await symlink(join(plugins, bridge, PROGRAM), join(place, PROGRAM));
    const program = join(await builtProvider(), "local/terraform-provider-externalinfisical");
    await pulumi("package", "add", "terraform-provider", program);
  });
