/**
 * `npm run build:plugin`: Pulumi's resource plugin as one program, and as the tarballs that `pulumi plugin install` takes, from
 * a file or, with `--server`, from a web server that has them; with `--sdks` also the SDKs for programs, as far as a `pulumi` is
 * on the PATH. The program starts with the `node` of the PATH, and has nothing to install.
 */
import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import manifest from "../../package.json" with { type: "json" };
import { PACKAGE } from "../../provider/pulumi-plugin/schema.ts";
import { bundle } from "../terraform/bundle.ts";
import { makeSdks } from "./sdks.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const PROGRAM = `pulumi-resource-${PACKAGE}`;
/** Of which Pulumi has a CLI. The program is the same for all. */
const PLATFORMS = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64", "windows-amd64"];

const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(root, "dist/pulumi-plugin") },
    sdks: { type: "boolean", default: false },
  },
});
await build(values.out);
if (values.sdks) {
  const name = `pulumi-${PACKAGE}-v${manifest.version}`;
  const { made, left } = await makeSdks(join(values.out, PACKAGE, PROGRAM), name, values.out);
  console.log([...made, ...left.map((what) => `No ${what}`)].join("\n"));
}

async function build(out: string): Promise<void> {
  const folder = join(out, PACKAGE);
  const [tarball = "", ...others] = PLATFORMS.map((platform) =>
    join(out, `${PROGRAM}-v${manifest.version}-${platform}.tar.gz`),
  );

  await rm(out, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await bundle(join(root, "provider/pulumi-plugin/main.ts"), join(folder, PROGRAM));
  await chmod(join(folder, PROGRAM), 0o755);
  await writeFile(join(folder, `${PROGRAM}.cmd`), `@node "%~dp0${PROGRAM}" %*\r\n`);
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
  for (const other of others) await copyFile(tarball, other);
  await writeFile(
    join(folder, "PulumiPlugin.yaml"),
    "runtime: { name: nodejs, options: { typescript: false } }\n",
  );
  console.log([join(folder, PROGRAM), tarball, ...others].join("\n"));
}
