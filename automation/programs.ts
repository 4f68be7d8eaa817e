/** The commands as functions, for programs: options as an object, and the document that `--json` prints as the answer. */
import type { DoctorDocument } from "./commands/doctor/document.ts";
import type { DriftDocument } from "./commands/drift/document.ts";
import type { RollbackDocument } from "./commands/rollback/document.ts";
import { callCommand } from "./commands/runner.ts";
import type { StatusDocument } from "./commands/status/document.ts";
import type { Validation } from "./commands/validate/document.ts";
import type { ConfigMap } from "./engines/engine.ts";
import type { ReportDocument } from "./report/json.ts";
import type { Command } from "./review/operations.ts";
import type { EngineChoice } from "./stack/choose-engine.ts";
import type { Hooks } from "./terminal/session.ts";

/** What is run, and how it is followed. */
export interface CommandOptions extends Hooks {
  /** A folder with a Pulumi.yaml or a syncs.yaml; other names start there. Default: the working directory. */
  cwd?: string;
  /** A syncs.yaml, or another folder. */
  file?: string;
  /** The stack. Default: the one that is selected, else `dev`. */
  stack?: string;
  /** Default: `auto`, the Pulumi CLI where there is one, else the local engine. */
  engine?: EngineChoice;
  /** Download the Pulumi CLI if there is none. Default: false. */
  installCli?: boolean;
  /** Configuration of the stack, which `up` keeps. Secrets among it are cut out of all texts. Default: none. */
  config?: ConfigMap;
  /** Hosts that may be talked to; an empty list allows none. Default: those of EXTERNAL_INFISICAL_ALLOWED_HOSTS, else all. */
  allowedHosts?: readonly string[];
}

interface OperationOptions extends CommandOptions {
  /** What it is for, kept in the stack's history. */
  message?: string;
  /** Files of policies, beside those of a syncs.yaml and of EXTERNAL_INFISICAL_POLICIES. Default: none. */
  policies?: readonly string[];
}

/** Options of {@link preview}. */
export interface PreviewOptions extends OperationOptions {
  /** Read the state of the resources first. Default: false. */
  refresh?: boolean;
  /** Fail with `unexpected-changes` if there are any. Default: false. */
  expectNoChanges?: boolean;
  /** Folders of Pulumi policy packs (Pulumi CLI only). Default: none. */
  policyPacks?: readonly string[];
  /** Write a signed plan file here. It needs a plan key; see docs/plan-files.md. Default: none is written. */
  out?: string;
}

/** Options of {@link up}. */
export interface UpOptions extends Omit<PreviewOptions, "out"> {
  /** Do what this plan file says and nothing else; what differs fails with `plan-changed`. */
  plan?: string;
  /** The oldest plan file that is taken, as `10m`, `24h` or `7d`. Default: `24h`. */
  planMaxAge?: string;
}

/** Options of {@link refresh}. */
export type RefreshOptions = Omit<PreviewOptions, "out" | "refresh" | "policyPacks">;
/** Options of {@link destroy}. */
export type DestroyOptions = Omit<PreviewOptions, "out" | "expectNoChanges" | "policyPacks">;

/** Options of {@link drift}. */
export interface DriftOptions extends CommandOptions {
  /** Names of syncs or of their resources. Default: all. */
  sync?: readonly string[];
  /** Deploy the stack if there is drift. Default: false. */
  repair?: boolean;
}

/** Options of {@link status}. */
export interface StatusOptions extends CommandOptions {
  /** Names of syncs or of their resources. Default: all. */
  sync?: readonly string[];
  /** Tell what the state has, and ask no instance. Default: false. */
  offline?: boolean;
}

/** Options of {@link validate}. */
export interface ValidateOptions extends Pick<CommandOptions, "cwd" | "file" | "allowedHosts" | keyof Hooks> {
  /** Files of policies to check, too. Default: none. */
  policies?: readonly string[];
}

/** Options of {@link rollback}. */
export interface RollbackOptions extends CommandOptions {
  /** Names of syncs or of their resources. Default: all that `to` fits. */
  sync?: readonly string[];
  /** Id of a run, its first characters, or a time as `2026-11-22T06:00:00Z`. Left out, the runs are listed in `history`. */
  to?: string;
}

