import { BridgeError } from "../errors.ts";
import { readConfig } from "../resources/config.ts";
import type { ProviderConfig } from "../schema.ts";

/** The part of the SDK's configuration object that is used. */
export interface PulumiConfig {
  get(key: string): string | undefined;
}

const NAMESPACE = "external-infisical";

/** The provider's configuration from the stack's, in the namespace `external-infisical`, else the environment. */
export function readPulumiConfig(
  config: PulumiConfig,
  environment: Readonly<Record<string, string | undefined>>,
): ProviderConfig {
  const get = (name: string) => config.get(`${NAMESPACE}:${name}`);
  return readConfig(
    {
      host: get("host"),
      clientId: get("clientId"),
      clientSecret: get("clientSecret"),
      token: get("token"),
      fingerprintKey: get("fingerprintKey"),
      connectionSecrets: parsed("connectionSecrets", get("connectionSecrets")),
      allowInsecureHttp: parsed("allowInsecureHttp", get("allowInsecureHttp")),
    },
    environment,
  );
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
