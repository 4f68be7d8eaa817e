/** Looks at an instance and writes the declaration of what it has. */
import { BridgeError } from "../../../provider/errors.ts";
import type {
  ConnectionRow,
  ControlPlane,
  SyncRow,
} from "../../../provider/infisical/control-plane/index.ts";
import type { Declared } from "../declare/declared.ts";
import { type Target, writeDeclaration } from "../declare/formats.ts";
import { declarationOf, type Source } from "./declaration.ts";

export interface AdoptRequest {
  plane: ControlPlane;
  /** The source instance, as the file is to name it. */
  source: Source;
  projectId: string;
  /** Name of the Pulumi project. */
  project: string;
  target: Target;
  environment: Readonly<Record<string, string | undefined>>;
}

export interface Adopted extends Declared {
  /** What is not declared, and why. */
  omitted: string[];
}

/**
 * Writes the files. Nothing is changed at the instance.
 *
 * @throws BridgeError where the instance refuses or has nothing to declare, EngineError `invalid-config` where a file
 * is there already
 */
export async function adopt({
  plane,
  source,
  projectId,
  project,
  target,
  environment,
}: AdoptRequest): Promise<Adopted> {
  const syncs = await plane.listSyncs(projectId);
  const connections = await connectionsFor(syncs, projectId, plane);
  const { declaration, omitted } = declarationOf({ syncs, connections }, source, project);
  if (declaration.syncs.length + declaration.connections.length === 0)
    throw new BridgeError(
      "not-found",
      `The identity sees no Infisical Sync of the project ${projectId}, and no Infisical Connection.`,
      { hint: "Check --project-id, and what the identity may see. Nothing was written." },
    );
  return { declaration, written: await writeDeclaration(declaration, target, environment), omitted };
}

/** Those that the syncs use, then the others of the organization and of the project. */
async function connectionsFor(
  syncs: readonly SyncRow[],
  projectId: string,
  plane: ControlPlane,
): Promise<ConnectionRow[]> {
  const seen = await plane.listConnections();
  const used: ConnectionRow[] = [];
  for (const id of new Set(syncs.map(({ connectionId }) => connectionId))) {
    const row = seen.find((one) => one.id === id) ?? (await plane.readConnection(id));
    if (!row) throw new BridgeError("not-found", `The Infisical Connection ${id} is not there any more.`);
    if (used.some(({ name }) => name === row.name))
      throw new BridgeError("rejected", `Two Infisical Connections in use are named "${row.name}".`, {
        hint: "Rename one of them: in the file, connections are told apart by their names.",
      });
    used.push(row);
  }
  const isOurs = ({ projectId: own }: ConnectionRow) => own === undefined || own === projectId;
  return [...used, ...seen.filter((row) => isOurs(row) && !used.some(({ id }) => id === row.id))];
}
