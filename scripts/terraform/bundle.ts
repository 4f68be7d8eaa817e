import { readFile, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { rolldown } from "rolldown";
import { jitless } from "../bundle/jitless.ts";
import { HASHBANG, LAUNCHER } from "./launcher.ts";

/** Not named like the provider: Terraform takes the first file that is for the program. */
const MAP = "source.map";

/** Makes one CommonJS file, which starts faster than modules do, and its source map beside it where that is wanted. */
export async function bundle(entry: string, file: string, { withMap = true } = {}): Promise<void> {
  // A Node that is too old has to get as far as saying so.
  const build = await rolldown({
    input: entry,
    plugins: [jitless],
    platform: "node",
    transform: { target: "node16" },
  });
  await build.write({
    file,
    format: "cjs",
    // What is imported on demand stays so, inside the one file.
    codeSplitting: false,
    postBanner: LAUNCHER,
    ...(withMap && { sourcemap: "hidden" as const, footer: `//# sourceMappingURL=${MAP}` }),
  });
  await build.close();
  // The entry's own is for npm's way to start it.
  await writeFile(file, (await readFile(file, "utf8")).replace(/^#!.*/, HASHBANG));
  if (withMap) await rename(join(dirname(file), `${basename(file)}.map`), join(dirname(file), MAP));
}
