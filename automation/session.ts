/** One run of the command: where it prints, what it may not print, and how it is stopped. */
import { createInterface } from "node:readline/promises";
import { EngineError } from "./engines/engine.ts";
import { EXIT } from "./exit-codes.ts";
import { type ColorChoice, choosePaint, type Paint } from "./report/paint.ts";
import { createRedactor, type Redactor } from "./report/redact.ts";

export interface Session extends Disposable {
  readonly redactor: Redactor;
  readonly paint: Paint;
  /** Colours on stderr. */
  readonly paintNotes: Paint;
  readonly signal: AbortSignal;
  readonly isInteractive: boolean;
  /** Prints a result. */
  print(text: string): void;
  /** Prints what is not the result. Texts of others go through the redactor first. */
  note(text: string): void;
  /** Asks on the terminal. */
  ask<Answer extends string>(question: string, answers: readonly Answer[]): Promise<Answer>;
}

/** Listens for Ctrl-C: the first lets the step in flight end and keeps the state, the second ends at once. */
export function openSession(options: { color: ColorChoice; json: boolean }): Session {
  const { stdin, stdout, stderr, env } = process;
  const redactor = createRedactor();
  const abort = new AbortController();
  const note = (text: string) => void stderr.write(`${text}\n`);
  const interrupt = () => {
    if (abort.signal.aborted) process.exit(EXIT.cancelled);
    note("\nCancelling: what is in flight ends, and the state is kept. Press Ctrl-C again to end at once.");
    abort.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, interrupt);
  return {
    redactor,
    paint: choosePaint(options.color, stdout, env),
    paintNotes: choosePaint(options.color, stderr, env),
    signal: abort.signal,
    isInteractive: !options.json && stdin.isTTY === true && stdout.isTTY === true,
    print: (text) => void stdout.write(text.endsWith("\n") ? text : `${text}\n`),
    note,
    async ask(question, answers) {
      // The interface takes Ctrl-C for itself, on a terminal.
      const lines = createInterface({ input: stdin, output: stderr });
      lines.on("SIGINT", () => abort.abort());
      try {
        for (;;) {
          const text = (await lines.question(`${question} `, { signal: abort.signal })).trim().toLowerCase();
          const answer = answers.find((each) => each === text || (text !== "" && each.startsWith(text)));
          if (answer !== undefined) return answer;
        }
      } catch (cause) {
        throw new EngineError("cancelled", "Cancelled; nothing was changed.", { cause });
      } finally {
        lines.close();
      }
    },
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, interrupt);
    },
  };
}
