/**
 * Bundles what is started again and again: the command, the provider of Pulumi's resources, and what is loaded into
 * their processes; each reads some hundreds of files otherwise. All that the package exports stays as the compiler has made
 * it. The SDK stays outside, as the one that the user has.
 */
import { copyFile, readdir, rm, writeFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { rolldown } from "rolldown";
import manifest from "../../package.json" with { type: "json" };
import { bundle } from "../terraform/bundle.ts";
import { jitless } from "./jitless.ts";

const root = join(import.meta.dirname, "../..");

/** They are looked for beside what starts the processes. */
const PRELOADS = {
  "child-preload": "automation/engines/local/protocol/child-preload",
  "provider-preload": "automation/engines/local/protocol/provider-preload",
};
const MODULES = { main: "automation/main", provider: "provider/pulumi/provider" };
/** Dependencies of many files, and what they bring along. Each is used under its license. */
const INSIDE = ["balanced-match", "brace-expansion", "commander", "minimatch", "undici", "yaml", "zod"];
const outside = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter(
  (name) => !INSIDE.includes(name),
);

await rm(join(root, "dist/bundle"), { recursive: true, force: true });
const build = await rolldown({
  cwd: root,
  input: Object.fromEntries(
    Object.entries({ ...PRELOADS, ...MODULES }).map(([name, path]) => [name, `${path}.ts`]),
  ),
  plugins: [jitless],
  platform: "node",
  transform: { target: "node22" },
  external: outside.map((name) => new RegExp(`^${name}(?:/|$)`)),
});
await build.write({ dir: join(root, "dist/bundle"), format: "esm", chunkFileNames: "[name].js" });
await build.close();
// What the command puts where Terraform finds it.
const provider = join(root, "dist/bundle/terraform-provider.cjs");
await bundle(join(root, "provider/terraform/main.ts"), provider, { withMap: false });
for (const name of INSIDE) {
  const folder = join(root, "node_modules", name);
  const [license = "LICENSE"] = (await readdir(folder)).filter((file) => /^LICENSE(\.md)?$/.test(file));
  await copyFile(join(folder, license), join(root, "dist/bundle", `LICENSE.${name}`));
}
for (const [name, path] of Object.entries(MODULES)) {
  const bundled = posix.relative(posix.dirname(path), `bundle/${name}.js`);
  await writeFile(join(root, "dist", `${path}.js`), `export * from "${bundled}";\n`);
}
