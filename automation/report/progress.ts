/** Tells that something goes on: one line that is rewritten on a terminal, lines elsewhere. */

import {
  formatWritten,
  isLineOf,
  parseWarning,
  parseWritten,
  projectsIn,
  type Written,
} from "../../provider/engine/record/progress.ts";
import { oneLine } from "../../provider/printable.ts";
import type { EngineEvent } from "../engines/engine.ts";
import { plainText } from "../engines/plain-text.ts";
import type { ResourceReview } from "../review/model.ts";
import { wordsOf } from "../review/operations.ts";
import type { Paint } from "../terminal/paint.ts";
import { number } from "./counts.ts";

export interface Progress {
  show(event: EngineEvent, current: ResourceReview | undefined): void;
  /** Takes the line away. */
  end(): void;
}

interface Terminal {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Calls again and again; gives what ends that. */
  every(ms: number, task: () => void): () => void;
}

const CLOCK: Clock = {
  now: () => performance.now(),
  every(ms, task) {
    const timer = setInterval(task, ms).unref();
    return () => clearInterval(timer);
  },
};

const REDRAW_MS = 100;
/** Between two lines that tell how much is written. */
const LINE_MS = 3000;
/** So long a silence is broken, where no line is redrawn: a single request may take minutes. */
const SILENCE_MS = 30_000;

/** @param clean takes out of a text what is not to be printed */
export function createProgress(
  title: string,
  to: Terminal,
  paint: Paint,
  clean: (text: string) => string,
  clock = CLOCK,
): Progress {
  const startedAt = clock.now();
  const seconds = () => Math.round((clock.now() - startedAt) / 1000);
  const begun = { title, to, paint, clean, clock, seconds, resources: countResources(), keys: countKeys() };
  return (to.isTTY === true ? onTerminal : inLines)(begun);
}

/** What both forms are made of: whom to tell, and what is counted from the start on. */
interface Begun {
  title: string;
  to: Terminal;
  paint: Paint;
  clean: (text: string) => string;
  clock: Clock;
  seconds: () => number;
  resources: ReturnType<typeof countResources>;
  keys: ReturnType<typeof countKeys>;
}

/** Where nobody wants to know. */
export const NO_PROGRESS: Progress = { show() {}, end() {} };

function onTerminal({ title, to, paint, clean, clock, seconds, resources, keys }: Begun): Progress {
  let drawnAt = 0;
  let detail = "";
  const draw = () => {
    const parts = [`${title} ${seconds()}s`, resources.text(), keys.text(), detail];
    const line = parts.filter((part) => part !== "").join(" · ");
    // Some terminals say that they have no columns.
    to.write(`\r\u001b[2K${paint("dim", line.slice(0, (to.columns || 80) - 1))}`);
    drawnAt = clock.now();
  };
  const stop = clock.every(1000, draw);
  draw();
  return {
    show(event, current) {
      resources.add(event);
      const message = messageOf(event);
      const isCounted = message !== undefined && keys.add(message);
      if (!isCounted)
        detail = inOneLine(message === undefined ? (workOn(current) ?? detail) : clean(message));
      if (clock.now() - drawnAt >= REDRAW_MS) draw();
    },
    end() {
      stop();
      to.write("\r\u001b[2K");
    },
  };
}

/**
 * One line per resource that is done, what the provider tells meanwhile, and now and then how much is written; after a long
 * silence, that it goes on. Warnings are told at the end, under the result.
 */
function inLines({ title, to, paint, clean, clock, seconds, resources, keys }: Begun): Progress {
  const told = new Set<string>();
  let toldAt = clock.now();
  let toldKeysAt = Number.NEGATIVE_INFINITY;
  const write = (line: string) => {
    to.write(`${line}\n`);
    toldAt = clock.now();
  };
  const stop = clock.every(SILENCE_MS / 2, () => {
    if (clock.now() - toldAt < SILENCE_MS) return;
    write([`${title} goes on: ${seconds()}s`, resources.text()].filter((part) => part !== "").join(", "));
  });
  return {
    show(event, current) {
      resources.add(event);
      const message = messageOf(event);
      if (message !== undefined && !keys.add(message)) {
        if (parseWarning(message) === undefined) write(asLines(clean(message)));
      } else if (message !== undefined && clock.now() - toldKeysAt >= LINE_MS) {
        write(oneLine(keys.line()));
        toldKeysAt = clock.now();
      }
      const isDone = event.resOutputsEvent?.planning !== true && event.resOutputsEvent !== undefined;
      if (!(isDone || event.resOpFailedEvent) || !current || current.operation === "same") return;
      // A stack is done a second time when its outputs are.
      if (told.has(current.urn)) return;
      told.add(current.urn);
      const { sign, color, done, running } = wordsOf(current.operation);
      const word = current.status === "failed" ? `${running} failed` : done;
      write(`${paint(color, sign)} ${oneLine(current.name)} ${word}`);
    },
    end: stop,
  };
}

/** Counts resources that are begun and done; more may be to come. */
function countResources() {
  const begun = new Set<string>();
  const done = new Set<string>();
  return {
    add({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }: EngineEvent) {
      if (resourcePreEvent) begun.add(resourcePreEvent.metadata.urn);
      const ended = resOutputsEvent ?? resOpFailedEvent;
      if (ended) done.add(ended.metadata.urn);
    },
    text() {
      const total = new Set([...begun, ...done]).size;
      return total === 0 ? "" : `${number(done.size)} of ${number(total)} resources`;
    },
  };
}

/** Sums up what the syncs that write tell of it. */
function countKeys() {
  const syncs = new Map<string, Written>();
  const sum = (field: "done" | "total" | "rate") =>
    [...syncs.values()].reduce((all, sync) => all + sync[field], 0);
  return {
    /** Takes a message if it tells how much is written. */
    add(message: string): boolean {
      const written = parseWritten(message);
      if (written) {
        syncs.set(written.name, written);
        return true;
      }
      // What else a sync tells, it tells when all is written.
      for (const [name, { total }] of syncs)
        if (isLineOf(name, message)) syncs.set(name, { name, done: total, total, rate: 0 });
      return false;
    },
    text() {
      if (syncs.size === 0) return "";
      return `${number(sum("done"))} of ${number(sum("total"))} keys, ${number(sum("rate"))}/s`;
    },
    line() {
      const [only] = syncs.values();
      if (only && syncs.size === 1) return formatWritten(only);
      const name = `${syncs.size} syncs`;
      return formatWritten({ name, done: sum("done"), total: sum("total"), rate: sum("rate") });
    },
  };
}

function workOn(current: ResourceReview | undefined): string | undefined {
  if (!current) return undefined;
  return current.status === "running"
    ? `${current.name} ${wordsOf(current.operation).running}`
    : current.name;
}

function messageOf({ diagnosticEvent }: EngineEvent): string | undefined {
  if (diagnosticEvent?.severity !== "info" && diagnosticEvent?.severity !== "info#err") return undefined;
  const message = plainText(diagnosticEvent.message);
  return projectsIn(message) ? undefined : message;
}

const inOneLine = (text: string) => oneLine(text).replaceAll(/\s+/g, " ").trim();
/** What a program prints may have several lines; only the first begins where ours do. */
const asLines = (text: string) => text.replaceAll("\n", "\n  ");
