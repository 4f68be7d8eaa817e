import { lookUp } from "../../provider/look-up.ts";
import { SECRET_SETTINGS } from "../../provider/secret-settings.ts";
import { type ConfigMap, EngineError } from "../engines/engine.ts";

/**
 * Refuses a setting that is no secret where it must be one, before the stack is used.
 *
 * @throws EngineError `invalid-config`
 */
export function requireSecretSettings(config: ConfigMap): void {
  for (const key of SECRET_SETTINGS) {
    const setting = lookUp(config, key);
    if (!setting || setting.secret === true || setting.value === "") continue;
    throw new EngineError("invalid-config", `The configuration ${key} stands there in clear.`, {
      hint: `Choose another value, and set it encrypted: pulumi config set --secret ${key}, or --secret-config ${key}=… with up.`,
    });
  }
}
