/** The syncs that a stack's state has. */
import { z } from "zod";
import { executionOf } from "../../provider/resources/execution.ts";
import type { Execution } from "../../provider/schema.ts";
import { type Deployment, EngineError } from "../engines/engine.ts";
import { SECRET, SIGNATURE } from "../engines/local/values.ts";
import { isSyncType } from "../report/sync-review.ts";

export interface RecordedSync {
  urn: string;
  /** Of the resource. */
  resource: string;
  /** Its id; in native execution also the instance's. */
  id: string;
  /** Of the sync. */
  name: string;
  execution: Execution;
  outputs: Record<string, unknown>;
}

const resourceSchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().default(""),
  /** Replaced or taken out of the program, and about to go. */
  delete: z.boolean().default(false),
  outputs: z.record(z.string(), z.unknown()).default({}),
});
const deploymentSchema = z.looseObject({ resources: z.array(resourceSchema).nullish() });

/**
 * Reads an exported stack.
 *
 * @param addSecret is told every secret in it
 */
export function recordedSyncs(
  { deployment }: Deployment,
  addSecret: (secret: string) => void,
): RecordedSync[] {
  return (deploymentSchema.parse(deployment).resources ?? [])
    .filter((resource) => isSyncType(resource.type) && resource.id !== "" && !resource.delete)
    .map(({ urn, id, outputs }) => {
      const plain = Object.fromEntries(
        Object.entries(outputs)
          .filter(([name]) => name !== "__provider")
          .map(([name, value]) => [name, opened(value, addSecret)]),
      );
      return {
        urn,
        resource: urn.slice(urn.lastIndexOf("::") + 2),
        id,
        name: String(plain["name"]),
        execution: executionOf(plain),
        outputs: plain,
      };
    });
}

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
 * The syncs with the given names, by themselves or by their resources; without names all native ones.
 *
 * @throws EngineError `invalid-config` for a name that the state does not have, and where nothing is left
 */
export function selectSyncs(syncs: readonly RecordedSync[], names: readonly string[]): RecordedSync[] {
  if (names.length === 0) {
    const native = syncs.filter(({ execution }) => execution === "native");
    if (native.length > 0) return native;
    throw new EngineError("invalid-config", "The stack's state has no sync in native execution.", {
      hint: "`external-infisical up` creates and runs what is declared.",
    });
  }
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

/** @throws EngineError `invalid-config` where the instance is asked for what it does not run */
export function refuseEngineSyncs(syncs: readonly RecordedSync[], command: string): void {
  const others = syncs.filter(({ execution }) => execution === "engine").map(({ resource }) => resource);
  if (others.length === 0) return;
  const [are, them] = others.length === 1 ? ["is", "it"] : ["are", "them"];
  throw new EngineError(
    "invalid-config",
    `${others.join(", ")} ${are} in execution "engine": the source instance does not know ${them}.`,
    {
      hint:
        command === "remove"
          ? "With --execution engine this package removes what such a sync created."
          : `\`external-infisical up\` runs ${them}${command === "import" ? ", with the import of a first run if syncOptions say so" : ""}.`,
    },
  );
}
