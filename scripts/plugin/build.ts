/**
 * `npm run build:plugin`: Pulumi's resource plugin as one program, which `pulumi package add` takes by its path, and as the
 * tarball that `pulumi plugin install` takes. It starts with the `node` of the PATH, and has nothing to install.
 */
import { execFile } from "node:child_process";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import manifest from "../../package.json" with { type: "json" };
import { PACKAGE } from "../../provider/pulumi-plugin/schema.ts";
import { bundle } from "../terraform/bundle.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const PROGRAM = `pulumi-resource-${PACKAGE}`;

const { values } = parseArgs({
  options: { out: { type: "string", default: join(root, "dist/pulumi-plugin") } },
});
await build(values.out);

async function build(out: string): Promise<void> {
  const folder = join(out, PACKAGE);
  const platform = `${process.platform}-${{ x64: "amd64" }[process.arch as string] ?? process.arch}`;
  const tarball = join(out, `${PROGRAM}-v${manifest.version}-${platform}.tar.gz`);

  await rm(out, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await bundle(join(root, "provider/pulumi-plugin/main.ts"), join(folder, PROGRAM));
  await chmod(join(folder, PROGRAM), 0o755);
  // Node asks the nearest package.json what a file without a known extension is.
  const description = {
    name: PACKAGE,
    version: manifest.version,
    type: "commonjs",
    main: PROGRAM,
    // Pulumi's host for plugins in JavaScript, which runs the folder where the program cannot run by itself.
    dependencies: { "@pulumi/pulumi": manifest.peerDependencies["@pulumi/pulumi"] },
  };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(description, undefined, 2)}\n`);
  // What is installed is the program itself.
  await promisify(execFile)("tar", ["-czf", tarball, "-C", folder, "."]);
  await writeFile(
    join(folder, "PulumiPlugin.yaml"),
    "runtime: { name: nodejs, options: { typescript: false } }\n",
  );
  console.log([join(folder, PROGRAM), tarball].join("\n"));
}
