/** Tells that something goes on: one line that is rewritten on a terminal, lines elsewhere. */
import type { EngineEvent } from "../engines/engine.ts";
import { plainText } from "../engines/plain-text.ts";
import type { ResourceReview } from "./model.ts";
import { wordsOf } from "./operations.ts";
import type { Paint } from "./paint.ts";

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

const REDRAW_MS = 100;

export function createProgress(
  title: string,
  to: Terminal,
  paint: Paint,
  clean: (text: string) => string,
): Progress {
  return to.isTTY === true ? onTerminal(title, to, paint, clean) : inLines(to, paint, clean);
}

function onTerminal(title: string, to: Terminal, paint: Paint, clean: (text: string) => string): Progress {
  const startedAt = Date.now();
  let drawnAt = 0;
  let detail = "";
  const draw = () => {
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    const line = `${title} ${seconds}s ${detail}`.slice(0, (to.columns ?? 80) - 1);
    to.write(`\r\u001b[2K${paint("dim", line)}`);
    drawnAt = Date.now();
  };
  const timer = setInterval(draw, 1000);
  timer.unref();
  draw();
  return {
    show(event, current) {
      detail = clean(detailOf(event, current) ?? detail).replaceAll("\n", " ");
      if (Date.now() - drawnAt >= REDRAW_MS) draw();
    },
    end() {
      clearInterval(timer);
      to.write("\r\u001b[2K");
    },
  };
}

/** One line per resource that is done, and what the provider tells meanwhile. */
function inLines(to: Terminal, paint: Paint, clean: (text: string) => string): Progress {
  const told = new Set<string>();
  return {
    show(event, current) {
      const message = messageOf(event);
      if (message !== undefined) to.write(`${clean(message)}\n`);
      const isDone = event.resOutputsEvent?.planning !== true && event.resOutputsEvent !== undefined;
      if (!(isDone || event.resOpFailedEvent) || !current || current.operation === "same") return;
      // A stack is done a second time when its outputs are.
      if (told.has(current.urn)) return;
      told.add(current.urn);
      const { sign, color, done, running } = wordsOf(current.operation);
      const word = current.status === "failed" ? `${running} failed` : done;
      to.write(`${paint(color, sign)} ${clean(current.name)} ${word}\n`);
    },
    end: () => {},
  };
}

function detailOf(event: EngineEvent, current: ResourceReview | undefined): string | undefined {
  const message = messageOf(event);
  if (message !== undefined) return message;
  return (
    current && `${current.name} ${current.status === "running" ? wordsOf(current.operation).running : ""}`
  );
}

function messageOf({ diagnosticEvent }: EngineEvent): string | undefined {
  if (diagnosticEvent?.severity !== "info" && diagnosticEvent?.severity !== "info#err") return undefined;
  return plainText(diagnosticEvent.message);
}
