/**
 * Names of keys, connections, syncs, projects, environments and properties come from outside, and some of them every
 * plain object seems to have. So objects are not indexed by names: `lookUp` and maps are for that. This reads all code,
 * and a file of every form, in which it must find each.
 */
import assert from "node:assert/strict";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Where names are this package's or a library's own, and the objects are not plain. */
const ALLOWED = new Set([
  "provider/look-up.ts",
  // What a construct was given, under the attributes of its table.
  "provider/cdktf/accessors.ts",
  // The methods of the dynamic provider, and of a client.
  "provider/pulumi/lazy-provider.ts",
  "automation/engines/local/protocol/sdk.ts",
  // Node's own cache of modules.
  "automation/engines/lazy-sdk.ts",
]);

/** Beside the package's own code: every form of it, and what is none. */
const FORMS = `${ROOT}forms-of-lookups.ts`;
const CODE = `
  declare const names: Record<string, number>; declare const name: string; declare const kind: "a" | "b";
  const closed = { a: 1, b: 2 }; const list = [1, 2];
  export const found = [names[name], name in names, (({ [name]: one }) => one)(names), names?.[\`\${name}!\`]];
  names[name] = 1;
  delete names[name];
  export const fine = [names["a"], closed[kind], list[0], "a" in names, new Map([[name, 1]]).get(name), { [name]: 1 }];
`;

const OPEN =
  ts.TypeFlags.Any |
  ts.TypeFlags.Unknown |
  ts.TypeFlags.String |
  ts.TypeFlags.TemplateLiteral |
  ts.TypeFlags.StringMapping;

const program = programOf("tsconfig.build.json");
assert.equal(lookupsIn(program, (file) => file === FORMS).length, 6, "Not each form of a lookup is found.");
const lookups = lookupsIn(program, isOurs);
assert.deepEqual(lookups, [], `Objects are indexed by names that may be any:\n${lookups.join("\n")}`);

function programOf(project: string): ts.Program {
  const { config } = ts.readConfigFile(`${ROOT}${project}`, ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  return ts.createProgram(
    [...fileNames, FORMS],
    { ...options, noEmit: true },
    {
      ...host,
      getSourceFile: (file, how) =>
        file === FORMS ? ts.createSourceFile(file, CODE, how) : host.getSourceFile(file, how),
    },
  );
}

function isOurs(file: string): boolean {
  const path = relative(ROOT, file);
  return /^(?:provider|automation)\//.test(path) && !ALLOWED.has(path);
}

/** Each place as `file:line: text`. */
function lookupsIn(program: ts.Program, isLookedAt: (file: string) => boolean): string[] {
  const checker = program.getTypeChecker();
  const found: string[] = [];
  const isAnyName = (node: ts.Node) => isOpen(checker.getTypeAtLocation(node));
  for (const file of program.getSourceFiles().filter(({ fileName }) => isLookedAt(fileName))) {
    const visit = (node: ts.Node): void => {
      if (isLookup(node, isAnyName)) {
        const { line } = file.getLineAndCharacterOfPosition(node.getStart());
        found.push(`${relative(ROOT, file.fileName)}:${line + 1}: ${node.getText()}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return found;
}

function isLookup(node: ts.Node, isAnyName: (name: ts.Node) => boolean): boolean {
  if (ts.isElementAccessExpression(node)) return isAnyName(node.argumentExpression);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InKeyword)
    return isAnyName(node.left);
  return ts.isComputedPropertyName(node) && ts.isBindingElement(node.parent) && isAnyName(node.expression);
}

/** True for a type that any text belongs to. */
function isOpen(type: ts.Type): boolean {
  if (type.isUnionOrIntersection()) return type.types.some(isOpen);
  return (type.flags & OPEN) !== 0;
}
