/** Looks at an instance and writes the declaration of what it has. */
import { BridgeError } from "../../provider/errors.ts";
import type { ConnectionRow, ControlPlane } from "../../provider/infisical/control-plane/index.ts";
import type { Written } from "../declare/declaration.ts";
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
}

export interface Adopted {
  written: Written;
  /** What is not declared, and why. */
  omitted: readonly string[];
  syncs: number;
  connections: number;
}

/**
 * Writes the files. Nothing is changed at the instance.
 *
 * @throws BridgeError where the instance refuses, EngineError `invalid-config` where a file is there already
 */
export async function adopt({ plane, source, projectId, project, target }: AdoptRequest): Promise<Adopted> {
  const syncs = await plane.listSyncs(projectId);
  const connections = new Map<string, ConnectionRow>();
  for (const id of new Set(syncs.map(({ connectionId }) => connectionId))) {
    const row = await plane.readConnection(id);
    if (!row) throw new BridgeError("not-found", `The Infisical Connection ${id} is not there any more.`);
    const namesake = [...connections.values()].find(({ name }) => name === row.name);
    if (namesake)
      throw new BridgeError("rejected", `Two Infisical Connections in use are named "${row.name}".`, {
        hint: "Rename one of them: in the file, connections are told apart by their names.",
      });
    connections.set(id, row);
  }
  const { declaration, omitted } = declarationOf({ syncs, connections }, source, project);
  const written = await writeDeclaration(declaration, target);
  return {
    written,
    omitted,
    syncs: declaration.syncs.length,
    connections: declaration.connections.length,
  };
}
