import { getStack, RunError, runtime } from "@pulumi/pulumi";
import { SECRET_SETTINGS } from "../secret-settings.ts";

/** Not among the SDK's types: it is what `Config` itself asks. */
const { isConfigSecret } = runtime as typeof runtime & { isConfigSecret(key: string): boolean };

/**
 * Refuses a setting that stands in clear where a secret is needed. The provider's process could not: the SDK gives it
 * plain values, secret or not.
 */
export function requireSecretSettings(): void {
  for (const key of SECRET_SETTINGS) {
    if (!runtime.getConfig(key) || isConfigSecret(key)) continue;
    // A trace would say nothing more.
    throw new RunError(
      `The configuration ${key} stands in clear in Pulumi.${getStack()}.yaml or Pulumi.yaml. Choose another value, since this one is known, and set it encrypted: ${commandFor(key)}`,
    );
  }
}

/** Entries that stand in clear would stay beside one that is encrypted. */
const commandFor = (key: string): string =>
  key.endsWith(":connectionSecrets")
    ? `pulumi config rm ${key}, then pulumi config set --secret --path ${key}.<connection name>`
    : `pulumi config set --secret ${key}`;
