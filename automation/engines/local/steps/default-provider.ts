/** The default provider of dynamic resources: a resource of its own, whose inputs are the configuration. */

import { randomUUID } from "node:crypto";
import { UNKNOWN } from "../../../../provider/marked-values.ts";
import { isEqual } from "../../../../provider/resources/properties.ts";
import { childUrn } from "../../urn.ts";
import { secret } from "../../values.ts";
import type { ResourceState } from "../state/deployment.ts";
import type { Entry } from "../state/snapshot.ts";
import { now, type Run } from "./run.ts";

/** Registers it with the first resource that needs it, and gives the reference to it. */
export function defaultProvider(run: Run, resourceType: string): string {
  const type = `pulumi:providers:${resourceType.split(":")[0]}`;
  const urn = childUrn(run.stack, run.project, "", type, "default");
  const known = run.news.get(urn);
  if (known) return referenceOf(known.state);
  const entry: Entry = { state: { urn, custom: true, type, inputs: configAsInputs(run) } };
  run.news.set(urn, entry);
  const old = run.olds.get(urn);
  const op = !old ? "create" : isEqual(old.state.inputs ?? {}, entry.state.inputs ?? {}) ? "same" : "update";
  run.events.begin({ op, old: old?.state, new: entry.state });
  const modified = op === "same" ? old?.state.modified : now();
  entry.state = {
    ...entry.state,
    id: old?.state.id ?? (run.isPreview ? UNKNOWN : randomUUID()),
    outputs: entry.state.inputs ?? {},
    created: old?.state.created ?? now(),
    ...(modified !== undefined && { modified }),
  };
  if (old) run.snapshot.replace(old, entry);
  else run.snapshot.add(entry);
  run.events.end({ op, old: old?.state, new: entry.state });
  return referenceOf(entry.state);
}

const referenceOf = (state: ResourceState): string => `${state.urn}::${state.id}`;

function configAsInputs(run: Run): NonNullable<ResourceState["inputs"]> {
  const { values, secretKeys } = run.config;
  return Object.fromEntries(
    [...values].map(([key, value]) => [key, secretKeys.has(key) ? secret(value) : value]),
  );
}
