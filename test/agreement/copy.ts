/** One world on one pair of instances. */

import type { InfisicalServer, Seed } from "../../infisical-server/index.ts";
import { flattened } from "../../provider/engine/flatten.ts";
import type { ListedSecret, Place, SecretStore } from "../../provider/engine/store.ts";
import { createStore } from "../../provider/infisical/secrets/store.ts";
import { createTreeStore } from "../../provider/infisical/secrets/tree.ts";
import { ARGUMENT_NAMES } from "../support/store-subject.ts";
import type { Values } from "../support/world.ts";
import type { Instance, Pair } from "./arena.ts";

/** What both sides hold at first. */
export interface SeededSides {
  source?: Values;
  /** Secrets of each folder that the source imports, in order of position. */
  imports?: readonly Values[];
  /** Folders beneath the source, by their paths from there on; with them all of the source is one list of secrets. */
  beneath?: Readonly<Record<string, Beneath>> | undefined;
  /** Of a folder in another environment of the source project, for references. */
  elsewhere?: Values;
  destination?: Values;
  /** Default true. */
  destinationFolder?: boolean;
}

interface Beneath {
  own: Values;
  /** What it imports, from a folder of its own; undefined where it imports nothing. */
  imported?: Values | undefined;
}

/** A folder of an instance, by hand and through a store. */
export interface Side {
  server: InfisicalServer;
  place: Place;
  store: SecretStore;
  put(values: Values): void;
  drop(...keys: string[]): void;
  read(): Values;
}

export interface Copy {
  source: Side;
  destination: Side;
  /** Folders beside the source. */
  putImported(index: number, values: Values): void;
  putElsewhere(values: Values): void;
  /** Makes the folder where it is missing. */
  putBeneath(folder: string, values: Values): void;
}

const ENVIRONMENT = "prod";
const SECRET_PATH = "/app";
const ELSEWHERE = { environment: "dev", secretPath: "/elsewhere" };
const importedPath = (index: number) => `/shared-${index}`;
const importedBeneath = (folder: string) => `/shared-by/${folder}`;

/** Makes a project of the given name on both instances. */
export function makeCopy(pair: Pair, name: string, seeded: SeededSides): Copy {
  const { source = {}, imports = [], elsewhere = {}, destination = {}, destinationFolder = true } = seeded;
  const { beneath } = seeded;
  const importing = Object.entries(beneath ?? {}).filter(([, { imported }]) => imported);
  const imported = [
    ...imports.map((_, index) => [SECRET_PATH, importedPath(index)] as const),
    ...importing.map(([folder]) => [`${SECRET_PATH}/${folder}`, importedBeneath(folder)] as const),
  ];
  makeProject(pair.source.server, name, {
    folders: { [ENVIRONMENT]: [SECRET_PATH, ...imported.flat()] },
    imports: imported.map(([secretPath, from]) => ({
      environment: ENVIRONMENT,
      secretPath,
      from: { environment: ENVIRONMENT, secretPath: from },
    })),
  });
  makeProject(pair.destination.server, name, {
    folders: { [ENVIRONMENT]: destinationFolder ? [SECRET_PATH] : [] },
  });
  const putAt = (secretPath: string, values: Values) =>
    pair.source.server.putSecrets({ projectId: name, environment: ENVIRONMENT, secretPath }, values);
  const copy: Copy = {
    source: beneath ? allOf(pair.source, name) : sideOf(pair.source, name),
    destination: sideOf(pair.destination, name),
    putImported: (index, values) => putAt(importedPath(index), values),
    putElsewhere: (values) => pair.source.server.putSecrets({ projectId: name, ...ELSEWHERE }, values),
    putBeneath: (folder, values) => putAt(`${SECRET_PATH}/${folder}`, values),
  };
  for (const [folder, { own, imported = {} }] of Object.entries(beneath ?? {})) {
    copy.putBeneath(folder, own);
    putAt(importedBeneath(folder), imported);
  }
  copy.source.put(source);
  imports.forEach((values, index) => {
    copy.putImported(index, values);
  });
  copy.putElsewhere(elsewhere);
  if (destinationFolder) copy.destination.put(destination);
  return copy;
}

function makeProject(
  server: InfisicalServer,
  name: string,
  content: Omit<NonNullable<Seed["projects"]>[number], "id" | "slug">,
): void {
  server.seed({ projects: [{ id: name, slug: name, ...content }] });
}

function sideOf({ server, client }: Instance, projectId: string): Side {
  const place = { origin: server.url, projectId, environment: ENVIRONMENT, secretPath: SECRET_PATH };
  return {
    server,
    place,
    store: createStore(client, place, ARGUMENT_NAMES),
    put: (values) => server.putSecrets(place, values),
    drop: (...keys) => server.deleteSecrets(place, keys),
    read: () => server.readSecrets(place),
  };
}

/** With the folders beneath, as one list of secrets. */
function allOf(instance: Instance, projectId: string): Side {
  const side = sideOf(instance, projectId);
  const tree = createTreeStore(instance.client, { ...side.place, isTree: true }, ARGUMENT_NAMES);
  return { ...side, store: flattened(tree) };
}

/** The folder's own secrets with ids and versions, by key. */
export type Snapshot = ReadonlyMap<string, ListedSecret>;

/** @param imports as the engine asks for this side, so that one look serves both */
export async function snapshot({ store }: Side, imports: boolean): Promise<Snapshot> {
  const { secrets } = await store.list({ values: true, expand: false, imports });
  return new Map(secrets.map((secret) => [secret.key, secret]));
}

/** Both sides' keys and values, comparable whatever the keys are called. */
export const endState = ({ source, destination }: Copy) => ({
  source: Object.entries(source.read()).sort(),
  destination: Object.entries(destination.read()).sort(),
});
