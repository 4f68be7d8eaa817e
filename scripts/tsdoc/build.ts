/** Writes the texts of arguments into the package's types, where editors find them as TSDoc. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { z } from "zod";
import * as schemas from "../../provider/schema.ts";

interface Described {
  description?: string;
  default?: unknown;
  properties?: Record<string, Described>;
  items?: Described;
}

interface Comment {
  position: number;
  text: string;
}

/** The declarations of a module of schemas, each property with its text before it. */
export function withComments(declarations: string, module: Readonly<Record<string, unknown>>): string {
  const file = ts.createSourceFile("schema.d.ts", declarations, ts.ScriptTarget.Latest);

  const commentsIn = (type: ts.TypeNode | undefined, { properties = {} }: Described): Comment[] =>
    fieldsOf(type).flatMap((field) => {
      const described = properties[field.name.getText(file)] ?? {};
      const inner = commentsIn(field.type, described.items ?? described);
      return [...inner, { position: field.getStart(file), text: commentOf(described) }];
    });

  return file.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .flatMap(({ name, type }) => {
      const schema = module[name.getText(file)];
      return schema instanceof z.ZodObject ? commentsIn(type, jsonSchemaOf(schema)) : [];
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
  const isObject = ts.isQualifiedName(type.typeName) && type.typeName.right.text === "ZodObject";
  return isObject ? [...first.members].filter(ts.isPropertySignature) : [];
}

function commentOf({ description = "", default: standard }: Described): string {
  const isTold = standard !== undefined && typeof standard !== "object";
  return `/** ${description}${isTold ? `\n@default ${JSON.stringify(standard)}` : ""} */ `;
}

const jsonSchemaOf = (schema: z.ZodObject) =>
  z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Described;

if (process.argv[1] === import.meta.filename) {
  const path = join(import.meta.dirname, "../../dist/provider/schema.d.ts");
  await writeFile(path, withComments(await readFile(path, "utf8"), schemas));
}
