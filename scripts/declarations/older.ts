/** Words of a declaration that TypeScript 3.8 does not know, said in older ones. */
import ts from "typescript";

/** `./plan.ts`, which the compiler leaves as it is in declarations, as `./plan.js`. */
export function withNamesOfOutput(declarations: string): string {
  return ts
    .preProcessFile(declarations)
    .importedFiles.filter(({ fileName }) => /^\.\.?\/.*\.ts$/.test(fileName))
    .reverse()
    .reduce((text, { pos, fileName }) => {
      const end = pos + 1 + fileName.length;
      return `${text.slice(0, end - 2)}js${text.slice(end)}`;
    }, declarations);
}

/** `import { type A, B }` as two statements. */
export function withTypesApart(declarations: string): string {
  const file = ts.createSourceFile("module.d.ts", declarations, ts.ScriptTarget.Latest);
  return file.statements.toReversed().reduce((text, statement) => {
    const names = namesOf(statement);
    if (!names?.some(({ isTypeOnly }) => isTypeOnly)) return text;
    const [word, module] = ts.isImportDeclaration(statement)
      ? ["import", statement.moduleSpecifier]
      : ["export", (statement as ts.ExportDeclaration).moduleSpecifier];
    const from = module ? ` from ${module.getText(file)}` : "";
    const some = (of: typeof names, type: string) =>
      of.length === 0
        ? []
        : [
            `${word}${type} { ${of.map((name) => name.getText(file).replace(/^type /, "")).join(", ")} }${from};`,
          ];
    const apart = [
      ...some(
        names.filter(({ isTypeOnly }) => isTypeOnly),
        " type",
      ),
      ...some(
        names.filter(({ isTypeOnly }) => !isTypeOnly),
        "",
      ),
    ];
    return text.slice(0, statement.getStart(file)) + apart.join("\n") + text.slice(statement.end);
  }, declarations);
}

function namesOf(statement: ts.Statement): readonly (ts.ImportSpecifier | ts.ExportSpecifier)[] | undefined {
  const clause = ts.isImportDeclaration(statement)
    ? statement.importClause?.namedBindings
    : ts.isExportDeclaration(statement)
      ? statement.exportClause
      : undefined;
  return clause && (ts.isNamedImports(clause) || ts.isNamedExports(clause)) ? clause.elements : undefined;
}
