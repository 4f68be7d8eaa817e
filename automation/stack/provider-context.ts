import { BridgeError } from "../../provider/errors.ts";
import { lookUp } from "../../provider/look-up.ts";
import { oneLine } from "../../provider/printable.ts";
import { readPulumiConfig } from "../../provider/pulumi/config.ts";
import type { Context } from "../../provider/resources/resource.ts";
import { EngineError, type StackHandle } from "../engines/engine.ts";
import { requireSecretSettings } from "./secret-settings.ts";

/**
 * What the resources need, from the stack's configuration and the environment.
 *
 * @param log never receives a secret
 * @throws EngineError `invalid-config`
 */
export async function contextOf(
  stack: Pick<StackHandle, "getAllConfig">,
  environment: Context["environment"],
  log: Context["log"],
): Promise<Context> {
  const all = await stack.getAllConfig();
  requireSecretSettings(all);
  try {
    const config = readPulumiConfig({ get: (key) => lookUp(all, key)?.value }, environment);
    return { config, environment, log: (line) => log(oneLine(line)), now: () => new Date() };
  } catch (cause) {
    if (!(cause instanceof BridgeError)) throw cause;
    throw new EngineError("invalid-config", cause.message, { hint: cause.hint, cause });
  }
}
