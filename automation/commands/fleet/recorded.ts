/** The syncs that a state has, of whatever made it. Nothing is asked of any instance. */
import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { z } from "zod";
import type { Properties } from "../../../provider/resources/resource.ts";
import type { Value } from "../../../provider/terraform/value.ts";
import { EngineError } from "../../engines/engine.ts";
import { openStack } from "../../stack/open-stack.ts";
import { recordedSyncs } from "../../stack/recorded-syncs.ts";
import type { Run } from "../runner.ts";
import type { AdoptOptions } from "./options.ts";

export interface Recorded {
  /** In the state. */
  name: string;
  inputs: Properties;
  outputs: Properties;
}

/** @returns the syncs, and what their state is called */
export async function recordedIn(run: Run<AdoptOptions>): Promise<{ syncs: Recorded[]; from: string }> {
  const { place, options, session } = run;
  if (place !== undefined && extname(place) === ".tfstate") {
    const syncs = await inTerraformState(resolve(options.cwd ?? process.cwd(), place));
    return { syncs, from: `Terraform's ${place}` };
  }
  const stack = await openStack(run, "look");
  const syncs = recordedSyncs(await stack.exportStack(), session.redactor.add);
  const native = syncs.filter(({ execution }) => execution === "native").map(({ name }) => name);
  if (native.length > 0) throw isNative(native);
  return { syncs, from: `the stack ${run.opened.project ?? ""}/${run.opened.stack ?? stack.name}` };
}

type TerraformState = z.output<typeof tfstate>;
type Instance = TerraformState["resources"][number]["instances"][number];

export const syncsIn = (resources: TerraformState["resources"]): Instance[] =>
  resources
    .filter(({ mode, type }) => mode === "managed" && type === "externalinfisical_secret_sync")
    .flatMap(({ instances }) => instances);

/** What the provider keeps beside the attributes. */
export const keptTextOf = (instance: Instance): string =>
  Buffer.from(instance.private ?? "", "base64").toString("utf8") || "{}";

const tfstate = z.looseObject({
  version: z.literal(4),
  serial: z.number().optional(),
  resources: z.array(
    z.looseObject({
      mode: z.string(),
      type: z.string(),
      name: z.string(),
      instances: z.array(
        z.looseObject({
          attributes: z.record(z.string(), z.custom<Value>()).nullish(),
          private: z.string().optional(),
        }),
      ),
    }),
  ),
});

async function inTerraformState(path: string): Promise<Recorded[]> {
  const { resources } = await readState(path);
  const { recordedSync } = await import("../../../provider/terraform/resources/secret-sync.ts");
  const found = syncsIn(resources).map((instance) =>
    recordedSync(instance.attributes ?? {}, keptTextOf(instance)),
  );
  const native = found.filter(({ isNative }) => isNative).map(({ name }) => name);
  if (native.length > 0) throw isNative(native);
  return found;
}

export async function readState(path: string): Promise<TerraformState> {
  try {
    return tfstate.parse(parse(await readFile(path, "utf8"), exact));
  } catch (cause) {
    throw new EngineError("invalid-config", `${path} cannot be read as a state of Terraform's.`, {
      hint: "Of a remote backend make one: terraform state pull > terraform.tfstate",
      cause,
    });
  }
}

/** As Node has it, and TypeScript does not know yet. */
const { parse, rawJSON } = JSON as unknown as {
  parse(
    text: string,
    reviver: (name: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
};

/** Numbers of other resources that this language has not are kept as they are written. */
const exact = (_name: string, value: unknown, { source }: { source?: string }): unknown =>
  typeof value === "number" && source !== undefined && String(value) !== source ? rawJSON(source) : value;

const isNative = (names: readonly string[]) =>
  new EngineError(
    "invalid-config",
    `Native syncs are run by their instance, and by no fleet: ${names.join(", ")}. Nothing was adopted.`,
  );
