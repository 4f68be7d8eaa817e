import { BridgeError } from "../../../errors.ts";
import type { ControlPlane, SyncRow } from "../../../infisical/control-plane/index.ts";
import type { Context } from "../../resource.ts";
import { hasOtherWriter } from "../engine/remove.ts";
import { placesOf, type SyncProperties } from "../inputs.ts";
import { type AtInstance, syncAtInstance } from "./at-instance.ts";
import { jobFailure } from "./failure.ts";
import { until, whenIdle } from "./follow.ts";
import { nativeSyncInputs } from "./inputs.ts";
import { endOf } from "./jobs.ts";
import { planeOf } from "./plane.ts";
import { guardRemoval } from "./removal.ts";

/**
 * Deletes the sync at the instance. With `removeSecretsOnDelete` the instance first deletes every key of the
 * source at the destination, whoever wrote it, and the sync stays if that fails (control-plane §3.6, §3.13).
 */
export async function remove(id: string, olds: SyncProperties, context: Context): Promise<void> {
  const plane = planeOf(context);
  const row = await plane.readSync(id);
  if (!row) return;
  const leaveSecrets = async () => {
    await whenIdle(() => plane.deleteSync(row, false), waitFor(row, olds), context);
  };
  if (olds.removeSecretsOnDelete !== true) return leaveSecrets();
  const at = await syncAtInstance(id, olds, context);
  const { destination } = placesOf(at.inputs, context.config);
  // A sync renamed without an alias is a new one, and takes over what the old one would wipe.
  await context.shared.withDestination(destination, () =>
    hasOtherWriter(destination, at.inputs.name, context)
      ? leaveSecrets()
      : removeWithSecrets(plane, at, olds, context),
  );
}

async function removeWithSecrets(
  plane: ControlPlane,
  at: AtInstance,
  olds: SyncProperties,
  context: Context,
): Promise<void> {
  const { row } = at;
  await guardRemoval(at, context);
  await whenIdle(() => plane.deleteSync(row, true), waitFor(row, olds), context);
  const isGone = async () => {
    const now = await plane.readSync(row.id);
    if (!now) return true;
    if (endOf(row, now, "remove") === "failed") throw notRemoved(now);
    return undefined;
  };
  await until(isGone, { ...waitFor(row, olds), what: "the removal" }, context);
  context.log(`${row.name}: secrets removed at the destination by the source instance`);
}

const waitFor = ({ name }: SyncRow, olds: SyncProperties) => ({
  name,
  timeoutSeconds: nativeSyncInputs.shape.waitTimeoutSeconds.catch(600).parse(olds.waitTimeoutSeconds),
});

function notRemoved(row: SyncRow): BridgeError {
  const { message } = jobFailure(row, "remove");
  return new BridgeError("run-failed", `${message} The sync and its secrets are still there.`, {
    hint: /does not exist|not found/i.test(message)
      ? "The instance removes all keys of the source or none, and one of them is missing at the destination. `external-infisical remove --execution engine` removes those that this sync created; after that, or to leave them, set removeSecretsOnDelete to false and delete again."
      : "Mend the cause and delete again, or set removeSecretsOnDelete to false to leave the secrets there.",
  });
}
