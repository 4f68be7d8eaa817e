import { lacking, openBridgedStack } from "../support/bridged-stack.ts";
import { isThorough } from "../support/thorough.ts";
import type { Driver, View } from "./driver.ts";
import { type PreviewJson, type YamlPackage, yamlStack } from "./yaml-program.ts";

type Properties = Record<string, unknown>;

const BRIDGED: YamlPackage = {
  open: openBridgedStack,
  syncOf: (args, connection) => ({ ...withTexts(args), destinationConnection: fieldsOf(connection) }),
  seen: (preview, isSync) => announced(preview, isSync),
  mapsIn: ({ outputs }) => outputs,
};

/** The Terraform provider under Pulumi's bridge: a program in YAML, run by the real Pulumi CLI. */
export const pulumiBridge: Driver = {
  name: "pulumi-bridge",
  ...(lacking ? { unavailable: lacking } : !isThorough && { unavailable: "only in npm run test:all" }),
  isSlow: true,
  lacks: ({ steps, execution }) =>
    execution !== "native" && steps.some((step) => step.do === "deploy" && step.with?.removeSecretsOnDelete)
      ? "removeSecretsOnDelete is refused there"
      : undefined,
  open: (world) => yamlStack(world, BRIDGED),
};

/** The whole connection is no value that the bridge takes. */
const fieldsOf = (connection: Properties) =>
  Object.fromEntries(
    [...Object.keys(connection), ...(connection["execution"] === "native" ? ["id"] : [])].map((name) => [
      name,
      `\${connection.${name}}`,
    ]),
  );

/** Terraform's types: its maps have texts, and a limit that may be a percentage is one. */
function withTexts({ triggers, syncOptions, ...rest }: Properties): Properties {
  const { maxDeletes, ...options } = syncOptions as Properties;
  const texts = Object.entries((triggers ?? {}) as Properties).map(([name, value]) => [name, String(value)]);
  return {
    ...rest,
    ...(triggers !== undefined && { triggers: Object.fromEntries(texts) }),
    syncOptions: {
      ...plural(options),
      ...(maxDeletes !== undefined && { maxDeletes: String(maxDeletes) }),
    },
  };
}

/** The bridge gives lists names in the plural. */
function plural(options: Properties): Properties {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => {
      if (Array.isArray(value)) return [PLURALS[name] ?? name, value];
      return [name, typeof value === "object" && value !== null ? plural(value as Properties) : value];
    }),
  );
}

const PLURALS: Readonly<Record<string, string>> = {
  copy: "copies",
  include: "includes",
  exclude: "excludes",
};

const SIGNS: Readonly<Record<string, View["keys"][string]>> = { "+": "add", "~": "update", "-": "delete" };

/** A preview shows none of the attributes that it plans: what a run will do is a warning. */
function announced({ diagnostics = [] }: PreviewJson, isSync: (urn: string) => boolean) {
  const view: Pick<View, "keys" | "effects"> = { keys: {}, effects: {} };
  const told = diagnostics.filter(({ urn, message }) => isSync(urn ?? "") && message.includes(HEADING));
  for (const { message } of told)
    for (const line of message
      .slice(message.indexOf(HEADING) + HEADING.length)
      .trim()
      .split("\n")) {
      const [, sign = "", own] = /^([+~-]) (.*)$/.exec(line) ?? [];
      const [, label, text = ""] = /^(.*?): (.*)$/.exec(line) ?? [];
      if (own !== undefined) view.keys[own] = SIGNS[sign] ?? "update";
      else if (label !== undefined) view.effects[label] = text;
    }
  return view;
}

const HEADING = "At the destination:";
