/** `npm run release:build`: all files of a release in dist/release. With --all Terraform's provider for every platform. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeArtefacts, root } from "./artefacts.ts";

const { values } = parseArgs({
  options: { all: { type: "boolean", default: false }, sign: { type: "string" } },
});
await makeArtefacts(join(root, "dist/release"), [
  ...(values.all ? ["--all"] : []),
  ...(values.sign === undefined ? [] : ["--sign", values.sign]),
]);
