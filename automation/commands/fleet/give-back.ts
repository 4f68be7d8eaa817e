/**
 * Gives syncs back to a stack or to Terraform: into its state goes what the fleet remembers of their keys, so that its next
 * deployment knows which ones the sync has created, and which it found. Nothing is asked of any instance.
 */
import { describePlace } from "../../../provider/resources/places.ts";
import type { Properties } from "../../../provider/resources/resource.ts";
import { isSamePair } from "../../../provider/resources/sync/inputs.ts";
import { EngineError } from "../../engines/engine.ts";
import type { ContentOf } from "../../fleet/acts/index.ts";
import { recordedDestination } from "../../fleet/declarations/places.ts";
import { agree, requireConsent } from "../../terminal/consent.ts";
import type { Run } from "../runner.ts";
import type { ExportOptions } from "./options.ts";
import { performOn } from "./reach.ts";
import { receiverOf } from "./receivers.ts";
import { whoAsks } from "./who.ts";

export type GivenBack = ContentOf<"export"> & { to: string; next: string };

export async function giveBack(run: Run<ExportOptions>): Promise<GivenBack> {
  const { options, session } = run;
  const { to, next, syncs, save } = await receiverOf(run);
  if (syncs.length === 0) throw hasNone(to);
  requireConsent("fleet export", options.yes, session, "Name where they go, and pass --yes.");
  if (!options.yes)
    await agree(`Do you want ${to} to run from now on those of its syncs that the fleet runs?`, session);
  const byDestination = Map.groupBy(syncs, ({ outputs }) => destinationIn(outputs));
  const content = await performOn(run, "export", {
    project: options.project,
    destinations: [...byDestination.keys()],
    by: whoAsks(options),
  });
  try {
    for (const given of content.syncs) {
      const [sync, another] = byDestination.get(declaredAt(given, content)) ?? [];
      if (!sync || another || !isSamePair(sync.outputs, given.outputs)) throw isAnother(given, to);
      sync.give(given.outputs);
    }
    await save();
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    throw new EngineError(cause.code, cause.message, {
      hint: `The syncs are paused in the fleet, and ${to} is as it was: run the command again, or resume them.`,
      cause,
    });
  }
  return { ...content, to, next };
}

type Given = ContentOf<"export">["syncs"][number];

const destinationIn = (outputs: Properties): string => describePlace(recordedDestination.parse(outputs));

const declaredAt = ({ project, name }: Given, { declarations }: ContentOf<"export">): string =>
  declarations.find((one) => one.project === project)?.syncs.find((sync) => sync.name === name)
    ?.destination ?? "";

/** Of keys that it has not written, or not there, a state would be wrong, and would forget those that it has written. */
const isAnother = ({ project, name, outputs }: Given, to: string) =>
  new EngineError(
    "invalid-config",
    `${project}/${name} is not the sync that ${to} has for its place: the fleet remembers keys from ${outputs["environment"]}:${outputs["secretPath"]} at ${destinationIn(outputs)}.`,
  );

const hasNone = (to: string) =>
  new EngineError(
    "invalid-config",
    `${to} has no syncs in its state, so that there is nothing to give them to.`,
    {
      hint: "Deploy them there first with isAutoSyncEnabled: false, which writes no key; then export, and leave that out again.",
    },
  );
