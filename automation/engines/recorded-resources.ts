/** An exported stack, as far as this package reads it. */
import { z } from "zod";
import type { Deployment } from "./engine.ts";
import { isProviderType } from "./urn.ts";

const properties = z.record(z.string(), z.unknown()).default({});

const resourceSchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().default(""),
  parent: z.string().default(""),
  /** Replaced or taken out of the program, and about to go. */
  delete: z.boolean().default(false),
  inputs: properties,
  outputs: properties,
});
export type RecordedResource = z.output<typeof resourceSchema>;

const deploymentSchema = z.looseObject({ resources: z.array(resourceSchema).nullish() });

/** The resources that a stack's state has, without Pulumi's own providers. */
export function recordedResources({ deployment }: Deployment): RecordedResource[] {
  const { resources } = deploymentSchema.parse(deployment);
  return (resources ?? []).filter(({ type }) => !isProviderType(type));
}
