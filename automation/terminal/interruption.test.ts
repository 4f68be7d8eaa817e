import { expect, test } from "vitest";
import { BridgeError } from "../../provider/errors.ts";
import { EngineError } from "../engines/engine.ts";
import { EXIT } from "./exit-codes.ts";
import { createInterruption, exitCodeOfStop, nameStop } from "./interruption.ts";

/** Time passes by `pass`, and ending the process is only noted. */
function scene(timeoutMs?: number) {
  const told: string[] = [];
  const exits: number[] = [];
  let timers: { at: number; task: () => void }[] = [];
  let now = 0;
  const interruption = createInterruption(timeoutMs, {
    tell: (text) => told.push(text.trim()),
    exit: (code) => exits.push(code),
    after(ms, task) {
      const timer = { at: now + ms, task };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
  });
  const pass = (ms: number) => {
    now += ms;
    const due = timers.filter(({ at }) => at <= now);
    timers = timers.filter(({ at }) => at > now);
    for (const { task } of due) task();
  };
  return { interruption, told, exits, pass, open: () => timers.length };
}

test("Ctrl-C once stops, twice ends at once", () => {
  const { interruption, told, exits } = scene();
  interruption.interrupt();
  expect(interruption.signal.reason).toMatchObject({ code: "cancelled" });
  expect(exits).toEqual([]);
  interruption.interrupt();
  expect(exits).toEqual([EXIT.cancelled]);
  expect(told).toEqual([expect.stringMatching(/^Cancelling/), expect.stringMatching(/^Ended at once/)]);
});

test("a deadline stops as Ctrl-C does, and ends at once what does not stop in half a minute", () => {
  const { interruption, told, exits, pass } = scene(600_000);
  pass(599_000);
  expect(interruption.signal.aborted).toBe(false);
  pass(1000);
  expect(interruption.signal.reason).toMatchObject({ code: "timed-out", message: /within 10m/ });
  expect(told).toEqual([expect.stringMatching(/^The deadline of 10m \(--timeout\) has passed/)]);
  pass(29_000);
  expect(exits).toEqual([]);
  pass(1000);
  expect(exits).toEqual([EXIT.timeout]);
});

test("after a deadline one Ctrl-C ends at once, and the deadline is what it failed of", () => {
  const { interruption, exits, pass } = scene(1000);
  pass(1000);
  interruption.interrupt();
  expect(exits).toEqual([EXIT.timeout]);
});

test("a deadline that was not needed leaves no timer, nor does one after Ctrl-C", () => {
  const ended = scene(1000);
  ended.interruption[Symbol.dispose]();
  expect(ended.open()).toBe(0);
  const cancelled = scene(1000);
  cancelled.interruption.interrupt();
  expect(cancelled.open()).toBe(0);
});

test("a failure is named after what has stopped it", () => {
  const cancelled = new EngineError("cancelled", "The update was cancelled.", { hint: "what to do" });
  const other = new EngineError("locked", "It is locked.");
  const byHand = scene();
  byHand.interruption.interrupt();
  expect(nameStop(cancelled, byHand.interruption.signal)).toBe(cancelled);
  expect(exitCodeOfStop(EXIT.cancelled, byHand.interruption.signal)).toBe(EXIT.cancelled);

  const late = scene(90_000);
  late.pass(90_000);
  expect(nameStop(cancelled, late.interruption.signal)).toMatchObject({
    code: "timed-out",
    message: "Not done within 90s (--timeout). The update was cancelled.",
    hint: "what to do",
  });
  expect(nameStop(new BridgeError("cancelled", "It was stopped."), late.interruption.signal)).toMatchObject({
    code: "timed-out",
    message: "Not done within 90s (--timeout). It was stopped.",
  });
  expect(nameStop(other, late.interruption.signal)).toBe(other);
  expect(exitCodeOfStop(EXIT.cancelled, late.interruption.signal)).toBe(EXIT.timeout);
  expect(exitCodeOfStop(EXIT.resource, late.interruption.signal)).toBe(EXIT.resource);
});
