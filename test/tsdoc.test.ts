/** An editor tells of each argument what the schema says of it, wherever the argument is written. */
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import type { z } from "zod";
import {
  connectionResults,
  planArgs,
  planResults,
  projectsArgs,
  writeOnlySecret,
} from "../provider/attributes.ts";
import { connectionArgs, providerConfig, secretSyncArgs, syncOptions } from "../provider/schema.ts";
import { standardOf, textOf } from "../scripts/tsdoc/text.ts";
import { root } from "./support/node.ts";

const PULUMI = "pulumi/index.d.ts";
const CDKTN = "cdktf/cdktn.d.ts";
const paths = [PULUMI, CDKTN].map((file) => join(root, "dist/provider", file));
const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  types: [],
  lib: ["lib.es2022.d.ts"],
};
const host = ts.createCompilerHost(options);
const { fileExists } = host;
// The arguments are types of these two, and the declarations of other packages take seconds to read.
host.fileExists = (file) => !/\/node_modules\/(?!cdktn\/|zod\/)/.test(file) && fileExists(file);
const program = ts.createProgram(paths, options, host);
const checker = program.getTypeChecker();

test.each<[file: string, type: string, schema: z.ZodObject]>([
  [PULUMI, "ExternalInfisicalConnectionArgs", connectionArgs],
  [PULUMI, "ExternalInfisicalSecretSyncArgs", secretSyncArgs],
  [PULUMI, "DestinationConfigArgs", secretSyncArgs.shape.destinationConfig],
  [PULUMI, "SyncOptionsArgs", syncOptions],
  [CDKTN, "ExternalInfisicalProviderConfig", providerConfig],
  [CDKTN, "ExternalInfisicalConnectionConfig", connectionArgs.omit({ onUnreachable: true })],
  [CDKTN, "ExternalInfisicalConnectionConfig", writeOnlySecret],
  [CDKTN, "ExternalInfisicalConnection", connectionResults],
  [CDKTN, "ExternalInfisicalSecretSyncConfig", secretSyncArgs.omit({ onUnreachable: true })],
  [CDKTN, "ExternalInfisicalSecretSyncSyncOptions", syncOptions],
  [CDKTN, "DataExternalInfisicalProjectsConfig", projectsArgs],
  [CDKTN, "DataExternalInfisicalPlanConfig", planArgs],
  [CDKTN, "DataExternalInfisicalPlan", planResults],
])("%s: %s", (file, type, schema) => {
  const told = textsOf(file, type);
  for (const [name, argument] of Object.entries(schema.shape)) {
    expect(told.get(name), name).toContain(textOf(argument));
    const standard = standardOf(argument);
    if (standard !== undefined) expect(told.get(name)).toContain(`@default ${JSON.stringify(standard)}`);
  }
});

/** Name of a property → what an editor shows of it. */
function textsOf(file: string, name: string): Map<string, string> {
  const source = program.getSourceFile(join(root, "dist/provider", file));
  const module = source && checker.getSymbolAtLocation(source);
  const found = module && checker.getExportsOfModule(module).find((one) => one.name === name);
  if (!found) throw new Error(`${file} exports no ${name}`);
  return new Map(
    checker
      .getDeclaredTypeOfSymbol(skipAlias(found))
      .getProperties()
      .map((property) => {
        const tags = property
          .getJsDocTags(checker)
          .map((tag) => `@${tag.name} ${ts.displayPartsToString(tag.text)}`);
        const text = ts.displayPartsToString(property.getDocumentationComment(checker));
        return [property.name, [text, ...tags].join("\n")];
      }),
  );
}

const skipAlias = (symbol: ts.Symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
