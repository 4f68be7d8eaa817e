import { rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { rolldown } from "rolldown";

/** Not named like the provider: Terraform takes the first file that is for the program. */
const MAP = "source.map";

/** Makes one CommonJS file, which starts faster than modules do, and its source map beside it. */
export async function bundle(entry: string, file: string): Promise<void> {
  const build = await rolldown({ input: entry, platform: "node" });
  await build.write({
    file,
    format: "cjs",
    // What is imported on demand stays so, inside the one file.
    codeSplitting: false,
    sourcemap: "hidden",
    footer: `//# sourceMappingURL=${MAP}`,
  });
  await build.close();
  await rename(join(dirname(file), `${basename(file)}.map`), join(dirname(file), MAP));
}
