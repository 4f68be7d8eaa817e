/** Runs the commands on an open stack: preview, question, operation. */
import { confirm, type Deed } from "./consent.ts";
import type { OperationOptions, StackHandle } from "./engines/engine.ts";
import type { CommandOptions } from "./options.ts";
import { renderReview } from "./report/console.ts";
import { destroyReview } from "./report/destroy-review.ts";
import { createReview, type Review } from "./report/model.ts";
import { type Command, headline } from "./report/operations.ts";
import { createProgress } from "./report/progress.ts";
import type { Session } from "./session.ts";

/** What came out; `review` is of the last step, whether it failed or not. */
export interface Outcome {
  review?: Review;
  error?: unknown;
}

/** What all steps of a command need. */
interface Task {
  stack: StackHandle;
  options: CommandOptions;
  session: Session;
}

/** Runs a command. Failures are part of the outcome: the review of what was done belongs to them. */
export async function operate(command: Command, task: Task): Promise<Outcome> {
  const { options, session } = task;
  if (command === "preview") return run("preview", task, { plan: options.savePlan });
  // Nobody reads a preview between the lines of a JSON document.
  const showsPlan = !options.skipPreview && !options.json;
  const shown = showsPlan ? await showPlan(command, task) : {};
  if (shown.error !== undefined) return shown;
  const { review } = shown;
  if (!options.yes) {
    try {
      await confirm(command, session, review && (() => print(review, task, { isFull: true })));
    } catch (error) {
      return { ...shown, error };
    }
  }
  const isBrief = review !== undefined && !options.diff;
  return run(command, task, { plan: command === "up" ? options.plan : undefined, isBrief });
}

/** What is about to happen: for an update a preview, for a destruction what the state has. */
async function showPlan(command: Deed, task: Task): Promise<Outcome> {
  const { stack, session } = task;
  switch (command) {
    case "up":
      return run("preview", task);
    case "destroy":
      try {
        const review = destroyReview(await stack.exportStack());
        session.note(session.paintNotes("bold", `Previewing destroy (${stack.name})`));
        print(review, task);
        return { review };
      } catch (error) {
        return { error };
      }
    case "refresh":
      return {};
    default:
      return command satisfies never;
  }
}

/** Runs one operation and shows it. */
async function run(
  command: Command,
  task: Task,
  { plan, isBrief = false }: { plan?: string | undefined; isBrief?: boolean } = {},
): Promise<Outcome> {
  const { stack, options, session } = task;
  const title = headline(command, stack.name);
  if (!options.json) session.note(session.paintNotes("bold", title));
  const builder = createReview(command);
  const progress = createProgress(title, process.stderr, session.paintNotes, session.redactor.clean);
  const operation: OperationOptions = {
    signal: session.signal,
    refresh: options.refresh,
    expectNoChanges: options.expectNoChanges,
    ...(options.message !== undefined && { message: options.message }),
    ...(plan !== undefined && { plan }),
    onEvent(event) {
      builder.add(event);
      progress.show(event, builder.current);
    },
  };
  let failure: { error: unknown } | undefined;
  try {
    await stack[command](operation);
  } catch (error) {
    failure = { error };
  } finally {
    progress.end();
  }
  const review: Review = { ...builder.finish(), ...(failure && { result: "failed" }) };
  // Without a resource it failed before it began, and there is nothing to show.
  const isWorthShowing = !failure || review.resources.length > 0;
  if (!options.json && isWorthShowing) print(review, task, { isBrief: isBrief && !failure });
  return { review, ...failure };
}

function print(
  review: Review,
  { options, session }: Task,
  { isFull = options.diff, isBrief = false }: { isFull?: boolean; isBrief?: boolean } = {},
): void {
  const { paint, redactor } = session;
  const tellsInfo = process.stderr.isTTY === true;
  session.print(`\n${renderReview(redactor.cleanAll(review), { paint, isFull, isBrief, tellsInfo })}\n`);
}
