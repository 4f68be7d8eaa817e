/** Pulumi's deployment format, version 3: what a checkpoint and an exported stack hold. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { EngineError } from "../../engine.ts";
import { providerUrn } from "../../urn.ts";
import type { PropertyMap } from "../../values.ts";
import { unsupported } from "./refusals.ts";

const propertyMap = z.record(z.string(), z.unknown()).transform((map) => map as PropertyMap);

/** Fields that the local engine does not use are kept as they are. */
const resourceSchema = z.looseObject({
  urn: z.string(),
  custom: z.boolean(),
  delete: z.boolean().optional(),
  id: z.string().optional(),
  type: z.string(),
  inputs: propertyMap.optional(),
  outputs: propertyMap.optional(),
  parent: z.string().optional(),
  protect: z.boolean().optional(),
  taint: z.boolean().optional(),
  external: z.boolean().optional(),
  dependencies: z.array(z.string()).nullish(),
  initErrors: z.array(z.string()).nullish(),
  provider: z.string().optional(),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
  pendingReplacement: z.boolean().optional(),
  additionalSecretOutputs: z.array(z.string()).nullish(),
  importID: z.string().optional(),
  retainOnDelete: z.boolean().optional(),
  deletedWith: z.string().optional(),
  created: z.string().optional(),
  modified: z.string().optional(),
  sourcePosition: z.string().optional(),
  ignoreChanges: z.array(z.string()).nullish(),
  replaceOnChanges: z.array(z.string()).nullish(),
});
const operationSchema = z.object({ resource: resourceSchema, type: z.string() });

const deploymentSchema = z.looseObject({
  manifest: z.looseObject({ time: z.string(), magic: z.string(), version: z.string() }),
  secrets_providers: z.looseObject({ type: z.string(), state: z.unknown() }).optional(),
  resources: z.array(resourceSchema).nullish(),
  pending_operations: z.array(operationSchema).nullish(),
  metadata: z.unknown().optional(),
});
const saltSchema = z.object({ salt: z.string() });

/** One resource as the state has it; `inputs` and `outputs` with their secrets encrypted, or open, by context. */
export type ResourceState = z.infer<typeof resourceSchema>;
export type PendingOperation = z.infer<typeof operationSchema>;
export type DeploymentV3 = z.infer<typeof deploymentSchema>;

/** Reads a deployment; refuses what this engine could not write back truthfully. */
export function parseDeployment(
  version: number,
  data: unknown,
  features: readonly string[] = [],
): DeploymentV3 {
  if (version !== 3 || features.length > 0) {
    const what = features.length > 0 ? `features ${features.join(", ")}` : `version ${version}`;
    throw unsupported(`The stack's state uses ${what}; the local engine knows plain version 3.`);
  }
  const parsed = deploymentSchema.safeParse(data);
  if (!parsed.success) {
    throw new EngineError(
      "invalid-state",
      `The stack's state is malformed: ${z.prettifyError(parsed.error)}`,
    );
  }
  const { manifest } = parsed.data;
  if (manifest.magic !== magicOf(manifest.version)) {
    throw new EngineError("invalid-state", "The stack's state has a wrong magic number: it may be damaged.");
  }
  for (const resource of parsed.data.resources ?? []) refuseForeign(resource);
  return parsed.data;
}

const DYNAMIC_PACKAGE = "pulumi-nodejs";

/** Whether a resource type is one of the SDK's dynamic resources, or the provider of them. */
export function isDynamicType(type: string): boolean {
  return type.split(":")[0] === DYNAMIC_PACKAGE;
}

function refuseForeign({ urn, type, custom, viewOf }: ResourceState): void {
  const isKnown = !custom || isDynamicType(type) || type === `pulumi:providers:${DYNAMIC_PACKAGE}`;
  if (isKnown && viewOf === undefined) return;
  throw unsupported(
    `The stack holds ${urn}, which the local engine cannot manage.`,
    "It runs dynamic and component resources only; use the Pulumi CLI for this stack.",
  );
}

/** The salt of the deployment's passphrase provider; undefined if it has no secrets provider yet. */
export function saltOf(deployment: DeploymentV3): string | undefined {
  const provider = deployment.secrets_providers;
  if (!provider) return undefined;
  const state = saltSchema.safeParse(provider.state);
  if (provider.type === "passphrase" && state.success) return state.data.salt;
  throw unsupported(
    `The stack's secrets are kept by "${provider.type}"; the local engine knows passphrases only.`,
    "Use the Pulumi CLI for this stack, or change the provider: pulumi stack change-secrets-provider passphrase",
  );
}

export const magicOf = (version: string): string => createHash("sha256").update(version).digest("hex");

/** The dependencies of a resource of whatever kind. */
export function dependenciesOf(state: ResourceState): string[] {
  return [
    ...(state.parent ? [state.parent] : []),
    ...(state.dependencies ?? []),
    ...Object.values(state.propertyDependencies ?? {}).flatMap((urns) => urns ?? []),
    ...(state.deletedWith ? [state.deletedWith] : []),
    ...(state.provider ? [providerUrn(state.provider)] : []),
  ];
}
