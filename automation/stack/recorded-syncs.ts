/** The syncs that a stack's state has. */

import { z } from "zod";
import { SECRET, SIGNATURE } from "../../provider/marked-values.ts";
import { executionOf } from "../../provider/resources/execution.ts";
import type { Properties } from "../../provider/resources/resource.ts";
import type { Execution } from "../../provider/schema.ts";
import { type Deployment, EngineError } from "../engines/engine.ts";
import { recordedResources } from "../engines/recorded-resources.ts";
import { resourceName } from "../engines/urn.ts";
import { isOurType, isSyncType } from "../review/sync-review.ts";

export interface RecordedSync {
  urn: string;
  /** Of the resource. */
  resource: string;
  /** Its id; in native execution also the instance's. */
  id: string;
  /** Of the sync. */
  name: string;
  execution: Execution;
  inputs: Properties;
  outputs: Properties;
  /** Outputs of its connection, where that is an object of the instance in the same state. */
  connection?: Properties;
}

/**
 * Reads an exported stack.
 *
 * @param addSecret is told every secret in it
 */
export function recordedSyncs(deployment: Deployment, addSecret: (secret: string) => void): RecordedSync[] {
  const resources = recordedResources(deployment)
    .filter(({ type, id, delete: isGoing }) => isOurType(type) && id !== "" && !isGoing)
    .map(({ inputs, outputs, ...rest }) => ({
      ...rest,
      inputs: openedAll(inputs, addSecret),
      outputs: openedAll(outputs, addSecret),
    }));
  const connections = resources.filter(
    ({ type, outputs }) => !isSyncType(type) && executionOf(outputs) === "native",
  );
  return resources
    .filter(({ type }) => isSyncType(type))
    .map(({ urn, id, inputs, outputs }) => {
      const connection = connections.find((one) => one.id === outputs["connectionId"]);
      return {
        urn,
        resource: resourceName(urn),
        id,
        name: String(outputs["name"]),
        execution: executionOf(outputs),
        ...{ inputs, outputs },
        ...(connection && { connection: connection.outputs }),
      };
    });
}

const openedAll = (outputs: Properties, addSecret: (secret: string) => void): Properties =>
  Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => name !== "__provider")
      .map(([name, value]) => [name, opened(value, addSecret)]),
  );

const secretSchema = z.looseObject({ [SIGNATURE]: z.literal(SECRET), plaintext: z.string() });

function opened(value: unknown, addSecret: (secret: string) => void): unknown {
  const { data } = secretSchema.safeParse(value);
  if (data) {
    const inner: unknown = JSON.parse(data.plaintext);
    addSecret(typeof inner === "string" ? inner : data.plaintext);
    return inner;
  }
  if (Array.isArray(value)) return value.map((each) => opened(each, addSecret));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, opened(inner, addSecret)]));
}

/**
 * The syncs with the given names, by themselves or by their resources.
 *
 * @throws EngineError `invalid-config` for a name that the state does not have
 */
export function syncsNamed(syncs: readonly RecordedSync[], names: readonly string[]): RecordedSync[] {
  const isNamed = (name: string) => (sync: RecordedSync) => sync.name === name || sync.resource === name;
  const unknown = names.filter((name) => !syncs.some(isNamed(name)));
  if (unknown.length > 0)
    throw new EngineError("invalid-config", `The stack's state has no sync named ${unknown.join(", ")}.`, {
      hint:
        syncs.length > 0
          ? `It has ${[...new Set(syncs.map(({ resource }) => resource))].join(", ")}.`
          : "It has no syncs at all: `external-infisical up` creates what is declared.",
    });
  return syncs.filter((sync) => names.some((name) => isNamed(name)(sync)));
}
