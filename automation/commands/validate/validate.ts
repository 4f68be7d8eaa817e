/** Checks a syncs.yaml as a whole, and files of policies, without asking any instance. */
import { relative } from "node:path";
import type { HostList } from "../../../provider/hosts.ts";
import { EngineError } from "../../engines/engine.ts";
import { problemsOf } from "../../files/problems.ts";
import { readPolicyFiles } from "../../policies/read.ts";
import { loadAsFarAsRight } from "../../stack/syncs-file.ts";
import { findTarget, type Target } from "../../stack/target.ts";
import { fleetProblems } from "../../syncs/fleet.ts";
import { allowedHosts, hostsOf, sourceHost } from "../../syncs/hosts.ts";
import type { SyncsFile } from "../../syncs/read.ts";
import { misplacedFiles } from "../../syncs/secrets.ts";
import { EXIT } from "../../terminal/exit-codes.ts";
import { errorPart } from "../../terminal/failures.ts";
import type { Validation } from "./document.ts";

export interface ValidateRequest {
  folder: string;
  /** A file or folder. */
  place: string | undefined;
  /** Files of policies. */
  policies: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  /** Undefined for all. */
  allowedHosts: HostList | undefined;
}

/** Never throws for what is wrong with the files: that is part of the answer. */
export async function validate(request: ValidateRequest): Promise<Validation> {
  const { policies, folder } = request;
  const found: Partial<Validation> = policies.length > 0 ? { policies: [...policies] } : {};
  const failures: { file: string; error: unknown }[] = [];
  const check = async (file: () => string, act: () => Promise<unknown>) => {
    try {
      await act();
    } catch (error) {
      failures.push({ file: file(), error });
    }
  };
  await check(
    () => found.file ?? "syncs.yaml",
    () => validateSyncs(request, found),
  );
  for (const file of policies)
    await check(
      () => file,
      () => readPolicyFiles([file], folder),
    );
  if (failures.length === 0) return { ...answer(found), result: "succeeded", exitCode: EXIT.done };
  const problems = failures.flatMap(({ file, error }) =>
    (problemsOf(error) ?? []).map((problem) => ({ file, ...problem })),
  );
  // What is no problem of a line is told first, and by itself.
  const other = failures.find(({ error }) => !problemsOf(error));
  return { ...answer(found), problems, ...(other && { error: errorPart(other.error) }) };
}

/** @param found is filled in on the way, so that a failure can be told with what was found */
async function validateSyncs(request: ValidateRequest, found: Partial<Validation>): Promise<void> {
  const { folder, environment } = request;
  const target = await targetOf(request);
  if (!target) return;
  if (target.kind === "folder")
    throw new EngineError("invalid-config", `${target.folder} has a program, and no syncs.yaml to check.`, {
      hint: "Name the syncs.yaml. A program is checked by running it: external-infisical preview.",
    });
  found.file = relative(folder, target.file) || target.file;
  const { declared: file, problems } = await loadAsFarAsRight(target.file);
  const host = sourceHost(file, environment);
  if (problems.length === 0) Object.assign(found, describe(file, host));
  const isSourceWrong = problems.some(({ path: [part] }) => part === "source");
  const all = [
    ...problems,
    ...(isSourceWrong ? [] : fleetProblems(withConnections(file), host)),
    ...(await misplacedFiles(file, target.folder)),
  ];
  if (all.length > 0) file.fail(all);
  allowedHosts(request.allowedHosts).check(hostsOf(file, host));
}

/** Where the others write cannot be told. */
function withConnections(file: SyncsFile): SyncsFile {
  const syncs = [...file.syncs].filter(([, { connection }]) => file.connections.has(connection));
  return { ...file, syncs: new Map(syncs) };
}

/** None where policies alone are named: they may stand beside a program, or by themselves. */
async function targetOf({ folder, place, policies }: ValidateRequest): Promise<Target | undefined> {
  const isAlone = policies.length > 0 && place === undefined;
  try {
    const target = await findTarget({ file: place, folder });
    return isAlone && target.kind === "folder" ? undefined : target;
  } catch (error) {
    if (isAlone) return undefined;
    throw error;
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
