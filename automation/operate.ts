/** Runs the commands on an open stack: preview, question, operation. */
import { EngineError, type OperationOptions, type StackHandle } from "./engines/engine.ts";
import type { CommandOptions } from "./options.ts";
import { renderReview } from "./report/console.ts";
import { destroyReview } from "./report/destroy-review.ts";
import { createReview, hasChanges, type Review } from "./report/model.ts";
import { type Command, headline } from "./report/operations.ts";
import { createProgress } from "./report/progress.ts";
import type { Session } from "./session.ts";

/** What came out; `review` is of the last step, whether it failed or not. */
export interface Outcome {
  review: Review | undefined;
  error: unknown;
}

/** Runs a command. Failures are returned: the review of what was done belongs to them. */
export async function operate(
  command: Command,
  stack: StackHandle,
  options: CommandOptions,
  session: Session,
): Promise<Outcome> {
  if (command === "preview") {
    const plan = options.savePlan;
    return run(
      "preview",
      stack,
      { ...common(options, session), ...(plan !== undefined && { plan }) },
      options,
      session,
    );
  }
  const plan = command === "up" ? options.plan : undefined;
  const isAsking = !options.yes;
  if (isAsking && !session.isInteractive) {
    const error = new EngineError(
      "invalid-config",
      `There is no terminal to ask on, so ${command} needs --yes.`,
      {
        hint: "Preview first, then pass --yes.",
      },
    );
    return { review: undefined, error };
  }
  // Nobody reads a preview between the lines of a JSON document.
  if (!options.skipPreview && !options.json) {
    const shown = await showPlan(command, stack, options, session);
    if (shown.error !== undefined) return shown;
    if (isAsking && command !== "refresh" && !hasChanges(shown.review?.changes ?? {})) {
      // An update without changes still records what it found, as Pulumi does; there is nothing to ask.
    } else if (isAsking) {
      const refusal = await confirm(command, shown.review, session);
      if (refusal) return { review: shown.review, error: refusal };
    }
  } else if (isAsking) {
    const refusal = await confirm(command, undefined, session);
    if (refusal) return { review: undefined, error: refusal };
  }
  return run(
    command,
    stack,
    { ...common(options, session), ...(plan !== undefined && { plan }) },
    options,
    session,
  );
}

function common(options: CommandOptions, session: Session): OperationOptions {
  return {
    signal: session.signal,
    refresh: options.refresh,
    expectNoChanges: options.expectNoChanges,
    ...(options.message !== undefined && { message: options.message }),
  };
}

/** What is about to happen: for an update a preview, for a destruction what the state has. */
async function showPlan(
  command: Exclude<Command, "preview">,
  stack: StackHandle,
  options: CommandOptions,
  session: Session,
): Promise<Outcome> {
  switch (command) {
    case "up":
      return run("preview", stack, common(options, session), options, session);
    case "destroy": {
      try {
        const review = destroyReview(await stack.exportStack());
        session.note(session.paintNotes("bold", `Previewing destroy (${stack.name})`));
        printReview(review, options, session);
        return { review, error: undefined };
      } catch (error) {
        return { review: undefined, error };
      }
    }
    case "refresh":
      return { review: undefined, error: undefined };
    default:
      return command satisfies never;
  }
}

const DEEDS = {
  up: "perform this update",
  refresh: "perform this refresh? It changes the state only. Do you want it",
  destroy: "perform this destroy",
} as const;

async function confirm(
  command: keyof typeof DEEDS,
  review: Review | undefined,
  session: Session,
): Promise<EngineError | undefined> {
  try {
    for (;;) {
      const answers = review ? (["yes", "no", "details"] as const) : (["yes", "no"] as const);
      const answer = await session.ask(`Do you want to ${DEEDS[command]}? (${answers.join("/")})`, answers);
      if (answer === "yes") return undefined;
      if (answer === "no") return new EngineError("cancelled", "Declined; nothing was changed.");
      if (review)
        session.print(
          session.redactor.clean(
            renderReview(review, { paint: (_, text) => text, isFull: true, tellsInfo: true }),
          ),
        );
    }
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
}

/** Runs one operation and shows it. */
async function run(
  command: Command,
  stack: StackHandle,
  operation: OperationOptions,
  options: CommandOptions,
  session: Session,
): Promise<Outcome> {
  const title = headline(command, stack.name);
  if (!options.json) session.note(session.paintNotes("bold", title));
  const builder = createReview(command);
  const progress = createProgress(title, process.stderr, session.paintNotes, session.redactor.clean);
  let error: unknown;
  try {
    await stack[command]({
      ...operation,
      onEvent(event) {
        builder.add(event);
        progress.show(event, builder.current);
      },
    });
  } catch (thrown) {
    error = thrown;
  } finally {
    progress.end();
  }
  const review = builder.finish();
  // Without a single event it failed before it began, and there is nothing to show.
  if (!options.json && (error === undefined || review.resources.length > 0))
    printReview(review, options, session);
  return { review: error === undefined ? review : { ...review, result: "failed" }, error };
}

function printReview(review: Review, options: CommandOptions, session: Session): void {
  const cleaned = session.redactor.cleanAll(review);
  const tellsInfo = process.stderr.isTTY === true;
  session.print(`\n${renderReview(cleaned, { paint: session.paint, isFull: options.diff, tellsInfo })}\n`);
}
