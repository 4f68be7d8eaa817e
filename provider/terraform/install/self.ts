/** `terraform-provider-externalinfisical_v<version> install`: the program puts itself where the tools find it. */
import { basename, resolve } from "node:path";
import { isSea } from "node:sea";
import { parseArgs } from "node:util";
import { installedText, installProvider, type ProviderProgram } from "./install.ts";
import { THIS_PLATFORM, versionIn } from "./mirror.ts";

/** @throws if the arguments, or the name of the program, are not as they must be */
export async function installSelf(argv: readonly string[]): Promise<string> {
  const { values } = parseArgs({ args: [...argv], options: { dir: { type: "string" } }, strict: true });
  const program = runningProgram();
  return installedText(program, await installProvider(program, values.dir));
}

function runningProgram(): ProviderProgram {
  const isScript = !isSea();
  const file = isScript ? resolve(process.argv[1] ?? "") : process.execPath;
  const version = versionIn(basename(file));
  if (version === undefined)
    throw new Error(
      `The version of the provider is told by the name of its file, and ${basename(file)} is not like terraform-provider-externalinfisical_v1.2.3. Give it back the name that it had.`,
    );
  return { file, version, platforms: [THIS_PLATFORM], isScript };
}
