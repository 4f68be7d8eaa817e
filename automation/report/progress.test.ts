import { expect, test } from "vitest";
import { formatWarning, formatWritten } from "../../provider/engine/record/progress.ts";
import type { EngineEvent } from "../engines/engine.ts";
import { createReview } from "../review/model.ts";
import { plain } from "../terminal/paint.ts";
import { createDocumentRedactor } from "../terminal/redact.ts";
import { createProgress } from "./progress.ts";

const urnOf = (name: string) => `urn:pulumi:dev::demo::t:T:T::${name}`;
const step = (kind: "resourcePreEvent" | "resOutputsEvent" | "resOpFailedEvent", name: string) => {
  const side = { urn: urnOf(name), type: "t:T:T", id: "", parent: "", inputs: {}, outputs: {}, provider: "" };
  const metadata = { ...side, op: "create", old: null, new: side, detailedDiff: null };
  return { sequence: 0, timestamp: 0, [kind]: { metadata } } as unknown as EngineEvent;
};
const message = (text: string, severity = "info") =>
  ({
    sequence: 0,
    timestamp: 0,
    diagnosticEvent: { message: `${text}\n`, severity, color: "never" },
  }) as unknown as EngineEvent;
const written = (name: string, done: number, total: number, rate: number) =>
  message(formatWritten({ name, done, total, rate }));

/** What is printed for events, each with the milliseconds that pass before it. */
function shown(isTTY: boolean, events: readonly (readonly [number, EngineEvent | "tick"])[], columns = 200) {
  let now = 0;
  let tick = () => {};
  let text = "";
  const to = { isTTY, columns, write: (more: string) => (text += more) };
  const progress = createProgress("Updating (dev)", to, plain, createDocumentRedactor().clean, {
    now: () => now,
    every(_ms, task) {
      tick = task;
      return () => {
        tick = () => {};
      };
    },
  });
  const review = createReview("up");
  for (const [ms, event] of events) {
    now += ms;
    if (event === "tick") tick();
    else {
      review.add(event);
      progress.show(event, review.current);
    }
  }
  progress.end();
  return text;
}

const ERASE = "\r\u001b[2K";
const drawn = (text: string) => text.split(ERASE).filter((line) => line !== "");

test("a terminal has one line with resources, keys, rate and time, and nothing is left of it", () => {
  const text = shown(true, [
    [1000, step("resourcePreEvent", "dr")],
    [1000, step("resOutputsEvent", "dr")],
    [1000, step("resourcePreEvent", "app")],
    [3000, written("app", 1501, 3000, 420)],
    [1000, written("other", 500, 9000, 80)],
    [1000, message("app: 3000 created")],
    [1000, "tick"],
  ]);
  expect(drawn(text)).toEqual([
    "Updating (dev) 0s",
    "Updating (dev) 1s · 0 of 1 resources · dr creating",
    "Updating (dev) 2s · 1 of 1 resources · dr",
    "Updating (dev) 3s · 1 of 2 resources · app creating",
    "Updating (dev) 6s · 1 of 2 resources · 1,501 of 3,000 keys, 420/s · app creating",
    "Updating (dev) 7s · 1 of 2 resources · 2,001 of 12,000 keys, 500/s · app creating",
    "Updating (dev) 8s · 1 of 2 resources · 3,500 of 12,000 keys, 80/s · app: 3000 created",
    "Updating (dev) 9s · 1 of 2 resources · 3,500 of 12,000 keys, 80/s · app: 3000 created",
  ]);
  expect(text.endsWith(ERASE)).toBe(true);
  expect(text).not.toContain("\n");
});

test("a terminal's line is never longer than the terminal, and not drawn for each event", () => {
  const events = Array.from({ length: 1000 }, (_, i) => [1, step("resourcePreEvent", `sync-${i}`)] as const);
  const lines = drawn(shown(true, events, 40));
  expect(lines.length).toBeLessThan(12);
  for (const line of lines) expect(line.length).toBeLessThan(40);
});

test("elsewhere each resource has a line, and what is written one every few seconds at most", () => {
  const text = shown(false, [
    [0, step("resourcePreEvent", "app")],
    [3000, written("app", 100, 3000, 33)],
    [1000, written("app", 900, 3000, 300)],
    [1000, written("other", 200, 1000, 50)],
    [1000, written("app", 1700, 3000, 300)],
    [500, written("other", 400, 1000, 50)],
    [0, message("app: 3000 created")],
    [0, step("resOutputsEvent", "app")],
    [0, step("resOutputsEvent", "app")],
  ]);
  expect(text.split("\n")).toEqual([
    "app: 100 of 3000 changes written, 33 a second",
    "2 syncs: 1900 of 4000 changes written, 350 a second",
    "app: 3000 created",
    "+ app created",
    "",
  ]);
});

test("a failed resource is told as such; errors and warnings are left to the report", () => {
  const text = shown(false, [
    [0, step("resourcePreEvent", "app")],
    [0, message("refused", "error")],
    [0, step("resOpFailedEvent", "app")],
  ]);
  expect(text).toBe("+ app creating failed\n");
});

test("a warning of the provider is left to the report, too, and a long silence is broken", () => {
  const text = shown(false, [
    [0, step("resourcePreEvent", "app")],
    [1000, message(formatWarning("app: to be noticed"))],
    [15_000, "tick"],
    [15_000, "tick"],
    [15_000, "tick"],
    [15_000, message("app: 3000 created")],
    [15_000, "tick"],
  ]);
  expect(text).toBe("Updating (dev) goes on: 31s, 0 of 1 resources\napp: 3000 created\n");
});

test.each([undefined, 0])("a terminal that has %s columns is told whole words", (columns) => {
  let text = "";
  const to = {
    isTTY: true,
    ...(columns !== undefined && { columns }),
    write: (more: string) => (text += more),
  };
  createProgress("Previewing update (dev)", to, (_, part) => part, String).end();
  expect(text).toContain("Previewing update (dev) 0s");
});

test.each([true, false])("hostile names move no cursor and begin no line (terminal: %s)", (isTTY) => {
  const name = "a\u001b[2J\u001b]0;title\u0007\u009b1A\rb";
  const text = shown(isTTY, [
    [1000, step("resourcePreEvent", name)],
    [1000, written(name, 1, 2, 3)],
    [3000, message(`${name}: x`)],
    [1000, step("resOutputsEvent", name)],
  ]).replaceAll(ERASE, "");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});
