/** Running the program: the folder's, in a process of its own, or an inline one, in this. */
import type { StackProgram, StackSource } from "../../engine.ts";
import { startNode } from "../protocol/child.ts";
import type { EngineHandlers, LanguageMessages } from "../protocol/sdk.ts";
import type { Project } from "../state/project.ts";
import { PARALLEL, type Run } from "../steps/run.ts";

export interface Program {
  /** Resolves when the program has ended well; rejects with what it failed of, if that was not told yet. */
  readonly ended: Promise<void>;
  /** Gives it up: after a failure, what depends on the failed resource never settles. */
  abandon(): Promise<void>;
}

interface Start {
  source: StackSource;
  project: Project;
  env: NodeJS.ProcessEnv;
  /** Where the engine listens. */
  address: string;
  /** What answers there, for a program in this process. */
  handlers: EngineHandlers;
}

export function startProgram(run: Run, start: Start): Program {
  return start.source.program ? startInline(run, start.source.program, start) : startFolder(run, start);
}

function startInline(run: Run, inline: StackProgram, { address, handlers }: Start): Program {
  const program = () => inline(run.targets && [...run.targets]);
  const { ended, abandon } = run.sdk.runInline(program, runRequest(run, address), handlers);
  const told = ended.catch((error: Error) => {
    throw new ProgramError(error.stack ?? error.message, run.events.hasErrors);
  });
  told.catch(() => {});
  return { ended: told, abandon };
}

/** The SDK's exit code for "the program has already told what is wrong". */
const ALREADY_TOLD = 32;

function startFolder(run: Run, { project, address, env }: Start): Program {
  const { program, root } = project;
  if (!program) throw new Error("the project has no program");
  const child = startNode({
    args: [
      ...program.nodeArgs,
      run.sdk.path("cmd/run/index.js"),
      ...["--monitor", address, "--engine", address],
      ...["--organization", "organization", "--project", run.project, "--stack", run.stack],
      ...["--root-directory", root, "--pwd", program.folder],
      ...(run.isPreview ? ["--dry-run"] : []),
      ...["--parallel", String(PARALLEL)],
      program.entry,
    ],
    cwd: program.folder,
    env: {
      ...env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(run.config.values)),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify([...run.config.secretKeys]),
      ...(program.useTsNode && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    },
    onLine(line, isError) {
      // After a failure it only tells that it was cut off.
      if (!run.stop.signal.aborted) run.events.diagnose(isError ? "info#err" : "info", line);
    },
  });
  const ended = child.ended.then(({ code, signal }) => {
    if (code === 0) return;
    if (code === ALREADY_TOLD && run.events.hasErrors) throw new ProgramError("the program failed", true);
    throw new ProgramError(
      signal ? `Program was ended by ${signal}` : `Program exited with non-zero exit code: ${code}`,
      false,
    );
  });
  ended.catch(() => {});
  return { ended, abandon: () => child.kill() };
}

/** The program failed; `isTold` if its diagnostics say of what. */
export class ProgramError extends Error {
  readonly isTold: boolean;
  constructor(message: string, isTold: boolean) {
    super(message);
    this.isTold = isTold;
  }
}

function runRequest(run: Run, address: string): LanguageMessages.RunRequest {
  const request = new run.sdk.language.RunRequest();
  request.setProject(run.project).setStack(run.stack).setOrganization("organization");
  request.setParallel(PARALLEL).setDryrun(run.isPreview).setMonitorAddress(address).setArgsList([address]);
  for (const [key, value] of run.config.values) request.getConfigMap().set(key, value);
  return request.setConfigsecretkeysList([...run.config.secretKeys]);
}
