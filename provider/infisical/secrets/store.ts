import type { Place, ProjectFacts, SecretStore } from "../../engine/store.ts";
import { locateInFolder } from "../../engine/tree-key.ts";
import type { InfisicalClient } from "../http/client.ts";
import { encodeWrite } from "../http/encode.ts";
import { readProject } from "./diagnose.ts";
import { batchOverhead, placeText } from "./endpoints.ts";
import { makeFolder } from "./folder.ts";
import { listPlace } from "./list.ts";
import type { Looks } from "./looks.ts";
import { takesMetadata } from "./metadata.ts";
import { probeKey } from "./probe.ts";
import { refusedDeletion } from "./rights.ts";
import { tagsOf } from "./tags.ts";
import type { Target } from "./target.ts";
import { readVersion } from "./version.ts";
import { annotateSecrets, removeSecrets, writeSecrets } from "./write.ts";

/** The server takes bodies up to here, and answers 500 to larger ones (data-plane §1). */
const MOST_BODY_BYTES = 1_048_576;
/** Requests of many are kept well below it; the server's database bounds their count. */
const LIMITS = { bytes: 900_000, items: 500 };

/**
 * A folder on an instance, as the engine sees it. `argumentNames` are what the user calls its parts.
 *
 * @param looks at many folders, which may have told of this one
 */
export function createStore(
  client: InfisicalClient,
  place: Place,
  argumentNames: { projectId: string; environment: string; secretPath: string },
  looks?: Looks,
): SecretStore {
  const target = inLane({ client, place, argumentNames });
  const ofProject = tagsOf(target);
  const changing = <T>(change: () => Promise<T>) => changingIn(target, change);

  return {
    place,
    limits: { ...LIMITS, itemBytes: MOST_BODY_BYTES - batchOverhead(place) },
    locate: locateInFolder,
    list: (options) => listPlace(target, options, looks),
    ...(looks && { glance: () => looks.at(target) }),
    hiddenFolders: async () => [],
    folders: async () => [],
    probe: (key) => probeKey(target, key),
    readVersion: (key, version) => readVersion(target, key, version),
    facts: () => factsOf(target),
    projectName: () => nameOf(target),
    takesMetadata: () => takesMetadata(target),
    refusedDeletion: () => refusedDeletion(target),
    createFolder: () => changing(() => makeFolder(target)),
    makeTags: (tags) => ofProject.make(tags),
    encode: (key, value, exists, parts) => encodeWrite(key, value, exists, parts, ofProject.idOf),
    write: (secrets) => changing(() => writeSecrets(target, secrets)),
    annotate: (secrets) => changing(() => annotateSecrets(target, secrets)),
    remove: (keys) => changing(() => removeSecrets(target, keys)),
  };
}

/** With requests that take turns with those about other places. */
export function inLane({ client, place, ...target }: Target): Target {
  const lane = placeText(place);
  return { ...target, place, client: { ...client, call: (request) => client.call({ ...request, lane }) } };
}

/** What was listed before a change is no longer true after it, and not certain while it lasts. */
export async function changingIn<T>({ client, place }: Target, change: () => Promise<T>): Promise<T> {
  const written = { projectId: place.projectId, folder: place };
  client.listings.forget(written);
  try {
    return await change();
  } finally {
    client.listings.forget(written);
  }
}

/** Once a client and project, in which it may have hundreds of places. */
function factsOf(target: Target): Promise<ProjectFacts> {
  const { projects } = target.client;
  const { projectId } = target.place;
  const facts = projects.get(projectId) ?? readFacts(target);
  projects.set(projectId, facts);
  // Of an instance in trouble nothing is known; whoever needs it asks again.
  facts.catch(() => projects.delete(projectId));
  return facts;
}

/** A name is worth one try: what failed at it fails where it matters, too, and is told there. */
function nameOf(target: Target): Promise<string | undefined> {
  const { projects, projectNames } = target.client;
  const { projectId } = target.place;
  const name = projectNames.get(projectId) ?? readName();
  projectNames.set(projectId, name);
  return name;

  async function readName() {
    try {
      const facts = await (projects.get(projectId) ?? readFacts(target, { isOptional: true }));
      projects.set(projectId, Promise.resolve(facts));
      return facts.name;
    } catch {
      return undefined;
    }
  }
}

async function readFacts(target: Target, more?: Parameters<typeof readProject>[1]): Promise<ProjectFacts> {
  const answer = await readProject(target, more);
  if (answer.kind !== "ok") return {};
  const { name, type, autoCapitalization, enforceEncryptedSecretManagerSecretMetadata } = answer.value;
  return {
    name: name ?? undefined,
    type: type ?? undefined,
    autoCapitalization: autoCapitalization ?? undefined,
    enforcesEncryptedMetadata: enforceEncryptedSecretManagerSecretMetadata ?? undefined,
  };
}
