#!/usr/bin/env node
/** Entry of the command. It must itself run on an old Node, so it imports nothing before it has looked. */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `external-infisical needs Node 22.19 or later; this is ${process.versions.node} (${process.execPath}).`,
  );
  process.exitCode = 2;
} else {
  // Programs and providers are processes of their own, and compiling the SDK takes longer than running it.
  const { enableCompileCache, getCompileCacheDir } = await import("node:module");
  enableCompileCache();
  process.env["NODE_COMPILE_CACHE"] ??= getCompileCacheDir();
  const { main } = await import("./main.ts");
  process.exitCode = await main(process.argv.slice(2));
}
