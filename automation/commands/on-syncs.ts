/** What commands share that act on the syncs of a stack's state, one after the other, and deploy nothing. */
import { z } from "zod";
import { describeError } from "../../provider/errors.ts";
import { ALLOWED_HOSTS, type HostList, listHosts } from "../../provider/hosts.ts";
import { oneLine } from "../../provider/printable.ts";
import type { Shared } from "../../provider/resources/process.ts";
import type { Context } from "../../provider/resources/resource.ts";
import type { StackHandle, StackUse } from "../engines/engine.ts";
import type { Policies } from "../policies/schema.ts";
import type { Color } from "../review/operations.ts";
import { openStack } from "../stack/open-stack.ts";
import { contextOf } from "../stack/provider-context.ts";
import { checkRecordedHosts } from "../stack/recorded-hosts.ts";
import type { RecordedSync } from "../stack/recorded-syncs.ts";
import { requireConsent } from "../terminal/consent.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import { errorPart, exitCodeOfResults, type Failure } from "../terminal/failures.ts";
import type { Session } from "../terminal/session.ts";
import type { StackCommandOptions } from "./options.ts";
import type { Run } from "./runner.ts";

/** One sync, and what came of it. */
export interface SyncResult {
  sync: RecordedSync;
  /**
   * `unchanged`: there was nothing to do. `skipped`: not tried, since the command was stopped. `planned`: shown by a preview.
   */
  result: "succeeded" | "failed" | "unchanged" | "skipped" | "planned";
  /** Id of what was run. */
  jobId?: string;
  error?: unknown;
}

/** What such a command works in. */
export interface Surroundings<Options extends Pick<StackCommandOptions, "allowHost">> {
  stack: Pick<StackHandle, "name" | "exportStack" | "getAllConfig">;
  options: Options;
  session: Pick<Session, "redactor" | "paint" | "print" | "headline" | "log" | "ask" | "signal">;
  environment: Context["environment"];
  shared: Shared;
  policies: readonly Policies[];
}

/** Opens the stack of a command; without a yes only where somebody can be asked, or nothing is to be changed. */
export async function surroundingsOf<Options extends StackCommandOptions & { yes: boolean }>(
  name: string,
  run: Run<Options>,
  use: StackUse,
  isChanging = true,
): Promise<Surroundings<Options> & { stack: StackHandle }> {
  const { options, session, opened } = run;
  requireConsent(name, options.yes || !isChanging, session);
  const stack = await openStack(run, use);
  return { ...run, stack, policies: opened.policies ?? [] };
}

/** What is needed to ask the instances of these syncs, whose hosts are allowed; and a check of others. */
export async function instancesOf(
  syncs: readonly RecordedSync[],
  { stack, options, session, environment, shared }: Surroundings<Pick<StackCommandOptions, "allowHost">>,
): Promise<{ context: Context; checkHosts: (syncs: readonly RecordedSync[]) => void }> {
  const context = await contextOf(stack, environment, session.log, shared);
  const hosts: HostList | undefined = listHosts(options.allowHost, environment[ALLOWED_HOSTS]);
  const checkHosts = (of: readonly RecordedSync[]) => checkRecordedHosts(of, context, hosts);
  checkHosts(syncs);
  return { context, checkHosts };
}

/** How a command speaks of what it does to a sync. */
export interface Words {
  command: string;
  sign: string;
  color: Color;
  /** What results are called, where they have names of their own. */
  told: Partial<Record<SyncResult["result"], string>>;
  /** The id of what was run is told, too. */
  tellsJob?: true;
  /** Where there is no sync at all. */
  none?: string;
}

/**
 * Acts on one after the other, and tells of each. One that fails does not hold up the others; the failures and the numbers
 * are told at the end.
 */
export async function actOnEach<Plan, Result extends SyncResult>(
  plans: readonly Plan[],
  perform: (plan: Plan) => Promise<Result>,
  words: Words,
  session: Printing & Pick<Session, "print">,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const plan of plans) {
    const result = await perform(plan);
    session.print(resultLine(result, words, session));
    results.push(result);
  }
  session.print(`${summaryText(results, words, session)}\n`);
  return results;
}

type Printing = Pick<Session, "paint" | "redactor">;

function resultLine({ sync, result, jobId }: SyncResult, words: Words, { paint }: Printing): string {
  const { color: done } = words;
  const color = {
    succeeded: done,
    planned: done,
    failed: "red",
    unchanged: "gray",
    skipped: "gray",
  } as const;
  const told = result === "failed" ? `${words.command} failed` : (words.told[result] ?? result);
  const tellsJob = words.tellsJob && result === "succeeded" && jobId !== undefined;
  const job = tellsJob ? paint("dim", ` (job ${oneLine(jobId)})`) : "";
  return ` ${paint(color[result], words.sign)}  ${oneLine(sync.resource)}  ${paint(color[result], told)}${job}`;
}

function summaryText(results: readonly SyncResult[], words: Words, { paint, redactor }: Printing): string {
  const failures = results
    .filter(({ error }) => error !== undefined)
    .map(
      ({ sync, error }) =>
        `  ${paint("red", "error:")} ${oneLine(sync.resource)}: ${redactor.clean(describeError(error))}`,
    );
  const counts = (["planned", "succeeded", "failed", "unchanged", "skipped"] as const).flatMap((result) => {
    const count = results.filter((each) => each.result === result).length;
    return count > 0 ? [`${count} ${words.told[result] ?? result}`] : [];
  });
  return [
    ...(failures.length > 0 ? ["", "Diagnostics:", ...failures] : []),
    "",
    "Syncs:",
    ...(counts.length > 0 ? counts : [words.none ?? "none"]).map((line) => `    ${line}`),
  ].join("\n");
}

/** The part of JSON documents that names a sync. */
export const namesShape = {
  urn: z.string(),
  resource: z.string().meta({ description: "Name of the resource." }),
  name: z.string().meta({ description: "Name of the sync." }),
};

export const namesPart = ({ urn, resource, name }: RecordedSync) => ({ urn, resource, name });

/** What all documents have of a sync that was acted on. */
export const resultPart = <Result extends SyncResult["result"]>({
  sync,
  result,
  jobId,
  error,
}: SyncResult & { result: Result }) => ({
  ...namesPart(sync),
  result,
  ...(jobId !== undefined && { jobId }),
  ...(error !== undefined && { error: errorPart(error) }),
});

interface AnyDocument {
  command: string;
  result: "succeeded" | "failed" | "cancelled";
  exitCode: number;
  syncs: readonly { result: string }[];
  error?: Failure | undefined;
}

/**
 * How such a command ends. What people read of one that has not done all: the failures themselves have been told, each with
 * its sync.
 *
 * @param afterStop what becomes of a sync's work that was not done when the command was stopped
 */
export const endingOnSyncs = (afterStop: string) => ({
  exitCode: ({ results = [] }: { results?: readonly SyncResult[] }) => exitCodeOfResults(results),
  failure(_found: unknown, { command, result, exitCode, syncs, error }: AnyDocument) {
    if (error || result === "succeeded") return error;
    const open = syncs.filter((sync) => sync.result === "failed" || sync.result === "skipped").length;
    const of = `${open} of ${syncs.length} syncs`;
    if (result === "failed") return { message: `${command} of ${of} failed` };
    const stopped = exitCode === EXIT.timeout ? "not done in time" : "cancelled";
    return { message: `${stopped} before the end of ${of}; ${afterStop}` };
  },
});
