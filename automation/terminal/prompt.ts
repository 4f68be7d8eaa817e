/** Reads one line from the terminal. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { EngineError } from "../engines/engine.ts";
import type { Interruption } from "./interruption.ts";

export interface Prompt {
  question: string;
  /** What is typed is not shown. */
  isHidden?: boolean;
}

/**
 * @param interruption is told of Ctrl-C on the terminal, and ends the question
 * @throws EngineError `cancelled`
 */
export async function readLine(
  { question, isHidden }: Prompt,
  interruption: Pick<Interruption, "signal" | "interrupt">,
): Promise<string> {
  const { stdin, stderr } = process;
  const prompt = `${question} `;
  if (isHidden) stderr.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  // The interface writes what is typed by itself; where it may not, it writes to nowhere.
  const lines = isHidden
    ? createInterface({ input: stdin, output: silent, terminal: true, historySize: 0 })
    : createInterface({ input: stdin, output: stderr });
  // The interface takes Ctrl-C for itself, on a terminal; the end of the input would never answer.
  lines.on("SIGINT", interruption.interrupt);
  const ended = new AbortController();
  lines.once("close", () => ended.abort());
  try {
    const signal = AbortSignal.any([interruption.signal, ended.signal]);
    return await lines.question(isHidden ? "" : prompt, { signal });
  } catch (cause) {
    throw new EngineError("cancelled", "Cancelled; nothing was changed.", { cause });
  } finally {
    lines.close();
    if (isHidden) stderr.write("\n");
  }
}
