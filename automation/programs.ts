/**
 * The commands as functions, for programs: options as an object, and the document that `--json` prints as the answer; and
 * what renders those documents for reviewers.
 */
import { z } from "zod";
import { orMeant } from "../provider/did-you-mean.ts";
import type { DoctorDocument } from "./commands/doctor/document.ts";
import type { DriftDocument } from "./commands/drift/document.ts";
import { driftReport } from "./commands/drift/report.ts";
import type { RollbackDocument } from "./commands/rollback/document.ts";
import { type Action, type AnyDocument, callCommand, type RunOptions } from "./commands/runner.ts";
import type { StatusDocument } from "./commands/status/document.ts";
import type { Validation } from "./commands/validate/document.ts";
import type { ConfigMap } from "./engines/engine.ts";
import { type ReportFormat, renderReport } from "./report/formats.ts";
import { htmlPage } from "./report/html/page.ts";
import type { ReportDocument } from "./report/json.ts";
import { markdownReport } from "./report/markdown/report.ts";
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
  /** The environment, in place of this process's: credentials, the passphrase and whatever else is read from it. */
  env?: Readonly<Record<string, string | undefined>>;
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
  /** Nothing but these syncs and what they need, by the names of their resources. Default: all. */
  sync?: readonly string[];
  /** Write a signed plan file here. It needs a plan key; see docs/plan-files.md. Default: none is written. */
  out?: string;
}

/** Options of {@link up}. */
export interface UpOptions extends Omit<PreviewOptions, "out"> {
  /** Do what this plan file says and nothing else; what differs fails with `plan-changed`. */
  plan?: string;
  /** The oldest plan file that is taken, as `10m`, `24h` or `7d`. Default: `24h`. */
  planMaxAge?: string;
  /** After a failure go on with what does not depend on it; it fails all the same. Default: false. */
  continueOnError?: boolean;
}

/** Options of {@link refresh}. */
export type RefreshOptions = Omit<PreviewOptions, "out" | "refresh" | "policyPacks">;
/** Options of {@link destroy}. */
export type DestroyOptions = Omit<
  UpOptions,
  "expectNoChanges" | "sync" | "policyPacks" | "plan" | "planMaxAge"
>;

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
export interface ValidateOptions
  extends Pick<CommandOptions, "cwd" | "file" | "allowedHosts" | "env" | keyof Hooks> {
  /** Files of policies to check, too. Default: none. */
  policies?: readonly string[];
}

/** Options of {@link rollback}. */
export interface RollbackOptions extends CommandOptions {
  /** Names of syncs or of their resources. Default: all that `to` fits. */
  sync?: readonly string[];
  /** Id of a run, its first characters, or a time as `2026-11-22T06:00:00Z`. Left out, the runs are listed in `history`. */
  to?: string;
  /** Tell what would be done to each sync, and change nothing. Default: false. */
  preview?: boolean;
}

/** The names of all of a function's options, as its type has them. */
type Names<Options> = Readonly<Record<keyof Options, true>>;

const COMMON: Names<CommandOptions> = {
  ...{ cwd: true, file: true, stack: true, engine: true, installCli: true, config: true, allowedHosts: true },
  ...{ env: true, signal: true, onProgress: true, onText: true },
};
const SYNC = { ...COMMON, sync: true } as const;
const DESTROY: Names<DestroyOptions> = {
  ...COMMON,
  ...{ message: true, policies: true, refresh: true, continueOnError: true },
};
const REFRESH: Names<RefreshOptions> = { ...SYNC, message: true, policies: true, expectNoChanges: true };
const PREVIEW: Names<PreviewOptions> = { ...REFRESH, refresh: true, policyPacks: true, out: true };
const UP: Names<UpOptions> = {
  ...REFRESH,
  ...{ refresh: true, policyPacks: true, plan: true, planMaxAge: true, continueOnError: true },
};
const RESUME: Names<Omit<RollbackOptions, "to" | "preview">> = SYNC;
const ROLLBACK: Names<RollbackOptions> = { ...RESUME, to: true, preview: true };
const STATUS: Names<StatusOptions> = { ...SYNC, offline: true };
const DRIFT: Names<DriftOptions> = { ...SYNC, repair: true };
/** What is of no use to it may come with what a caller gives to all functions. */
const VALIDATE: Names<ValidateOptions & CommandOptions> = { ...COMMON, policies: true };

/** Tells what an update would do, key by key, judged by policies. Nothing is changed. */
export const preview = (options: PreviewOptions = {}): Promise<ReportDocument> =>
  operate("preview", PREVIEW, options);

/** Deploys the stack. To call it is the consent: nobody is asked. */
export const up = (options: UpOptions = {}): Promise<ReportDocument> => operate("up", UP, options);

