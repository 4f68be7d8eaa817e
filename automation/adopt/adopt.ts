/** Looks at an instance and writes the declaration of what it has. */
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { BridgeError } from "../../provider/errors.ts";
import type { ConnectionRow, ControlPlane } from "../../provider/infisical/control-plane/index.ts";
import type { ProviderConfig } from "../../provider/schema.ts";
import { EngineError } from "../engines/engine.ts";
import { readSyncsFile } from "../syncs/read.ts";
import { type Declaration, declarationOf } from "./declaration.ts";

export interface AdoptRequest {
  plane: ControlPlane;
  /** The source instance, as the file is to name it. */
  source: Pick<ProviderConfig, "host" | "clientId" | "token">;
  projectId: string;
  /** Name of the Pulumi project. */
  project: string;
  file: string;
}

export interface Adopted extends Declaration {
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
  const declaration = declarationOf({ syncs, connections }, source, project);
  // What is written can be read, or is not written.
  const read = readSyncsFile(declaration.text, basename(file));
  try {
    await writeFile(file, declaration.text, { flag: "wx" });
  } catch (cause) {
    const isThere = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    throw new EngineError(
      "invalid-config",
      `${file} ${isThere ? "is there already" : "cannot be written"}.`,
      {
        hint: "Name another file: external-infisical adopt other.yaml …",
        cause,
      },
    );
  }
  return { ...declaration, syncs: read.syncs.size, connections: read.connections.size };
}
