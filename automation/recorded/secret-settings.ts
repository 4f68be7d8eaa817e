import { lookUp } from "../../provider/look-up.ts";
import { type ConfigMap, EngineError } from "../engines/engine.ts";

/** Who knows one of these can try out guesses of values by the fingerprints that are made with it. */
const KEYS = ["fingerprintKey", "connectionSecrets"].map((name) => `external-infisical:${name}`);

/**
 * Refuses such a setting where it is no secret: anybody who writes files of the stack can put one of their own there, but
 * encrypt none without the stack's passphrase.
 *
 * @throws EngineError `invalid-config`
 */
export function requireSecretSettings(config: ConfigMap): void {
  for (const key of KEYS) {
    const setting = lookUp(config, key);
    if (!setting || setting.secret === true || setting.value === "") continue;
    throw new EngineError("invalid-config", `The configuration ${key} stands there in clear.`, {
      hint: `Choose another value, and set it encrypted: pulumi config set --secret ${key}, or --secret-config ${key}=… with up.`,
    });
  }
}
