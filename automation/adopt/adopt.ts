/** Looks at an instance and writes the declaration of what it has. */
import { dirname } from "node:path";
import { BridgeError } from "../../provider/errors.ts";
import type { ConnectionRow, ControlPlane } from "../../provider/infisical/control-plane/index.ts";
import type { Written } from "../declare/declaration.ts";
import { asSyncsYaml } from "../declare/syncs-yaml.ts";
import { writeNewFiles } from "../declare/write-files.ts";
import { declarationOf, type Source } from "./declaration.ts";

export interface AdoptRequest {
  plane: ControlPlane;
  /** The source instance, as the file is to name it. */
  source: Source;
  projectId: string;
  /** Name of the Pulumi project. */
  project: string;
  file: string;
}

export interface Adopted {
  written: Written;
  /** What is not declared, and why. */
  omitted: readonly string[];
  syncs: number;
  connections: number;
}

/**
 * Writes the file. Nothing is changed at the instance.
 *
 * @throws BridgeError where the instance refuses, EngineError `invalid-config` where the file is there already
 */
export async function adopt({ plane, source, projectId, project, file }: AdoptRequest): Promise<Adopted> {
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
  const written = asSyncsYaml(declaration, file);
  await writeNewFiles(
    dirname(file),
    written.files,
    "Name another file: external-infisical adopt other.yaml …",
  );
  return {
    written,
    omitted,
    syncs: declaration.syncs.length,
    connections: declaration.connections.length,
  };
}
