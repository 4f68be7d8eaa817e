/**
 * Gives syncs back to a stack: into its state goes what the fleet remembers of their keys, so that its next deployment knows which
 * ones the sync has created, and which it found. Nothing is asked of any instance.
 */
import { describePlace } from "../../../provider/resources/places.ts";
import { omit } from "../../../provider/resources/properties.ts";
import type { Properties } from "../../../provider/resources/resource.ts";
import { placesOf, secretSyncInputs } from "../../../provider/resources/sync/inputs.ts";
import { HALF_WAY } from "../../../provider/resources/sync/outputs.ts";
import { EngineError } from "../../engines/engine.ts";
import type { ContentOf } from "../../fleet/acts/index.ts";
import { changeRecords } from "../../stack/change-records.ts";
import { openStack } from "../../stack/open-stack.ts";
import { type RecordedSync, recordedSyncs } from "../../stack/recorded-syncs.ts";
import { agree, requireConsent } from "../../terminal/consent.ts";
import type { Run } from "../runner.ts";
import type { ExportOptions } from "./options.ts";
import { performOn } from "./reach.ts";
import { whoAsks } from "./who.ts";

export async function giveBack(run: Run<ExportOptions>): Promise<ContentOf<"export"> & { to: string }> {
  const { options, session, opened } = run;
  const stack = await openStack(run, "change");
  const to = `the stack ${opened.project ?? ""}/${stack.name}`;
  const recorded = recordedSyncs(await stack.exportStack(), session.redactor.add).filter(
    ({ execution }) => execution === "engine",
  );
  if (recorded.length === 0) throw hasNone(to);
  requireConsent("fleet export", options.yes, session, "Name the stack, and pass --yes.");
  if (!options.yes)
    await agree(`Do you want ${to} to run from now on those of its syncs that the fleet runs?`, session);
  const byDestination = new Map(recorded.map((sync) => [destinationOf(sync), sync]));
  const content = await performOn(run, "export", {
    project: options.project,
    destinations: [...byDestination.keys()],
    by: whoAsks(options),
  });
  const changes = content.syncs.flatMap(({ outputs }) => {
    const sync = byDestination.get(destinationOf({ outputs }));
    return sync ? [{ urn: sync.urn, before: sync.outputs, after: handedOver(sync.outputs, outputs) }] : [];
  });
  try {
    await changeRecords(stack, changes, session.redactor.add);
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    throw new EngineError(cause.code, cause.message, {
      hint: "The syncs are paused in the fleet, and the stack is as it was: run the command again, or resume them.",
      cause,
    });
  }
  return { ...content, to };
}

const located = secretSyncInputs.pick({
  projectId: true,
  environment: true,
  secretPath: true,
  instanceUrl: true,
  destinationConfig: true,
  syncOptions: true,
});

const destinationOf = ({ outputs }: Pick<RecordedSync, "outputs">): string =>
  describePlace(placesOf(located.parse(outputs), { host: "" }).destination);

/** How the stack reaches the instances, and what the sync is called there, stays the stack's. */
const STACKS_OWN = [
  "name",
  "description",
  "connectionId",
  "connectionName",
  "connectionExecution",
  "connection",
  "instanceUrl",
  "machineIdentityClientId",
  "machineIdentityClientSecret",
  "auth",
  "allowInsecureHttp",
  "syncId",
  "createdAt",
];

const handedOver = (before: Properties, ofFleet: Properties): Properties => ({
  ...omit(before, HALF_WAY),
  ...omit(ofFleet, STACKS_OWN),
});

const hasNone = (to: string) =>
  new EngineError(
    "invalid-config",
    `${to} has no syncs in its state, so that there is nothing to give them to.`,
    {
      hint: "Deploy them there first with isAutoSyncEnabled: false, which writes no key; then export, and leave that out again.",
    },
  );
