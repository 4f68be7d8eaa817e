import { BridgeError } from "../../provider/errors.ts";
import { lookUp } from "../../provider/look-up.ts";
import { oneLine } from "../../provider/printable.ts";
import { readPulumiConfig } from "../../provider/pulumi/config.ts";
import type { Shared } from "../../provider/resources/process.ts";
import type { Context } from "../../provider/resources/resource.ts";
import type { ProviderConfig } from "../../provider/schema.ts";
import { EngineError, type StackHandle } from "../engines/engine.ts";
import { requireSecretSettings } from "./secret-settings.ts";

/**
 * What the resources need, from the stack's configuration and the environment.
 *
 * @param log never receives a secret
 * @throws EngineError `invalid-config`
 */
export const contextOf = async (
  stack: Pick<StackHandle, "getAllConfig">,
  environment: Context["environment"],
  log: Context["log"],
  shared: Shared,
): Promise<Context> => ({
  config: await providerConfigOf(stack, environment),
  environment,
  log: (line) => log(oneLine(line)),
  now: () => new Date(),
  shared,
});

/** @throws EngineError `invalid-config` */
export async function providerConfigOf(
  stack: Pick<StackHandle, "getAllConfig">,
  environment: Context["environment"],
): Promise<ProviderConfig> {
  const all = await stack.getAllConfig();
  requireSecretSettings(all);
  try {
    return readPulumiConfig({ get: (key) => lookUp(all, key)?.value }, environment);
  } catch (cause) {
    if (!(cause instanceof BridgeError)) throw cause;
    throw new EngineError("invalid-config", cause.message, { hint: cause.hint, cause });
  }
}
