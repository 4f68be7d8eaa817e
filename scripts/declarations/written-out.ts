import ts from "typescript";

/** A module of types, none of them derived from another: fields, their types and their TSDoc. */
export function writtenOut(path: string): string {
  const program = ts.createProgram([path], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(path);
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) throw new Error(`${path} is no module`);

  const textOf = (type: ts.Type): string => {
    const fields = type.isUnion() ? [] : fieldsOf(type);
    return fields.length === 0
      ? checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation)
      : `{\n${fields.join("")}}`;
  };
  const fieldsOf = (type: ts.Type): string[] =>
    (type.flags & ts.TypeFlags.Object ? type.getProperties() : []).map((field) => {
      const tags = field
        .getJsDocTags(checker)
        .map(({ name, text }) => `\n@${name} ${ts.displayPartsToString(text)}`);
      const comment = ts.displayPartsToString(field.getDocumentationComment(checker)) + tags.join("");
      const mark = field.flags & ts.SymbolFlags.Optional ? "?" : "";
      return `/** ${comment} */\n${field.name}${mark}: ${textOf(checker.getTypeOfSymbol(field))};\n`;
    });

  return checker
    .getExportsOfModule(module)
    .map((exported) => {
      const type = checker.getDeclaredTypeOfSymbol(checker.getAliasedSymbol(exported));
      return `export type ${exported.name} = ${textOf(type)};\n`;
    })
    .join("");
}
