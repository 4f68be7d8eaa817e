/** One run of the command: where it prints, what it may not print, and how it is stopped. */
import { inert } from "../../provider/printable.ts";
import { EngineError } from "../engines/engine.ts";
import { createInterruption } from "./interruption.ts";
import { type ColorChoice, choosePaint, type Paint, plain } from "./paint.ts";
import { type Prompt, readLine } from "./prompt.ts";
import { createDocumentRedactor, type DocumentRedactor } from "./redact.ts";

export interface Session extends Disposable {
  readonly redactor: DocumentRedactor;
  readonly paint: Paint;
  /** Colours on stderr. */
  readonly paintNotes: Paint;
  /** Aborted by Ctrl-C and by the deadline; see interruption.ts. */
  readonly signal: AbortSignal;
  readonly isInteractive: boolean;
  /** When the user began to wait for it, in milliseconds since 1970. */
  readonly startedAt: number;
  /** False where a document takes the place of what people read. */
  readonly isPrinting: boolean;
  /** Where progress is shown; absent where nobody wants to know. */
  readonly progress?: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  /** How wide the terminal is that results are printed on, where they are. */
  readonly columns?: number | undefined;
  /** Prints a result for people. */
  print(text: string): void;
  /** Prints a document. */
  write(text: string): void;
  /** Prints what is about to happen, for people. */
  headline(text: string): void;
  /** Prints what is told on the way, for people. */
  log(line: string): void;
  /** Prints what is not the result. Texts of others go through the redactor first. */
  note(text: string): void;
  /** Prints what is wrong, beside the result, also where notes are not wanted. */
  warn(text: string): void;
  /** Does this when the run ends, also where the process is ended in the middle. */
  atEnd(cleanUp: () => void): void;
  /** Asks for a line on the terminal. @throws EngineError `cancelled` */
  askLine(prompt: Prompt): Promise<string>;
  /** Asks on the terminal until one of the answers comes. @throws EngineError `cancelled` */
  ask<Answer extends string>(question: string, answers: readonly Answer[]): Promise<Answer>;
}

/** How a program follows a run, and stops it. */
export interface Hooks {
  /** Aborting lets what is in flight end, keeps the state, and gives a document whose `result` is `cancelled`. */
  signal?: AbortSignal;
  /** Called with the lines that the command writes to stderr while it works, redacted and without colours. */
  onProgress?: (line: string) => void;
  /** Called with the texts for people that the command prints on stdout, redacted and without colours. */
  onText?: (text: string) => void;
}

/** A run within a program: it prints nothing by itself, asks nobody, and listens to no signal of the process. */
export function silentSession({ signal, onProgress, onText }: Hooks): Session {
  const stop = new AbortController();
  const cancel = () => stop.abort(new EngineError("cancelled", "Cancelled."));
  if (signal?.aborted) cancel();
  signal?.addEventListener("abort", cancel);
  const redactor = createDocumentRedactor();
  const cleanUps: (() => void)[] = [];
  const nobody = async () => {
    throw new EngineError("invalid-config", "There is nobody to ask.");
  };
  const note = (text: string) => onProgress?.(inert(text.trimEnd()));
  return {
    ...{ redactor, signal: stop.signal, paint: plain, paintNotes: plain },
    ...{ isInteractive: false, isPrinting: onText !== undefined, startedAt: Date.now() },
    ...(onProgress && { progress: { write: note } }),
    print: (text) => onText?.(inert(text)),
    write() {},
    headline: note,
    log: (line) => note(redactor.clean(line)),
    note,
    warn: note,
    atEnd: (each) => void cleanUps.push(each),
    askLine: nobody,
    ask: nobody,
    [Symbol.dispose]() {
      signal?.removeEventListener("abort", cancel);
      for (const each of cleanUps) each();
    },
  };
}

interface SessionOptions {
  color: ColorChoice;
  json: boolean;
  quiet?: boolean;
  /** The deadline of the command, in milliseconds. */
  timeout?: number | undefined;
  /** Where it prints JSON, that is a log, which tells by itself that it is stopped. */
  isLog?: boolean | undefined;
}

/** Listens for Ctrl-C: the first lets the request in flight end and keeps the state, the second ends at once. */
export function openSession(options: SessionOptions): Session {
  const { stdin, stdout, stderr, env } = process;
  const redactor = createDocumentRedactor();
  const warn = (text: string) => void stderr.write(`${inert(text)}\n`);
  const write = (text: string) => void stdout.write(inert(text.endsWith("\n") ? text : `${text}\n`));
  const note = options.quiet ? () => {} : warn;
  const isPrinting = !options.json;
  const noteToPeople = isPrinting ? note : () => {};
  const paintNotes = choosePaint(options.color, stderr, env);
  const interruption = createInterruption(options.timeout, {
    tell: options.json && options.isLog ? () => {} : warn,
    exit: (code) => process.exit(code),
    after(ms, task) {
      const timer = setTimeout(task, ms).unref();
      return () => clearTimeout(timer);
    },
  });
  const { signal, interrupt } = interruption;
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) process.on(name, interrupt);
  const cleanUps: (() => void)[] = [];
  const cleanUp = () => {
    for (const each of cleanUps.splice(0)) each();
  };
  process.on("exit", cleanUp);
  return {
    redactor,
    paint: choosePaint(options.color, stdout, env),
    paintNotes,
    signal,
    startedAt: performance.timeOrigin,
    isInteractive: isPrinting && stdin.isTTY === true && stdout.isTTY === true,
    isPrinting,
    ...(!options.quiet && { progress: stderr }),
    // Some terminals say that they have none.
    ...(stdout.isTTY && { columns: stdout.columns || 80 }),
    print: isPrinting ? write : () => {},
    write,
    headline: (text) => noteToPeople(paintNotes("bold", text)),
    log: (line) => noteToPeople(paintNotes("dim", redactor.clean(line))),
    note,
    warn,
    atEnd: (each) => void cleanUps.push(each),
    askLine: (prompt) => readLine(prompt, interruption),
    async ask(question, answers) {
      for (;;) {
        const text = (await readLine({ question }, interruption)).trim().toLowerCase();
        const answer = answers.find((each) => each === text || (text !== "" && each.startsWith(text)));
        if (answer !== undefined) return answer;
      }
    },
    [Symbol.dispose]() {
      for (const name of signals) process.off(name, interrupt);
      process.off("exit", cleanUp);
      cleanUp();
      interruption[Symbol.dispose]();
    },
  };
}
