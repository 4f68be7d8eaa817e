import { unknownName } from "../did-you-mean.ts";
import { BridgeError } from "../errors.ts";
import { readConfig } from "../resources/config.ts";
import { type ProviderConfig, providerConfig } from "../schema.ts";

/** The part of the SDK's configuration object that is used. */
export interface PulumiConfig {
  get(key: string): string | undefined;
  /** What it has, by full key, and the project, whose own settings have its name before them. */
  readonly rawConfig?: Readonly<Record<string, unknown>>;
  readonly projectName?: string;
}

const NAMESPACE = "external-infisical";
/** Settings that are no text. */
const STRUCTURED = ["connectionSecrets", "auth", "allowInsecureHttp"];
/** Settings of this package that are none of the provider's. */
const OTHERS = ["planKey"];

/** The provider's configuration from the stack's, in the namespace `external-infisical`, else the environment. */
export function readPulumiConfig(
  config: PulumiConfig,
  environment: Readonly<Record<string, string | undefined>>,
): ProviderConfig {
  if (config.projectName !== NAMESPACE) refuseUnknown(Object.keys(config.rawConfig ?? {}));
  const given = Object.keys(providerConfig.shape).map((name) => {
    const text = config.get(`${NAMESPACE}:${name}`);
    return [name, STRUCTURED.includes(name) ? parsed(name, text) : text];
  });
  return readConfig(Object.fromEntries(given), environment);
}

/** A setting with a typing error would be taken from the environment, or not at all. */
function refuseUnknown(keys: readonly string[]): void {
  const known = [...Object.keys(providerConfig.shape), ...OTHERS];
  const names = keys.flatMap((key) =>
    key.startsWith(`${NAMESPACE}:`) ? [key.slice(NAMESPACE.length + 1)] : [],
  );
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const told = unknown.map((name) => `${NAMESPACE}:${name}: ${unknownName(name, known)}`);
  throw new BridgeError("invalid-arguments", `Invalid configuration: ${told.join("; ")}.`, {
    hint: `Take it out with pulumi config rm, or set it under the right name. Settings are ${known.join(", ")}.`,
  });
}

/** Pulumi stores structured configuration as JSON. */
function parsed(name: string, text: string | undefined): unknown {
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new BridgeError(
      "invalid-arguments",
      `The configuration ${NAMESPACE}:${name} is not what it should be.`,
      {
        hint: `Set it with pulumi config set --path, for example ${NAMESPACE}:connectionSecrets.<connection name>.`,
      },
    );
  }
}