/** Reads what is at the destinations into the stack's state. */
export const refresh = (options: RefreshOptions = {}): Promise<ReportDocument> =>
  operate("refresh", REFRESH, options);

/** Deletes all resources of the stack. To call it is the consent. */
export const destroy = (options: DestroyOptions = {}): Promise<ReportDocument> =>
  operate("destroy", DESTROY, options);

/** Tells what has changed on either side since the last run, and repairs it if asked to. */
export const drift = (options: DriftOptions = {}): Promise<DriftDocument> =>
  call(DRIFT, options, async () => (await import("./commands/drift/run.ts")).drift);

/** Tells of all syncs: the last run, its result, the keys and the drift. */
export const status = (options: StatusOptions = {}): Promise<StatusDocument> =>
  call(STATUS, options, async () => (await import("./commands/status/run.ts")).status);

/** Finds out what would keep the syncs from working, and what to do about it. */
export const doctor = (options: CommandOptions = {}): Promise<DoctorDocument> =>
  call(COMMON, options, async () => (await import("./commands/doctor/run.ts")).doctor);

/** Checks a syncs.yaml and files of policies. It needs no network, no stack and no secrets. */
export const validate = (options: ValidateOptions = {}): Promise<Validation> =>
  call(VALIDATE, options, async () => (await import("./commands/validate/run.ts")).validate);

/** Puts destinations back to what an earlier run had left, and pauses these syncs; without `to` it lists the runs. */
export const rollback = (options: RollbackOptions = {}): Promise<RollbackDocument> =>
  call(
    ROLLBACK,
    options,
    async () => (await import("./commands/rollback/run.ts")).going("rollback"),
    ({ to }) => ({ yes: to !== undefined }),
  );

/** Lets syncs that were rolled back be pushed again. */
export const resume = (options: Omit<RollbackOptions, "to" | "preview"> = {}): Promise<RollbackDocument> =>
  call(RESUME, options, async () => (await import("./commands/rollback/run.ts")).going("resume"));

const operate = <Options extends PreviewOptions & UpOptions>(
  name: Command,
  names: Names<Options>,
  options: Options,
): Promise<ReportDocument> =>
  call(
    names,
    options,
    async () => (await import("./commands/deploy/run.ts")).operation(name),
    ({ policyPacks }) => ({ policyPack: policyPacks, skipPreview: true }),
  );

/**
 * Calls a command with the options as the command line has them.
 *
 * @param flags what of the command line the options mean under other names
 */
async function call<
  Given extends CommandOptions,
  Options extends RunOptions,
  Acted,
  Document extends AnyDocument,
>(
  names: Names<Given>,
  options: Given,
  load: () => Promise<Action<Options, Acted, Document>>,
  flags: (given: Given) => object = () => ({}),
): Promise<Document> {
  const given = onlyNamed(names).parse(options) as Given;
  const { allowedHosts, config, env = process.env, signal, onProgress, onText, ...rest } = given;
  // Before anything is waited for: the caller may go on to change it.
  const environment = { ...env };
  // An empty entry makes a list that is set and allows no host.
  const allowHost = allowedHosts?.length === 0 ? [""] : allowedHosts;
  const hooks = { ...(signal && { signal }), ...(onProgress && { onProgress }), ...(onText && { onText }) };
  const raw = { yes: true, ...rest, ...flags(given), allowHost };
  return callCommand(await load(), raw, config, hooks, environment);
}

/** An option that is not known may be one that was to limit what is done: it is refused, and not left out. */
const onlyNamed = (names: Readonly<Record<string, true>>) =>
  z.record(z.string(), z.unknown()).superRefine((options, { addIssue }) => {
    for (const [name, value] of Object.entries(options))
      if (value !== undefined && !Object.hasOwn(names, name))
        addIssue({
          code: "custom",
          path: [name],
          message: orMeant("is no option of this function", name, Object.keys(names)),
        });
  });

/** A document in one of the formats of `--report`; one that has its limits is cut to them. */
export const render = async (
  format: ReportFormat,
  document: ReportDocument | DriftDocument,
): Promise<string> => (await renderReport(format, reportOf(document))).text;

/** Markdown for a comment, cut to what a comment holds: at most 65,536 characters. */
export const renderMarkdown = (document: ReportDocument | DriftDocument): string =>
  markdownReport(reportOf(document)).text;

/** One page of HTML that needs nothing else. */
export const renderHtml = (document: ReportDocument | DriftDocument): string => htmlPage(reportOf(document));

const reportOf = (document: ReportDocument | DriftDocument): ReportDocument =>
  "checkedAt" in document ? driftReport(document) : document;
