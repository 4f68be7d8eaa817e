/** `fleet adopt`: syncs of a stack or of Terraform become the fleet's, with what is remembered of their keys. */
import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import type { z } from "zod";
import { describePlace } from "../../../provider/resources/places.ts";
import { EngineError } from "../../engines/engine.ts";
import { exportContent } from "../../fleet/acts/export.ts";
import type { Declaration, NamedSync } from "../../fleet/declarations/declaration.ts";
import { recordedDestination } from "../../fleet/declarations/places.ts";
import { agree, requireConsent } from "../../terminal/consent.ts";
import type { Run } from "../runner.ts";
import { actAction } from "./action.ts";
import { declaredIn } from "./declared.ts";
import { type AdoptOptions, adoptOptions } from "./options.ts";
import { performOn } from "./reach.ts";
import { type Recorded, recordedIn } from "./recorded.ts";
import { namesText } from "./texts.ts";
import { whoAsks } from "./who.ts";

export const adopt = actAction({
  name: "adopt",
  options: adoptOptions,
  async act(run) {
    const { options, session } = run;
    const { declarations, syncs, from } = await given(run);
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

/** Another fleet's export says all of it; else a file declares what a state has. */
async function given(run: Run<AdoptOptions>): Promise<z.output<typeof exportContent> & { from: string }> {
  const { place, options, environment } = run;
  if (place !== undefined && extname(place) === ".json")
    return { ...(await readExport(place, options.cwd)), from: `another fleet's ${place}` };
  const { syncs, from } = await recordedIn(run);
  const own = place ?? options.file;
  const file = options.declaration.length > 0 ? options.declaration : own === undefined ? [] : [own];
  const declarations = await declaredIn({
    place: undefined,
    options: { ...(options.cwd !== undefined && { cwd: options.cwd }), file },
    environment,
  });
  return { declarations, syncs: matched(syncs, declarations), from };
}

async function readExport(file: string, folder = process.cwd()): Promise<z.output<typeof exportContent>> {
  try {
    return exportContent.parse(JSON.parse(await readFile(resolve(folder, file), "utf8")));
  } catch (cause) {
    throw new EngineError("invalid-config", `${file} cannot be read as an export of a fleet.`, { cause });
  }
}

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
    const destination = describePlace(recordedDestination.parse(outputs));
    const sync = declared.get(destination);
    if (!sync) missing.push(`${name}, to ${destination}`);
    return sync ? [{ project: sync.project, name: sync.name, inputs, outputs }] : [];
  });
  if (missing.length === 0) return syncs;
  throw new EngineError(
    "invalid-config",
    ["These are in the state, and no syncs.yaml declares their destinations:", ...missing].join("\n  "),
    { hint: "Declare them, so that none of their keys is forgotten. Nothing was adopted." },
  );
}
