import { NEEDED } from "../../provider/node-version.ts";

/** Shell and JavaScript alike: the shell runs this file by the `node` of the PATH, if there is one. */
export const HASHBANG = "#!/bin/sh";

const needs = `external-infisical needs Node.js ${NEEDED.join(".")} or later`;

/**
 * Node's loader of modules, which `--import` and `--loader` bring in, takes the end of `…_v0.1.0` for an extension that it does
 * not know, where it is the program's name; `require` minds none. It looks at the working folder's package.json, so that
 * without them the program is run as it is.
 */
const RUN = [
  "case $NODE_OPTIONS in",
  `*--import*|*loader*) exec node -e 'require(require("path").resolve(process.argv[1]))' "$0" "$@";;`,
  '*) exec node "$0" "$@";;',
  "esac",
].join(" ");

/**
 * The first lines of the provider, in words that the oldest Node understands. Of a provider that does not start,
 * Terraform shows the first line of its standard output, and that only.
 */
export const LAUNCHER = [
  `":" //; command -v node >/dev/null 2>&1 && ${RUN}; echo "${needs}, and there is no node on the PATH: $PATH"; exit 1`,
  `var have = process.versions.node.split(".");`,
  `if (have[0] < ${NEEDED[0]} || (have[0] == ${NEEDED[0]} && have[1] < ${NEEDED[1]})) {`,
  `  console.log("${needs}; the node on the PATH is " + process.versions.node + " (" + process.execPath + ")");`,
  "  process.exit(1);",
  "}",
].join("\n");
