// What concerns several parts of a seed, or what is there already: names that are taken, and names of what does not
// exist. Nothing is seeded that the API would refuse.
import { checkControlPlane } from "../control-plane/seed-check.ts";
import type { World } from "../model.ts";
import type { Revision } from "../revisions/revision.ts";
import { checkProject, environmentsOf } from "./seed-check-project.ts";
import { type KnownProject, noEnvironment, type Tell, tellTaken } from "./seed-names.ts";
import type { IdentitySeed, SeedForm } from "./seed-schema.ts";

/** The server that is to be filled. */
export interface SeedTarget {
  readonly world: World;
  readonly revision: Revision;
}

export function checkSeed(seed: SeedForm, { world, revision }: SeedTarget, tell: Tell): void {
  const known = new Map<string, KnownProject>();
  for (const { id, slug, environments } of world.projects.values())
    nameProject(known, [id, slug], { environments: new Set(environments.keys()) });
  const made = seed.projects.map((project) => ({ environments: new Set(environmentsOf(project)) }));

  tellTaken("id", seed.projects, "id", "projects", (id) => world.projects.has(id), tell);
  tellTaken("slug", seed.projects, "slug", "projects", (slug) => world.projectsBySlug.has(slug), tell);
  seed.projects.forEach((project, index) => {
    const own = made[index];
    if (own) nameProject(known, [project.id, project.slug], own);
    checkProject(project, revision, (path, message) => tell(["projects", index, ...path], message));
  });
  checkIdentities(seed.identities, world, known, tell);
  checkControlPlane(seed, world, known, tell);
}

function nameProject(
  known: Map<string, KnownProject>,
  names: readonly (string | undefined)[],
  project: KnownProject,
): void {
  for (const name of names) if (name !== undefined) known.set(name, project);
}

function checkIdentities(
  identities: readonly IdentitySeed[],
  world: World,
  known: ReadonlyMap<string, KnownProject>,
  tell: Tell,
): void {
  tellTaken("identityId", identities, "id", "identities", (id) => world.identities.has(id), tell);
  const isKnownClient = (id: string) => world.identitiesByClientId.has(id);
  tellTaken("clientId", identities, "client id", "identities", isKnownClient, tell);
  identities.forEach(({ memberships }, index) => {
    const joined = new Set<KnownProject>();
    memberships.forEach(({ project: name, paths = [] }, place) => {
      const at = ["identities", index, "memberships", place] as const;
      const project = known.get(name);
      if (!project) {
        tell([...at, "project"], `there is no project "${name}"`);
        return;
      }
      if (joined.has(project)) tell([...at, "project"], `is a member of project "${name}" already`);
      joined.add(project);
      paths.forEach(({ environment }, rule) => {
        if (environment !== undefined && !project.environments.has(environment))
          tell([...at, "paths", rule, "environment"], noEnvironment(environment));
      });
    });
  });
}
