/** What a syncs.yaml declares, in the form in which the fleet keeps it. Nothing in it is secret, and nothing is asked of any instance. */
import { describePlace } from "../../../provider/resources/places.ts";
import { omit } from "../../../provider/resources/properties.ts";
import type { Properties } from "../../../provider/resources/resource.ts";
import type { Problem } from "../../files/problems.ts";
import { fleetProblems, routesOf } from "../../syncs/fleet.ts";
import { sourceHost } from "../../syncs/hosts.ts";
import type { SyncsFile } from "../../syncs/read.ts";
import { parseReference } from "../../syncs/schema.ts";
import type { DeclaredProject, DeclaredSync } from "../rows/rows.ts";
import { scheduleProblem } from "./schedule.ts";

export interface Declaration {
  project: string;
  /** The file's name, for messages. */
  file: string;
  /** Where relative paths of `${file:…}` begin, on the workers. */
  folder: string;
  declared: DeclaredProject;
  syncs: NamedSync[];
}

export interface NamedSync {
  name: string;
  /** The key of the place that it writes. */
  destination: string;
  declared: DeclaredSync;
}

/**
 * @param at the file's name and folder
 * @throws EngineError `invalid-config` with all that a fleet cannot do, each with line and path
 */
export function declarationOf(
  file: SyncsFile,
  at: { file: string; folder: string },
  environment: Readonly<Record<string, string | undefined>>,
): Declaration {
  const host = sourceHost(file, environment);
  const problems = [...fleetProblems(file, host), ...notForFleets(file)];
  if (problems.length > 0) file.fail(problems);
  const destinations = new Map(
    routesOf(file, host).map(({ name, destination }) => [name, describePlace(destination)]),
  );
  const { project, source, policies, sharedLooks } = file;
  return {
    ...{ project, ...at },
    declared: {
      // Whatever a worker's environment says, it is the instance that was meant here.
      source: plain({ ...source, host }),
      connections: Object.fromEntries(
        [...file.connections].map(([name, connection]) => [name, plain(connection)]),
      ),
      ...(policies && { policies: plain(policies) }),
      ...(file.fleet?.eventSubscriptions && { eventSubscriptions: true as const }),
      ...(file.fleet?.notify && { notify: plain(file.fleet.notify) }),
      sharedLooks,
    },
    syncs: [...file.syncs].map(([name, entry]) => ({
      name,
      destination: destinations.get(name) ?? "",
      declared: {
        args: plain({ name, ...omit(entry, ["connection", "wave", "fleet"]) }),
        connection: entry.connection,
        wave: entry.wave,
        settings: entry.fleet,
      },
    })),
  };
}

/** As it is kept: without what is undefined. */
const plain = (value: object): Properties => JSON.parse(JSON.stringify(value)) as Properties;

function notForFleets(file: SyncsFile): Problem[] {
  const { notify } = file.fleet ?? {};
  const references = [
    ...file.secrets,
    ...(notify?.secret === undefined
      ? []
      : [{ path: ["fleet", "notify", "secret"], reference: notify.secret }]),
  ];
  return [
    ...[...file.connections].flatMap(([name, { execution }]) =>
      execution === "native"
        ? [
            {
              path: ["connections", name, "execution"],
              message: "native: that instance runs its syncs itself, a fleet does not",
            },
          ]
        : [],
    ),
    ...[...file.syncs].flatMap(([name, { execution }]) =>
      execution === "native"
        ? [
            {
              path: [...(file.paths.get(name) ?? []), "execution"],
              message: `native: the instance runs "${name}" itself, a fleet does not`,
            },
          ]
        : [],
    ),
    ...references.flatMap(({ path, reference }) =>
      parseReference(reference).from === "config"
        ? [{ path, message: "a fleet has no stack configuration; write ${env:NAME} or ${file:path}" }]
        : [],
    ),
    ...[...file.syncs].flatMap(([name, { fleet }]) => {
      const message = scheduleProblem(fleet);
      return message === undefined
        ? []
        : [{ path: [...(file.paths.get(name) ?? []), "fleet", "schedule"], message }];
    }),
  ];
}
