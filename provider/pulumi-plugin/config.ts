/** The provider's configuration: explicit providers and stacks give it alike, the environment what they leave out. */

import { BridgeError } from "../errors.ts";
import { UNKNOWN } from "../marked-values.ts";
import { parseJson } from "../parse-json.ts";
import { readConfig } from "../resources/config.ts";
import { problemsOf } from "../resources/problems.ts";
import { holdsUnknown, omit } from "../resources/properties.ts";
import type { Context, Properties } from "../resources/resource.ts";
import { type ProviderConfig, providerConfig } from "../schema.ts";
import { structuredSettings } from "./schema.ts";

/** The engine's own, beside the settings. */
const OF_THE_ENGINE = [
  "version",
  "pluginDownloadURL",
  "__internal",
  "__defaults",
  "__pulumi-go-provider-version",
];
const STRUCTURED = structuredSettings();

const settings = providerConfig.strict();

/** What is wrong with a configuration, as far as it is known. */
export function configProblems(given: Properties): string[] {
  if (holdsUnknown(given, UNKNOWN)) return [];
  try {
    const { error } = settings.safeParse(withoutEmpty(settingsIn(given)));
    return error ? problemsOf(error.issues) : [];
  } catch (error) {
    return [(error as Error).message];
  }
}

export const readPluginConfig = (given: Properties, environment: Context["environment"]): ProviderConfig =>
  readConfig(settingsIn(given), environment);

const settingsIn = (given: Properties): Properties =>
  Object.fromEntries(
    Object.entries(omit(given, OF_THE_ENGINE)).map(([name, value]) => [
      name,
      STRUCTURED.includes(name) ? parsed(name, value) : value,
    ]),
  );

const withoutEmpty = (given: Properties): Properties =>
  Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value !== "" && value !== null),
  );

function parsed(name: string, value: unknown): unknown {
  if (typeof value !== "string" || value === "") return value;
  const structure = parseJson(value);
  if (structure !== undefined) return structure;
  throw new BridgeError("invalid-arguments", `The provider's ${name} is not what it should be.`, {
    hint: `In a stack: pulumi config set --path externalinfisical:${name}…`,
  });
}
