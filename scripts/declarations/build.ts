/** Makes the emitted declarations readable by TypeScript 3.8, which Pulumi runs programs with that bring none. */
import { glob, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withNamesOfOutput, withTypesApart } from "./older.ts";
import { writtenOut } from "./written-out.ts";

const dist = join(import.meta.dirname, "../../dist");
const args = join(dist, "provider/pulumi/arguments.d.ts");
await writeFile(args, writtenOut(args));

for await (const file of glob("**/*.d.ts", { cwd: dist })) {
  const path = join(dist, file);
  await writeFile(path, withTypesApart(withNamesOfOutput(await readFile(path, "utf8"))));
}
