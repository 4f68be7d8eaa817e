/** Changes what a stack's state has recorded of its syncs, without a deployment. */
import { z } from "zod";
import { lookUp } from "../../provider/look-up.ts";
import { isEqual, omit, pick } from "../../provider/resources/properties.ts";
import type { Properties } from "../../provider/resources/resource.ts";
import { EngineError, type StackHandle } from "../engines/engine.ts";
import { recordedSyncs } from "./recorded-syncs.ts";

/** One sync's outputs, secrets in clear, as they were read and as they shall be. */
export interface RecordChange {
  urn: string;
  before: Properties;
  after: Properties;
}

const deploymentSchema = z.looseObject({
  resources: z.array(
    z.looseObject({
      urn: z.string(),
      inputs: z.record(z.string(), z.unknown()).default({}),
      outputs: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});

/** The outputs that are inputs too, for what `check` is to know of the last deployment. */
const ALSO_INPUTS = ["keys", "paused"];

/**
 * Writes the changes into the state as it is by now. The engines lock the stack while they import, but not
 * between reading and importing: a sync that is not as it was read is not touched.
 *
 * @param addSecret is told every secret of the state
 * @throws EngineError `locked` where another deployment was faster, or is at work
 */
export async function changeRecords(
  stack: Pick<StackHandle, "exportStack" | "importStack">,
  changes: readonly RecordChange[],
  addSecret: (secret: string) => void,
): Promise<void> {
  const exported = await stack.exportStack();
  const syncs = new Map(recordedSyncs(exported, addSecret).map((sync) => [sync.urn, sync]));
  for (const { urn, before } of changes)
    if (!isEqual(syncs.get(urn)?.outputs, before))
      throw new EngineError(
        "locked",
        `Another deployment has changed ${urn} meanwhile; the state stays as it is.`,
        {
          hint: "Run the command again: it looks at everything anew.",
        },
      );
  const deployment = deploymentSchema.parse(exported.deployment);
  const byUrn = new Map(changes.map((change) => [change.urn, change]));
  const resources = deployment.resources.map((resource) => {
    const change = byUrn.get(resource.urn);
    // A sync about to be deleted has the same name as the one that replaces it.
    return change && resource["delete"] !== true ? changed(resource, change) : resource;
  });
  await stack.importStack({ ...exported, deployment: { ...deployment, resources } });
}

function changed<R extends { inputs: Properties; outputs: Properties }>(
  resource: R,
  { before, after }: RecordChange,
): R {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const differing = names.filter((name) => !isEqual(lookUp(before, name), lookUp(after, name)));
  const merge = (properties: Properties, which: readonly string[]) => {
    return { ...omit(properties, which), ...pick(after, which) };
  };
  return {
    ...resource,
    inputs: merge(resource.inputs, ALSO_INPUTS),
    // Only what differs: the rest has its secrets marked as such.
    outputs: merge(resource.outputs, differing),
    // What an earlier run left unfinished is not to be finished by an update.
    initErrors: [],
  };
}
