// What tests do to a running server without HTTP and without permission checks.
import { randomUUID } from "node:crypto";
import { setMembership } from "./auth/identities.ts";
import { createIdentity } from "./auth/identity-input.ts";
import { ensureFolder, findFolder } from "./folders/folders.ts";
import type { JobRunner } from "./jobs/create-jobs.ts";
import type { Environment, Project, Role, Secret, World } from "./model.ts";
import type { InfisicalServer, SecretPlace } from "./options.ts";
import { putSecrets } from "./secrets/put-secrets.ts";
import { removeSecret } from "./secrets/secret-change.ts";
import { addProject } from "./world.ts";

type Calls = Pick<
  InfisicalServer,
  | "createProject"
  | "createIdentity"
  | "addMember"
  | "putSecrets"
  | "deleteSecrets"
  | "readSecrets"
  | "spoilSecrets"
  | "rotateSecrets"
  | "putDynamicSecret"
>;

/** @param adopt told of every new project */
export function inMemoryCalls(
  world: World,
  jobs: JobRunner,
  adopt: (projectIds: readonly string[]) => void,
): Calls {
  return {
    createProject(input = {}) {
      const { id, slug } = addProject(world, {
        ...input,
        environments: input.environments?.map((one) => ({ slug: one })),
      });
      adopt([id]);
      return { id, slug };
    },
    createIdentity: (input = {}) => createIdentity(world, input),
    addMember: (projectId, identityId, role) => addMember(world, projectId, identityId, role),
    putSecrets(place, secrets) {
      putSecrets(world, ensureFolder(world, environmentOf(world, place), place.secretPath ?? "/"), secrets);
    },
    deleteSecrets(place, keys) {
      for (const secret of pick(world, place, keys)) removeSecret(world, secret);
    },
    readSecrets(place) {
      const folder = findFolder(environmentOf(world, place), place.secretPath ?? "/");
      return Object.fromEntries([...(folder?.secrets.values() ?? [])].map(({ key, value }) => [key, value]));
    },
    spoilSecrets(place, keys) {
      for (const secret of pick(world, place, keys)) jobs.spoil(secret);
    },
    rotateSecrets(place, keys) {
      const rotationId = randomUUID();
      for (const secret of pick(world, place, keys)) secret.rotationId = rotationId;
    },
    putDynamicSecret(place, name) {
      const folder = ensureFolder(world, environmentOf(world, place), place.secretPath ?? "/");
      folder.dynamicSecrets = [...(folder.dynamicSecrets ?? []), name];
    },
  };
}

export function addMember(world: World, projectId: string, identityId: string, role: Role): void {
  const identity = world.identities.get(identityId);
  if (!identity) throw new Error(`No identity ${identityId}`);
  setMembership(world, projectOf(world, projectId), identity, role);
}

/** Keys that are not there are passed over. */
function pick(world: World, place: SecretPlace, keys: readonly string[]): Secret[] {
  const folder = findFolder(environmentOf(world, place), place.secretPath ?? "/");
  return keys.flatMap((key) => folder?.secrets.get(key) ?? []);
}

function projectOf(world: World, id: string): Project {
  const project = world.projects.get(id);
  if (!project) throw new Error(`No project ${id}`);
  return project;
}

function environmentOf(world: World, { projectId, environment }: SecretPlace): Environment {
  const found = projectOf(world, projectId).environments.get(environment);
  if (!found) throw new Error(`Project ${projectId} has no environment "${environment}"`);
  return found;
}
