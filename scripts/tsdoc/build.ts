/** Writes the texts of arguments and attributes into the package's types, where editors find them as TSDoc. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { z } from "zod";
import * as attributes from "../../provider/attributes.ts";
import * as schema from "../../provider/schema.ts";
import { standardOf, textOf, within } from "./text.ts";

interface Comment {
  position: number;
  text: string;
}

/** The declarations of a module of schemas, each property with its text before it. */
function withComments(declarations: string, module: Readonly<Record<string, unknown>>): string {
  const file = ts.createSourceFile("module.d.ts", declarations, ts.ScriptTarget.Latest);

  const commentsIn = (type: ts.TypeNode | undefined, object: z.ZodType | undefined): Comment[] => {
    if (!(object instanceof z.ZodObject)) return object ? commentsIn(type, within(object)) : [];
    return fieldsOf(type).flatMap((field) => {
      const described: z.ZodType | undefined = object.shape[field.name.getText(file)];
      const comment = { position: field.getStart(file), text: described ? commentOf(described) : "" };
      return [comment, ...commentsIn(field.type, described)];
    });
  };

  return file.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .flatMap(({ name, type }) => {
      const declared = module[name.getText(file)];
      return declared instanceof z.ZodObject ? commentsIn(type, declared) : [];
    })
    .sort((a, b) => b.position - a.position)
    .reduce((text, { position, text: comment }) => {
      return text.slice(0, position) + comment + text.slice(position);
    }, declarations);
}

/** The fields of the object in a type such as `z.ZodOptional<z.ZodObject<{ … }>>`. */
function fieldsOf(type: ts.TypeNode | undefined): readonly ts.PropertySignature[] {
  if (!type || !ts.isTypeReferenceNode(type)) return [];
  const [first] = type.typeArguments ?? [];
  if (!first || !ts.isTypeLiteralNode(first)) return fieldsOf(first);
  return [...first.members].filter(ts.isPropertySignature);
}

function commentOf(described: z.ZodType): string {
  const standard = standardOf(described);
  const told = standard === undefined ? "" : `\n@default ${JSON.stringify(standard)}`;
  return `/** ${textOf(described)}${told} */ `;
}

for (const [name, module] of Object.entries({ attributes, schema })) {
  const path = join(import.meta.dirname, `../../dist/provider/${name}.d.ts`);
  await writeFile(path, withComments(await readFile(path, "utf8"), module));
}
