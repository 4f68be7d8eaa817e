/** `fleet adopt`: syncs of a stack or of Terraform become the fleet's, with what is remembered of their keys. */
import { describePlace } from "../../../provider/resources/places.ts";
import { placesOf, secretSyncInputs } from "../../../provider/resources/sync/inputs.ts";
import { EngineError } from "../../engines/engine.ts";
import type { Declaration, NamedSync } from "../../fleet/declarations/declaration.ts";
import { agree, requireConsent } from "../../terminal/consent.ts";
import { actAction } from "./action.ts";
import { declaredIn } from "./declared.ts";
import { adoptOptions } from "./options.ts";
import { performOn } from "./reach.ts";
import { type Recorded, recordedIn } from "./recorded.ts";
import { namesText } from "./texts.ts";
import { whoAsks } from "./who.ts";

export const adopt = actAction({
  name: "adopt",
  options: adoptOptions,
  async act(run) {
    const { options, session, environment } = run;
    const { syncs: recorded, from } = await recordedIn(run);
    const own = run.place ?? options.file;
    const file = options.declaration.length > 0 ? options.declaration : own === undefined ? [] : [own];
    const declarations = await declaredIn({
      place: undefined,
      options: { ...(options.cwd !== undefined && { cwd: options.cwd }), file },
      environment,
    });
    const syncs = matched(recorded, declarations);
    requireConsent("fleet adopt", options.yes, session, "Name the state and the syncs.yaml, and pass --yes.");
    if (!options.yes) {
      session.print(namesText(`is taken over from ${from}`, syncs));
      await agree("Do you want the fleet to run them from now on?", session);
    }
    return performOn(run, "adopt", { declarations, syncs, from, by: whoAsks(options) });
  },
  text: ({ adopted }) =>
    [
      ...adopted.map((one) => namesText(`adopted, with ${one.keys} keys`, [one])),
      "",
      "Two must not write one place: now let what has run them forget them, without destroying anything (docs/fleet.md).",
    ].join("\n"),
});

const located = secretSyncInputs.pick({
  projectId: true,
  environment: true,
  secretPath: true,
  instanceUrl: true,
  destinationConfig: true,
  syncOptions: true,
});

/** Each sync on record with what is declared of its destination. @throws EngineError `invalid-config` where one has none */
function matched(recorded: readonly Recorded[], declarations: readonly Declaration[]) {
  if (recorded.length === 0)
    throw new EngineError("invalid-config", "The state has no syncs: there is nothing to adopt.");
  const declared = new Map<string, NamedSync & { project: string }>(
    declarations.flatMap(({ project, syncs }) =>
      syncs.map((sync) => [sync.destination, { ...sync, project }] as const),
    ),
  );
  const missing: string[] = [];
  const syncs = recorded.flatMap(({ name, inputs, outputs }) => {
    const { destination } = placesOf(located.parse(outputs), { host: "" });
    const sync = declared.get(describePlace(destination));
    if (!sync) missing.push(`${name}, to ${describePlace(destination)}`);
    return sync ? [{ project: sync.project, name: sync.name, inputs, outputs }] : [];
  });
  if (missing.length === 0) return syncs;
  throw new EngineError(
    "invalid-config",
    ["These are in the state, and no syncs.yaml declares their destinations:", ...missing].join("\n  "),
    { hint: "Declare them, so that none of their keys is forgotten. Nothing was adopted." },
  );
}
