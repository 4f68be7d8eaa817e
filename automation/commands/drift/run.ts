/** `drift` looks at the syncs of a stack once or again and again, and repairs if asked to. */
import { setTimeout as sleep } from "node:timers/promises";
import { some } from "../../../provider/engine/shortened.ts";
import { EngineError, type StackHandle } from "../../engines/engine.ts";
import { openStack } from "../../stack/open-stack.ts";
import { agree, requireConsent } from "../../terminal/consent.ts";
import { EXIT } from "../../terminal/exit-codes.ts";
import { exitCodeOfErrors } from "../../terminal/failures.ts";
import type { Session } from "../../terminal/session.ts";
import { operate } from "../deploy/operate.ts";
import { parseDeployOptions } from "../deploy/options.ts";
import type { Action, Found, Run } from "../runner.ts";
import { type DriftDocument, lookPart } from "./document.ts";
import { hasDrifted, isDueOnly, type Look, waitsFor } from "./look.ts";
import { lookAtStack } from "./look-at-stack.ts";
import { type DriftOptions, driftOptions } from "./options.ts";
import { driftReport } from "./report.ts";
import { driftText } from "./text.ts";

/** What one look came to. */
interface Looked {
  looks: readonly Look[];
  isRepaired: boolean;
}

export const drift: Action<DriftOptions, Looked, DriftDocument> = {
  name: "drift",
  options: driftOptions,
  act: lookAgain,
  exitCode(found) {
    if (!isDrifted(found) || errorsOf(found).length > 0) return exitCodeOfErrors(errorsOf(found));
    return isDue(found) ? EXIT.deploymentDue : EXIT.unexpectedChanges;
  },
  hasChanges: isDrifted,
  document(found, envelope) {
    const { looks = [], isRepaired, error } = found;
    const failed = error !== undefined || errorsOf(found).length > 0;
    return {
      ...envelope,
      command: "drift",
      checkedAt: new Date().toISOString(),
      result: failed ? "failed" : isDrifted(found) ? "drifted" : isRepaired ? "repaired" : "in-sync",
      ...(isDrifted(found) && { deploymentDue: isDue(found) }),
      syncs: looks.map(lookPart),
    };
  },
  report: driftReport,
};

/** Looks until it is stopped; what one look cannot tell, the next one may. Told is what was not told before. */
async function* lookAgain(run: Run<DriftOptions>): AsyncGenerator<Found<Looked>> {
  const { options, session } = run;
  const { signal } = session;
  if (options.repair) requireConsent("up", options.yes, session);
  const stack = await openStack(run, "look");
  const print = printNews(session);
  for (;;) {
    yield await lookAndRepair(stack, { ...run, session: { ...session, print } });
    if (options.watchInterval === undefined || signal.aborted) return;
    try {
      await sleep(options.watchInterval, undefined, { signal });
    } catch {
      return;
    }
  }
}

/** Prints what is not as it was printed before. */
function printNews({ print, note, paintNotes, isPrinting }: Session): Session["print"] {
  let told = "";
  return (text) => {
    if (text !== told) print(text);
    else if (isPrinting) note(paintNotes("dim", `${new Date().toISOString()} as before`));
    told = text;
  };
}

async function lookAndRepair(stack: StackHandle, run: Run<DriftOptions>): Promise<Found<Looked>> {
  const { opened, options, session, environment, shared } = run;
  let looks: readonly Look[] = [];
  try {
    looks = await lookAtStack(stack, run);
    if (looks.length === 0) throw noSyncs(stack.name);
    show(looks, stack, run);
    if (!options.repair || !looks.some(hasDrifted)) return { looks, isRepaired: false };
    const sync = options.sync.length === 0 ? [] : looks.map((look) => look.sync.resource);
    const what = sync.length === 0 ? "the stack" : some(sync);
    if (!options.yes) await agree(`Do you want to deploy ${what} to repair this?`, session);
    const { error } = await operate("up", {
      stack: await openStack(run, "deploy"),
      options: { ...parseDeployOptions({}), ...options, sync, skipPreview: true, yes: true },
      session,
      environment,
      shared,
      policies: opened.policies ?? [],
    });
    return { looks, isRepaired: error === undefined, error };
  } catch (error) {
    return { looks, isRepaired: false, error };
  }
}

/** Nothing to look at is no good news: the stack may be another one than was meant. */
const noSyncs = (stack: string): EngineError =>
  new EngineError(
    "invalid-config",
    `The stack "${stack}" has no syncs in its state, so there is nothing to look at.`,
    {
      hint: "`external-infisical up` deploys what is declared. Is it the stack that you mean (--stack)?",
    },
  );

function show(looks: readonly Look[], stack: StackHandle, { options, session }: Run<DriftOptions>): void {
  const { paint, redactor, isPrinting } = session;
  session.headline(`Drift (${stack.name})`);
  if (!isPrinting) return;
  // Cleaned before it is painted: cleaning takes colours away.
  const parts = redactor.cleanAll(looks.map(lookPart));
  session.print(`\n${driftText(parts, { paint, isFull: options.diff })}\n\n`);
}

const errorsOf = ({ looks = [] }: Found<Looked>) =>
  looks.flatMap((look) => (look.error === undefined ? [] : [look.error]));

/** A deployment repairs what does not wait to be asked for. */
function isDrifted({ looks = [], isRepaired = false }: Found<Looked>): boolean {
  return looks.some((look) => hasDrifted(look) && (!isRepaired || waitsFor(look) !== undefined));
}

/** Of a stack that has drifted: a rotated secret is no alarm. */
const isDue = ({ looks = [] }: Found<Looked>): boolean => looks.filter(hasDrifted).every(isDueOnly);
