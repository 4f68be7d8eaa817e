/** The user's own settings of Terraform and OpenTofu, in what they say of where providers come from. */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Files in which a block `provider_installation` stands: with one, the tools look at no implied mirror. */
export async function filesThatNameMirrors(environment: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const named = environment["TF_CLI_CONFIG_FILE"];
  const home = environment["HOME"] || homedir();
  const appData = environment["APPDATA"] ?? home;
  const usual =
    process.platform === "win32"
      ? [join(appData, "terraform.rc"), join(appData, "tofu.rc")]
      : [join(home, ".terraformrc"), join(home, ".tofurc")];
  const files = named ? [named] : usual;
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")));
  return files.filter((_, index) => /^\s*provider_installation\s*\{/m.test(texts[index] ?? ""));
}
