/** Checks a syncs.yaml as a whole, without asking any instance. */
import { relative } from "node:path";
import { EngineError } from "../engines/engine.ts";
import { EXIT } from "../exit-codes.ts";
import { errorPart } from "../failures.ts";
import { fleetProblems } from "../syncs/fleet.ts";
import { allowedHosts, hostsOf, sourceHost } from "../syncs/hosts.ts";
import { problemsOf } from "../syncs/problems.ts";
import type { SyncsFile } from "../syncs/read.ts";
import { misplacedFiles } from "../syncs/secrets.ts";
import { loadSyncsFile } from "../syncs-file.ts";
import { findTarget } from "../target.ts";
import type { Validation } from "./document.ts";

export interface ValidateRequest {
  folder: string;
  /** A file or folder. */
  place: string | undefined;
  environment: Readonly<Record<string, string | undefined>>;
  allowedHosts: readonly string[];
}

/** Never throws for what is wrong with the file: that is part of the answer. */
export async function validate(request: ValidateRequest): Promise<Validation> {
  const found: Partial<Validation> = {};
  try {
    const { folder, place, environment } = request;
    const target = await findTarget({ file: place, folder });
    if (target.kind === "folder")
      throw new EngineError("invalid-config", `${target.folder} has a program, and no syncs.yaml to check.`, {
        hint: "Name the syncs.yaml. A program is checked by running it: external-infisical preview.",
      });
    found.file = relative(folder, target.file) || target.file;
    const file = await loadSyncsFile(target.file);
    const host = sourceHost(file, environment);
    Object.assign(found, describe(file, host));
    const problems = [...fleetProblems(file, host), ...(await misplacedFiles(file, target.folder))];
    if (problems.length > 0) file.fail(problems);
    allowedHosts(request.allowedHosts).check(hostsOf(file, host));
    return { ...answer(found), result: "succeeded", exitCode: EXIT.done };
  } catch (error) {
    const problems = problemsOf(error);
    return {
      ...answer(found),
      result: "failed",
      exitCode: EXIT.configuration,
      ...(problems ? { problems: [...problems] } : { error: errorPart(error) }),
    };
  }
}

const answer = (found: Partial<Validation>): Validation => ({
  version: 1,
  command: "validate",
  result: "failed",
  exitCode: EXIT.configuration,
  syncs: [],
  problems: [],
  ...found,
});

function describe(file: SyncsFile, host: string): Partial<Validation> {
  const entries = new Set([...file.paths.values()].map((path) => path.join("\0")));
  return {
    project: file.project,
    counts: { connections: file.connections.size, entries: entries.size, syncs: file.syncs.size },
    syncs: [...file.syncs].map(([name, sync]) => {
      const { projectId, environment, secretPath, destinationConfig } = sync;
      const connection = file.connections.get(sync.connection);
      return {
        name,
        wave: sync.wave,
        connection: sync.connection,
        execution: connection?.execution ?? "engine",
        source: { instance: host, projectId, environment, secretPath },
        destination: { instance: connection?.instanceUrl ?? "", ...destinationConfig },
      };
    }),
  };
}
