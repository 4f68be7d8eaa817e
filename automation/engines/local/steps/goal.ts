/** What a program wants of one resource, read from its registration. What this engine does not do is refused here. */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { isProviderType } from "../../urn.ts";
import { fromProgram, type PropertyMap } from "../../values.ts";
import type { ResourceMessages, Sdk } from "../protocol/sdk.ts";
import { isDynamicType } from "../state/deployment.ts";

export interface Goal {
  type: string;
  name: string;
  custom: boolean;
  parent: string;
  inputs: PropertyMap;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  protect: boolean;
  retainOnDelete: boolean;
  deletedWith: string;
  /** Undefined: the provider decides. */
  deleteBeforeReplace: boolean | undefined;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  additionalSecretOutputs: string[];
  aliases: Alias[];
  sourcePosition: string | undefined;
}
/** Another name that a resource may have had; what is missing is as it is now. */
export type Alias =
  | { urn: string }
  | { name: string; type: string; stack: string; project: string; parent: string; noParent: boolean };

/** Something that only the Pulumi CLI does. */
export class UnsupportedError extends Error {}

type Request = ResourceMessages.RegisterResourceRequest;

export function readGoal(sdk: Sdk, request: Request, programFolder: string): Goal {
  const type = request.getType();
  const what = `${type} "${request.getName()}"`;
  refuseUnsupported(request, type, what);
  return {
    type,
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent(),
    inputs: fromProgram(sdk.fromStruct(request.getObject())),
    dependencies: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries(
      request
        .getPropertydependenciesMap()
        .toArray()
        .map(([key, value]) => [key, urnsOf(value)]),
    ),
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    deletedWith: request.getDeletedwith(),
    deleteBeforeReplace: request.getDeletebeforereplacedefined()
      ? request.getDeletebeforereplace()
      : undefined,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: aliasesOf(request),
    sourcePosition: sourcePositionOf(request, programFolder),
  };
}

function refuseUnsupported(request: Request, type: string, what: string): void {
  const isForeign = isProviderType(type) || (request.getCustom() && !isDynamicType(type));
  if (request.getRemote() || isForeign || request.getPackageref() !== "") {
    const name = isProviderType(type) ? type.split(":")[2] : type.split(":")[0];
    throw new UnsupportedError(`${what} needs the package "${name}"`);
  }
  const used: [string, boolean][] = [
    ["provider", request.getProvider() !== "" || request.getProvidersMap().getLength() > 0],
    ["import", request.getImportid() !== ""],
    ["transforms", request.getTransformsList().length > 0],
    ["hooks", request.getHooks() !== undefined],
    ["replaceWith", request.getReplaceWithList().length > 0],
    ["replacementTrigger", request.getReplacementTrigger() !== undefined],
    ["envVarMappings", request.getEnvvarmappingsMap().getLength() > 0],
    ["stateMigrations", request.getStateMigrationsList().length > 0],
  ];
  for (const [option, isUsed] of used) {
    if (isUsed) throw new UnsupportedError(`${what} uses the option "${option}"`);
  }
}

function urnsOf(value: unknown): string[] {
  // protobuf's maps give messages, or the arrays that messages are made of.
  if (Array.isArray(value)) return value[0] ?? [];
  return (value as ResourceMessages.RegisterResourceRequest.PropertyDependencies).getUrnsList();
}

function aliasesOf(request: Request): Alias[] {
  const specified = request.getAliasesList().map((alias): Alias => {
    const spec = alias.getSpec();
    if (!spec) return { urn: alias.getUrn() };
    return {
      name: spec.getName(),
      type: spec.getType(),
      stack: spec.getStack(),
      project: spec.getProject(),
      parent: spec.getParenturn(),
      noParent: spec.getNoparent(),
    };
  });
  return [...specified, ...request.getAliasurnsList().map((urn) => ({ urn }))];
}

/** Where in the program the resource is made, as the CLI writes it. */
function sourcePositionOf(request: Request, programFolder: string): string | undefined {
  const position = request.getSourceposition();
  const uri = position?.getUri();
  if (!position || !uri?.startsWith("file:")) return undefined;
  try {
    const path = relative(programFolder, fileURLToPath(uri)).replaceAll("\\", "/");
    return `project:///${path}#${position.getLine()},${position.getColumn()}`;
  } catch {
    return undefined; // a URI that is no path says nothing
  }
}
