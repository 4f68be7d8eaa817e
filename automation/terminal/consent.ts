/** Nothing is changed without a yes. */

import { EngineError } from "../engines/engine.ts";
import type { Command } from "../review/operations.ts";
import type { Session } from "./session.ts";

/** The commands that change something. */
export type ChangingCommand = Exclude<Command, "preview">;

/**
 * Refuses to change anything where nobody can be asked.
 *
 * @throws EngineError `invalid-config`
 */
export function requireConsent(
  command: string,
  isAgreed: boolean,
  session: Session,
  hint = "Preview first, then pass --yes.",
): void {
  if (command === "preview" || isAgreed || session.isInteractive) return;
  throw new EngineError("invalid-config", `There is no terminal to ask on, so ${command} needs --yes.`, {
    hint,
  });
}

const QUESTIONS: Readonly<Record<ChangingCommand, string>> = {
  up: "Do you want to perform this update?",
  refresh: "Do you want to perform this refresh? It changes the stack's state only.",
  destroy: "Do you want to perform this destroy?",
};

/** Asks whether to do it. @throws EngineError `cancelled` for a no */
export const confirm = (command: ChangingCommand, session: Session, showDetails: (() => void) | undefined) =>
  agree(QUESTIONS[command], session, showDetails);

/**
 * Asks, as often as it takes to get an answer.
 *
 * @param showDetails prints all that the question is about, if there is something
 * @throws EngineError `cancelled` for a no
 */
export async function agree(
  question: string,
  session: Pick<Session, "ask">,
  showDetails?: () => void,
): Promise<void> {
  const answers = showDetails ? (["yes", "no", "details"] as const) : (["yes", "no"] as const);
  for (;;) {
    const answer = await session.ask(`${question} (${answers.join("/")})`, answers);
    if (answer === "yes") return;
    if (answer === "no") throw new EngineError("cancelled", "Declined; nothing was changed.");
    showDetails?.();
  }
}
