/**
 * `npm run build:terraform`: the provider as one file, in the folder layout of a filesystem mirror for this
 * platform, as a zip for a registry or a network mirror, and the hashes that go into a lock file.
 */
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundle } from "./bundle.ts";
import { packageHash, zipHash } from "./hashes.ts";
import { writeZip } from "./zip.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Both tools look a short source address up below their own registry. */
const REGISTRIES = ["registry.terraform.io", "registry.opentofu.org"];
const NAMESPACE = "external-infisical";
const TYPE = "externalinfisical";

const { values } = parseArgs({ options: { out: { type: "string", default: join(root, "dist/terraform") } } });
await build(values.out);

async function build(out: string): Promise<void> {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  const platform = `${goName(process.platform)}_${goName(process.arch)}`;
  const name = `terraform-provider-${TYPE}_v${version}`;
  const places = REGISTRIES.map((registry) =>
    join(out, "mirror", registry, NAMESPACE, TYPE, version, platform),
  );
  const [first = out, ...others] = places;

  await rm(out, { recursive: true, force: true });
  await mkdir(first, { recursive: true });
  await bundle(join(root, "provider/terraform/main.ts"), join(first, name));
  await chmod(join(first, name), 0o755);
  // Node asks the nearest package.json what a file without a known extension is; the user's may say "module".
  await writeFile(join(first, "package.json"), '{ "type": "commonjs" }\n');
  for (const place of others) await cp(first, place, { recursive: true });

  // A path is taken by Pulumi's bridge, and by dev_overrides, under the name without a version.
  await mkdir(join(out, "local"));
  for (const file of await readdir(first))
    await cp(join(first, file), join(out, "local", file === name ? `terraform-provider-${TYPE}` : file));

  const zip = join(out, `terraform-provider-${TYPE}_${version}_${platform}.zip`);
  await writeZip(first, zip);
  const hashes = { version, platform, hashes: [await packageHash(first), await zipHash(zip)] };
  await writeFile(join(out, "hashes.json"), `${JSON.stringify(hashes, undefined, 2)}\n`);
  console.log([join(out, "mirror"), zip, ...hashes.hashes].join("\n"));
}

/** Terraform names platforms as Go does. */
function goName(name: string): string {
  return { x64: "amd64", ia32: "386", win32: "windows" }[name] ?? name;
}
