// Connections and syncs of a seed: their names, and what they name.
import type { World } from "../model.ts";
import { type KnownProject, noEnvironment, type Tell, tellTaken } from "../seed/seed-names.ts";
import type { SeedForm } from "../seed/seed-schema.ts";

/** A connection of the seed or of the server; of the organization without a project. */
interface KnownConnection {
  id: string | undefined;
  name: string;
  project: KnownProject | undefined;
}

type Projects = ReadonlyMap<string, KnownProject>;

export function checkControlPlane(
  { connections, secretSyncs }: SeedForm,
  world: World,
  projects: Projects,
  tell: Tell,
): void {
  tellTaken("id", connections, "id", "connections", (id) => world.connections.has(id), tell);
  tellTaken("id", secretSyncs, "id", "secretSyncs", (id) => world.syncs.has(id), tell);
  const known = checkConnections(connections, world, projects, tell);
  checkSyncs(secretSyncs, world, projects, known, tell);
}

function checkConnections(
  seeds: SeedForm["connections"],
  world: World,
  projects: Projects,
  tell: Tell,
): KnownConnection[] {
  const known: KnownConnection[] = [...world.connections.values()].map(({ id, name, project }) => ({
    id,
    name,
    project: project ? projects.get(project.id) : undefined,
  }));
  seeds.forEach(({ id, name, project: named }, index) => {
    const project = named === undefined ? undefined : projects.get(named);
    if (named !== undefined && !project) {
      tell(["connections", index, "project"], `there is no project "${named}"`);
      return;
    }
    if (known.some((one) => one.name === name && one.project === project))
      tell(["connections", index, "name"], `a connection with the name "${name}" already exists`);
    known.push({ id, name, project });
  });
  return known;
}

function checkSyncs(
  seeds: SeedForm["secretSyncs"],
  world: World,
  projects: Projects,
  connections: readonly KnownConnection[],
  tell: Tell,
): void {
  const taken = [...world.syncs.values()].map(({ name, project }) => ({
    name,
    project: projects.get(project.id),
  }));
  seeds.forEach(({ name, project: named, connection, environment }, index) => {
    const at = ["secretSyncs", index] as const;
    const project = projects.get(named);
    if (!project) {
      tell([...at, "project"], `there is no project "${named}"`);
      return;
    }
    if (!project.environments.has(environment)) tell([...at, "environment"], noEnvironment(environment));
    const candidates = connections.filter((one) => one.id === connection || one.name === connection);
    if (candidates.length === 0) tell([...at, "connection"], `there is no connection "${connection}"`);
    else if (!candidates.some((one) => one.project === undefined || one.project === project))
      tell([...at, "connection"], `the connection "${connection}" is one of another project`);
    if (taken.some((one) => one.name === name && one.project === project))
      tell([...at, "name"], `a sync with the name "${name}" already exists in the project`);
    taken.push({ name, project });
  });
}
