/** A program's types are checked by whatever TypeScript it has: by default the one that comes with Pulumi's SDK. */
import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type ts from "typescript";
import type { SourceFile } from "typescript";
import { expect, test } from "vitest";
import { withNamesOfOutput, withTypesApart } from "../scripts/declarations/older.ts";
import { root } from "./support/node.ts";
import { makeStackFolder } from "./support/stack-folder.ts";

const require = createRequire(import.meta.url);
const vendor = join(dirname(require.resolve("@pulumi/pulumi/package.json")), "vendor");
const vendored = readdirSync(vendor).find((name) => name.startsWith("typescript@"));
const oldest: typeof ts = require(join(vendor, String(vendored), "typescript.js"));

/** What the SDK sets where a program has no tsconfig.json (`cmd/run/run.js`): CommonJS, by number as the names have changed. */
const SETTINGS = { target: 7, module: 1, moduleResolution: 2, types: [], strict: true };

test("the oldest TypeScript, which Pulumi takes for programs that bring none, reads what they import", {
  timeout: 240_000,
}, async () => {
  expect(oldest.version).toMatch(/^3\.8\./);
  await using folder = await makeStackFolder(join(root, "examples/first-steps/pulumi"));
  const [right, wrong] = ["index.ts", "wrong.ts"].map((name) => join(folder.path, name)) as [string, string];
  const text = await readFile(right, "utf8");
  await writeFile(wrong, text.replace('"overwrite-destination"', '"overwrite-everything"'));
  const program = oldest.createProgram([right, wrong], SETTINGS);
  // Of single files, as ts-node asks: other packages may be too new for an old compiler.
  const problemsOf = (file: SourceFile | undefined) =>
    [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => oldest.flattenDiagnosticMessageText(messageText, "\n"),
    );
  const ours = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(join(root, "dist")));
  expect(ours.map(({ fileName }) => fileName)).toContain(join(root, "dist/provider/index.d.ts"));
  expect(ours.flatMap(problemsOf)).toEqual([]);
  expect(problemsOf(program.getSourceFile(right))).toEqual([]);
  expect(problemsOf(program.getSourceFile(wrong))).toEqual([
    expect.stringContaining('"overwrite-everything"'),
  ]);
});

test("types in a list of names stand apart", () => {
  const apart = withTypesApart(
    'import { type A, B, type C as D } from "./b";\nexport { type A };\nexport * from "c";',
  );
  expect(apart).toBe(
    'import type { A, C as D } from "./b";\nimport { B } from "./b";\nexport type { A };\nexport * from "c";',
  );
});

test("files are named as they are when built, and packages stay", () => {
  const text = 'import "./a.ts";\nexport * from "../b/c.ts";\ntype D = import("./d.ts").D;\nimport "e.ts";';
  expect(withNamesOfOutput(text)).toBe(
    'import "./a.js";\nexport * from "../b/c.js";\ntype D = import("./d.js").D;\nimport "e.ts";',
  );
});
