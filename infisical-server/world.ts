import { randomBytes, randomUUID } from "node:crypto";
import type { Environment, Folder, Project, SecretChange, World } from "./model.ts";

export const DEFAULT_ENVIRONMENTS: readonly EnvironmentInput[] = [
  { slug: "dev", name: "Development" },
  { slug: "staging", name: "Staging" },
  { slug: "prod", name: "Production" },
];

export interface EnvironmentInput {
  slug: string;
  name?: string | undefined;
  position?: number | undefined;
}

export interface ProjectInput {
  id?: string | undefined;
  name?: string | undefined;
  slug?: string | undefined;
  type?: string | undefined;
  description?: string | undefined;
  hasDeleteProtection?: boolean | undefined;
  autoCapitalization?: boolean | undefined;
  version?: 1 | undefined;
  environments?: readonly EnvironmentInput[] | undefined;
}

export function createWorld(now: () => number, organization: Partial<World["organization"]> = {}): World {
  return {
    now,
    showsAutoCapitalization: false,
    watchers: new Set(),
    organization: {
      id: organization.id ?? randomUUID(),
      name: organization.name ?? "Local",
      slug: organization.slug ?? "local",
    },
    signingKey: randomBytes(32),
    projects: new Map(),
    projectsBySlug: new Map(),
    folders: new Map(),
    secrets: new Map(),
    imports: new Map(),
    identities: new Map(),
    identitiesByClientId: new Map(),
    tokens: new Map(),
    connections: new Map(),
    syncs: new Map(),
    auditEvents: [],
  };
}

export const timestamp = (world: World) => new Date(world.now()).toISOString();

export function addProject(world: World, input: ProjectInput): Project {
  const at = timestamp(world);
  const name = input.name ?? input.slug ?? "Project";
  const project: Project = {
    id: input.id ?? randomUUID(),
    organizationId: world.organization.id,
    name,
    slug: input.slug ?? freeSlug(world, name),
    description: input.description ?? null,
    type: input.type ?? "secret-manager",
    version: input.version,
    createdAt: at,
    updatedAt: at,
    pitVersionLimit: 10,
    auditLogsRetentionDays: null,
    autoCapitalization: input.autoCapitalization ?? world.showsAutoCapitalization,
    hasDeleteProtection: input.hasDeleteProtection ?? false,
    secretSharing: true,
    showSnapshotsLegacy: false,
    enforceEncryptedSecretManagerSecretMetadata: false,
    secretDetectionIgnoreValues: null,
    environments: new Map(),
    tags: new Map(),
    memberships: new Map(),
    listEtags: new Map(),
  };
  if (world.projects.has(project.id)) throw new Error(`Project id ${project.id} is taken`);
  if (world.projectsBySlug.has(project.slug)) throw new Error(`Project slug ${project.slug} is taken`);
  for (const environment of input.environments ?? DEFAULT_ENVIRONMENTS)
    addEnvironment(world, project, environment);
  world.projects.set(project.id, project);
  world.projectsBySlug.set(project.slug, project);
  return project;
}

function freeSlug(world: World, name: string): string {
  for (;;) {
    const slug = generateSlug(name);
    if (!world.projectsBySlug.has(slug)) return slug;
  }
}

function generateSlug(name: string): string {
  const base = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return `${base.slice(0, 30) || "project"}-${randomBytes(2).toString("hex")}`;
}

export function addEnvironment(world: World, project: Project, input: EnvironmentInput): Environment {
  const at = timestamp(world);
  const rootless: Omit<Environment, "root"> = {
    id: randomUUID(),
    name: input.name ?? input.slug,
    slug: input.slug,
    position: input.position ?? project.environments.size + 1,
    project,
    createdAt: at,
    updatedAt: at,
  };
  // Environment and root folder point at each other, so one of them has to be completed after the fact.
  const environment = rootless as Environment;
  Object.assign(environment, { root: newFolder(world, environment, null, "root") });
  project.environments.set(environment.slug, environment);
  return environment;
}

/** Only links the folder to its environment and parent; the caller owns naming rules. */
export function newFolder(
  world: World,
  environment: Environment,
  parent: Folder | null,
  name: string,
): Folder {
  const at = timestamp(world);
  const folder: Folder = {
    id: randomUUID(),
    name,
    version: 1,
    description: null,
    lastSecretModified: null,
    environment,
    parent,
    children: new Map(),
    secrets: new Map(),
    imports: [],
    createdAt: at,
    updatedAt: at,
  };
  parent?.children.set(name, folder);
  world.folders.set(folder.id, folder);
  return folder;
}

/** Call after every secret, folder or import change: drops the cached list ETags (contract §4). */
/** To be called when it is done. */
export function tellWatchers(world: World, change: SecretChange): void {
  for (const watch of world.watchers) watch(change);
}

export const markChanged = (project: Project) => project.listEtags.clear();
