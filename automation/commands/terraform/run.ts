import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  installedText,
  installProvider,
  type ProviderProgram,
} from "../../../provider/terraform/install/install.ts";
import { THIS_PLATFORM } from "../../../provider/terraform/install/mirror.ts";
import { EngineError } from "../../engines/engine.ts";
import { EXIT } from "../../terminal/exit-codes.ts";
import { readOptions } from "../read-options.ts";
import { installOptions } from "./options.ts";

/** The same script runs on all of them. */
const SCRIPT_PLATFORMS = ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"] as const;

export async function install(raw: unknown): Promise<number> {
  const { dir } = readOptions(installOptions, raw);
  if (dir === undefined && !SCRIPT_PLATFORMS.some((platform) => platform === THIS_PLATFORM))
    throw new EngineError(
      "unsupported",
      `The provider of this package is a script, which Terraform cannot start on ${THIS_PLATFORM}. There are executables: docs/terraform.md says where they come from.`,
    );
  const load = createRequire(import.meta.url);
  const manifest = load.resolve("external-infisical/package.json");
  const { version }: { version: string } = load(manifest);
  const program: ProviderProgram = {
    file: join(dirname(manifest), "dist/bundle/terraform-provider.cjs"),
    version,
    platforms: dir === undefined ? [THIS_PLATFORM] : SCRIPT_PLATFORMS,
    isScript: true,
  };
  console.log(installedText(program, await installProvider(program, dir)));
  return EXIT.done;
}
