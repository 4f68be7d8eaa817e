import { z } from "zod";
import {
  connectionSeed,
  type SeedNames,
  secretSyncSeed,
  seedConnection,
  seedSecretSync,
} from "./control-plane/seed.ts";
import { slug } from "./fields.ts";
import { ensureFolder } from "./folders.ts";
import { createIdentity, identityInput } from "./identity-input.ts";
import { insertImport } from "./import-actions.ts";
import type { Environment, Project, World } from "./model.ts";
import { ROLES } from "./model.ts";
import { putSecrets } from "./put-secrets.ts";
import { addTag } from "./tag-routes.ts";
import { addProject } from "./world.ts";

const secretPath = z.string().startsWith("/");
const place = z.strictObject({ environment: z.string(), secretPath: secretPath.default("/") });

const secretSeed = z.union([
  z.string(),
  z.strictObject({
    value: z.string(),
    comment: z.string().optional(),
    /** Slugs of the project's tags; made when missing. */
    tags: z.array(z.string()).optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    skipMultilineEncoding: z.boolean().optional(),
  }),
]);

const projectSeed = z.strictObject({
  id: z.string().optional(),
  name: z.string().optional(),
  slug: slug(1, 64).optional(),
  type: z.string().optional(),
  autoCapitalization: z.boolean().optional(),
  /** Slugs, or slug and name. @default dev, staging, prod */
  environments: z
    .array(z.union([z.string(), z.strictObject({ slug: z.string(), name: z.string() })]))
    .optional(),
  tags: z.array(z.strictObject({ slug: z.string(), color: z.string().optional() })).default([]),
  /** Environment slug → paths. */
  folders: z.record(z.string(), z.array(secretPath)).default({}),
  /** Environment slug → path → key → secret. */
  secrets: z.record(z.string(), z.record(secretPath, z.record(z.string(), secretSeed))).default({}),
  imports: z.array(place.extend({ from: place })).default([]),
});

const identitySeed = identityInput.extend({
  memberships: z
    .array(
      z.strictObject({
        /** Id or slug of a project. */
        project: z.string(),
        role: z.enum(ROLES),
        paths: z
          .array(
            z.strictObject({
              environment: z.string().optional(),
              secretPath,
              keys: z.array(z.string()).optional(),
              role: z.enum(ROLES),
            }),
          )
          .optional(),
      }),
    )
    .default([]),
});

/** What a server can be filled with; plain data, so that it can be written as YAML or JSON. */
export const seedSchema = z.strictObject({
  projects: z.array(projectSeed).default([]),
  identities: z.array(identitySeed).default([]),
  connections: z.array(connectionSeed).default([]),
  secretSyncs: z.array(secretSyncSeed).default([]),
});

export type Seed = z.input<typeof seedSchema>;

export interface SeedResult {
  projects: { id: string; slug: string }[];
  identities: { identityId: string; clientId: string; clientSecret: string }[];
  connections: { id: string; name: string }[];
  secretSyncs: { id: string; name: string }[];
}

export function applySeed(world: World, seed: z.output<typeof seedSchema>): SeedResult {
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

function seedProject(world: World, seed: z.output<typeof projectSeed>) {
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
