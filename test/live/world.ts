/** The folders of a scenario on two real instances. */
import { createStore } from "../../provider/infisical/secrets/store.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { foldersBelow, keysIn } from "../support/folders.ts";
import { ARGUMENT_NAMES } from "../support/store-subject.ts";
import type { PlayedSide, PlayedWorld, Values } from "../support/world.ts";
import type { LiveInstance } from "./instance.ts";
import { clientOf } from "./subject.ts";

/** Why a scenario cannot be played on them, if so: what only a local instance lets tests arrange. */
export function lacksLive({ given }: Scenario): string | undefined {
  if (given.sourceServer || given.destinationServer) return "a real instance cannot be told to fail";
  for (const role of ["no-access", "describe-only", "viewer"])
    if (given.destinationRole === role) return `the destination's identity would have to be a ${role}`;
  for (const role of ["no-access", "describe-only"])
    if (given.sourceRole === role) return `the source's identity would have to be ${role}`;
  return undefined;
}

let worlds = 0;

export async function openLiveWorld(
  source: LiveInstance,
  destination: LiveInstance,
  { given }: Scenario,
): Promise<PlayedWorld> {
  const root = `/world-${worlds++}`;
  const hasFolder = given.destinationFolder ?? true;
  return {
    execution: "engine",
    connectionSecret: given.connectionSecret ?? "argument",
    source: await makeSide(source, root, given.source ?? {}, true, given.folders),
    destination: await makeSide(destination, root, given.destination ?? {}, hasFolder, given.folders),
    async [Symbol.asyncDispose]() {
      // The tests' own folder goes at the end, with all that is in it.
    },
  };
}

async function makeSide(
  instance: LiveInstance,
  root: string,
  values: Values,
  hasFolder: boolean,
  folders: readonly string[] = [],
): Promise<PlayedSide> {
  const { settings } = instance;
  const place = instance.place(`${root}/app`);
  await instance.makeFolder(hasFolder ? place : instance.place(root));
  const below = foldersBelow(place, folders);
  const put = async (more: Values) => {
    for (const each of below.split(more)) {
      if (each.folder !== "") await instance.makeFolder(each.place);
      await instance.put(each.place, each.values);
    }
  };
  if (hasFolder) await put(values);
  return {
    server: { url: settings.URL },
    projectId: place.projectId,
    environment: place.environment,
    root: instance.place(root).secretPath,
    secretPath: place.secretPath,
    clientId: settings.CLIENT_ID,
    clientSecret: settings.CLIENT_SECRET,
    put,
    store: () => createStore(clientOf(instance), place, ARGUMENT_NAMES),
    async drop(...keys) {
      const named = Object.fromEntries(keys.map((key) => [key, true]));
      for (const each of below.split(named)) await instance.drop(each.place, Object.keys(each.values));
    },
    async read() {
      const found: Values[] = [];
      for (const each of below.all) found.push(keysIn(each.folder, await instance.read(each.place)));
      return Object.fromEntries(found.flatMap((each) => Object.entries(each)));
    },
  };
}