/** Tells what an update would do, key by key, judged by policies. Nothing is changed. */
export const preview = (options: PreviewOptions = {}): Promise<ReportDocument> => operate("preview", options);

/** Deploys the stack. To call it is the consent: nobody is asked. */
export const up = (options: UpOptions = {}): Promise<ReportDocument> => operate("up", options);

/** Reads what is at the destinations into the stack's state. */
export const refresh = (options: RefreshOptions = {}): Promise<ReportDocument> => operate("refresh", options);

/** Deletes all resources of the stack. To call it is the consent. */
export const destroy = (options: DestroyOptions = {}): Promise<ReportDocument> => operate("destroy", options);

/** Tells what has changed on either side since the last run, and repairs it if asked to. */
export async function drift(options: DriftOptions = {}): Promise<DriftDocument> {
  const [{ drift: action }, { driftOptions }] = await Promise.all([
    import("./commands/drift/run.ts"),
    import("./commands/drift/options.ts"),
  ]);
  return callCommand(action, driftOptions.parse(asWritten(options)), options);
}

/** Tells of all syncs: the last run, its result, the keys and the drift. */
export async function status(options: StatusOptions = {}): Promise<StatusDocument> {
  const [{ status: action }, { statusOptions }] = await Promise.all([
    import("./commands/status/run.ts"),
    import("./commands/status/options.ts"),
  ]);
  return callCommand(action, statusOptions.parse(asWritten(options)), options);
}

/** Finds out what would keep the syncs from working, and what to do about it. */
export async function doctor(options: CommandOptions = {}): Promise<DoctorDocument> {
  const [{ doctor: action }, { stackOptions }] = await Promise.all([
    import("./commands/doctor/run.ts"),
    import("./commands/options.ts"),
  ]);
  return callCommand(action, stackOptions.parse(asWritten(options)), options);
}

/** Checks a syncs.yaml and files of policies. It needs no network, no stack and no secrets. */
export async function validate(options: ValidateOptions = {}): Promise<Validation> {
  const [{ validate: action }, { validateOptions }] = await Promise.all([
    import("./commands/validate/run.ts"),
    import("./commands/validate/options.ts"),
  ]);
  return callCommand(action, validateOptions.parse(asWritten(options)), options);
}

/** Puts destinations back to what an earlier run had left, and pauses these syncs; without `to` it lists the runs. */
export const rollback = (options: RollbackOptions = {}): Promise<RollbackDocument> =>
  goBack("rollback", options);

/** Lets syncs that were rolled back be pushed again. */
export const resume = (options: Omit<RollbackOptions, "to"> = {}): Promise<RollbackDocument> =>
  goBack("resume", options);

async function goBack(name: "rollback" | "resume", options: RollbackOptions): Promise<RollbackDocument> {
  const [{ going }, { rollbackOptions }] = await Promise.all([
    import("./commands/rollback/run.ts"),
    import("./commands/rollback/options.ts"),
  ]);
  return callCommand(going(name), rollbackOptions.parse(asWritten(options)), options);
}

async function operate(name: Command, options: PreviewOptions & UpOptions): Promise<ReportDocument> {
  const [{ operation }, { parseDeployOptions }] = await Promise.all([
    import("./commands/deploy/run.ts"),
    import("./commands/deploy/options.ts"),
  ]);
  const { policyPacks, ...rest } = options;
  const written = { ...asWritten(rest), policyPack: policyPacks, skipPreview: true };
  return callCommand(operation(name), parseDeployOptions(written), options);
}

/** The options as the command line has them. */
function asWritten({
  config = {},
  allowedHosts,
  signal: _,
  onProgress: _to,
  onText: _of,
  ...rest
}: CommandOptions) {
  const settings = Object.entries(config);
  const written = (isSecret: boolean) =>
    settings
      .filter(([, { secret = false }]) => secret === isSecret)
      .map(([key, { value }]) => `${key}=${value}`);
  return {
    ...rest,
    yes: true,
    config: written(false),
    secretConfig: written(true),
    // An empty entry makes a list that is set and allows no host.
    allowHost: allowedHosts?.length === 0 ? [""] : allowedHosts,
  };
}
