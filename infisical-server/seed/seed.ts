// What a server can be filled with, and the filling.
import type { z } from "zod";
import { createIdentity } from "../auth/identity-input.ts";
import { type SeedNames, seedConnection, seedSecretSync } from "../control-plane/seed.ts";
import { ensureFolder } from "../folders/folders.ts";
import { insertImport } from "../imports/import-actions.ts";
import type { Environment, Project, World } from "../model.ts";
import { addTag } from "../projects/tag-routes.ts";
import { type Profile, revisionOf } from "../revisions/revisions.ts";
import { putSecrets } from "../secrets/put-secrets.ts";
import { addProject, createWorld } from "../world.ts";
import { checkSeed, type SeedTarget } from "./seed-check.ts";
import { type ProjectSeed, type SeedForm, seedForm } from "./seed-schema.ts";

/** A seed for this server: with what is there already, nothing in it may be what the API would refuse. */
export const seedSchemaFor = (target: SeedTarget) =>
  seedForm.superRefine((seed, { addIssue }) =>
    checkSeed(seed, target, (path, message) => addIssue({ code: "custom", path: [...path], message })),
  );

/** A seed for a server of this profile that holds nothing yet. */
export const seedSchemaOf = (profile: Profile) =>
  seedSchemaFor({ world: createWorld(Date.now), revision: revisionOf({ profile }) });

/** A seed is plain data, so that it can be written as YAML or JSON. */
export const seedSchema = seedSchemaOf("newest");

export type Seed = z.input<typeof seedSchema>;

export interface SeedResult {
  projects: { id: string; slug: string }[];
  identities: { identityId: string; clientId: string; clientSecret: string }[];
  connections: { id: string; name: string }[];
  secretSyncs: { id: string; name: string }[];
}

/** @param seed checked for this world */
export function applySeed(world: World, seed: SeedForm): SeedResult {
  const names: SeedNames = { projectOf: (idOrSlug) => projectOf(world, idOrSlug), environmentOf };
  return {
    projects: seed.projects.map((one) => seedProject(world, one)),
    identities: seed.identities.map(({ memberships, ...identity }) =>
      createIdentity(world, {
        ...identity,
        memberships: memberships.map(({ project, ...rest }) => ({
          ...rest,
          projectId: projectOf(world, project).id,
        })),
      }),
    ),
    connections: seed.connections.map((one) => seedConnection(world, names, one)),
    secretSyncs: seed.secretSyncs.map((one) => seedSecretSync(world, names, one)),
  };
}

function projectOf(world: World, idOrSlug: string): Project {
  const project = world.projectsBySlug.get(idOrSlug) ?? world.projects.get(idOrSlug);
  if (!project) throw new Error(`Seed names project "${idOrSlug}", which is not there`);
  return project;
}

function seedProject(world: World, seed: ProjectSeed) {
  const environments = seed.environments?.map((one) => (typeof one === "string" ? { slug: one } : one));
  const project = addProject(world, { ...seed, environments });
  for (const tag of seed.tags) addTag(world, project, tag.slug, tag.color ?? null);
  for (const [environment, paths] of Object.entries(seed.folders)) {
    for (const path of paths) ensureFolder(world, environmentOf(project, environment), path);
  }
  for (const [environment, byPath] of Object.entries(seed.secrets)) {
    for (const [path, secrets] of Object.entries(byPath)) {
      putSecrets(world, ensureFolder(world, environmentOf(project, environment), path), secrets);
    }
  }
  for (const { environment, secretPath: path, from } of seed.imports) {
    const folder = ensureFolder(world, environmentOf(project, environment), path);
    insertImport(world, folder, environmentOf(project, from.environment), from.secretPath);
  }
  return { id: project.id, slug: project.slug };
}

function environmentOf(project: Project, slug: string): Environment {
  const environment = project.environments.get(slug);
  if (!environment)
    throw new Error(`Seed names environment "${slug}", which project ${project.slug} does not have`);
  return environment;
}
