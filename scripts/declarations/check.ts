/**
 * A program's types are checked by whatever TypeScript it has: by default the oldest, which comes with Pulumi's SDK. It
 * reads what programs import of this package as built, and finds what is wrong in them.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type ts from "typescript";
import type { SourceFile } from "typescript";
import { root } from "../../test/support/node.ts";
import { makeStackFolder } from "../../test/support/stack-folder.ts";

const require = createRequire(import.meta.url);
const vendor = join(dirname(require.resolve("@pulumi/pulumi/package.json")), "vendor");
const vendored = readdirSync(vendor).find((name) => name.startsWith("typescript@"));
const oldest: typeof ts = require(join(vendor, String(vendored), "typescript.js"));

/** What the SDK sets where a program has no tsconfig.json (`cmd/run/run.js`): CommonJS, by number as the names have changed. */
const SETTINGS = { target: 7, module: 1, moduleResolution: 2, types: [], strict: true };

assert.match(oldest.version, /^3\.8\./);
await using folder = await makeStackFolder(join(root, "examples/first-steps/pulumi"));
const [right, wrong] = ["index.ts", "wrong.ts"].map((name) => join(folder.path, name)) as [string, string];
const text = await readFile(right, "utf8");
await writeFile(wrong, text.replace('"overwrite-destination"', '"overwrite-everything"'));
const program = oldest.createProgram([right, wrong], SETTINGS);
// Of single files, as ts-node asks: other packages may be too new for an old compiler.
const problemsOf = (file: SourceFile | undefined) =>
  [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(({ messageText }) =>
    oldest.flattenDiagnosticMessageText(messageText, "\n"),
  );
const ours = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(join(root, "dist")));
assert(ours.some(({ fileName }) => fileName === join(root, "dist/provider/index.d.ts")));
assert.deepEqual(ours.flatMap(problemsOf), []);
assert.deepEqual(problemsOf(program.getSourceFile(right)), []);
const [found = "", ...more] = problemsOf(program.getSourceFile(wrong));
assert.match(found, /"overwrite-everything"/);
assert.deepEqual(more, []);
