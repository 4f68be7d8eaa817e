import { describe, expect, test } from "vitest";
import { createGate, type GateOptions } from "./gate.ts";
import type { Outcome } from "./request.ts";

const answer = (headers: Record<string, string> = {}, status = 200): Outcome => ({
  kind: "response",
  status,
  headers,
  text: "",
});
const left = (remaining: number, reset = 30) =>
  answer({ "x-ratelimit-remaining": String(remaining), "x-ratelimit-reset": String(reset) });

/** A gate over a clock that the test moves, and requests whose answers the test gives. */
function stage(options: GateOptions = {}) {
  let now = 1_000_000;
  const timers: { at: number; ring: () => void }[] = [];
  const gate = createGate(
    {
      now: () => now,
      delay: (ms, signal) =>
        new Promise((ring, reject) => {
          timers.push({ at: now + ms, ring: () => ring(undefined) });
          signal.addEventListener("abort", reject);
        }),
    },
    options,
  );
  const started: string[] = [];
  const answers = new Map<string, (outcome: Outcome) => void>();
  const send = (name: string, over: { isRepetition?: boolean; signal?: AbortSignal } = {}) => {
    const turn = { lane: name.slice(0, 1), isRepetition: false, signal: undefined, ...over };
    return gate.pass(turn, () => {
      started.push(name);
      return new Promise<Outcome>((resolve) => answers.set(name, resolve));
    });
  };
  return {
    gate,
    started,
    send,
    async ask(names: string) {
      const ends = names.split(" ").map((name) => send(name));
      await turn();
      return ends;
    },
    async answer(name: string, outcome: Outcome = answer()) {
      answers.get(name)?.(outcome);
      await turn();
    },
    async pass(ms: number) {
      now += ms;
      for (const { at, ring } of timers.splice(0))
        if (at <= now) ring();
        else timers.push({ at, ring });
      await turn();
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("so many at a time, the lanes in turn, each in its order", async () => {
  const { ask, started, answer } = stage({ width: 1 });
  await ask("a1 a2 a3 b1 b2 c1");
  for (const name of ["a1", "a2", "b1", "c1", "a3", "b2"]) {
    expect(started.at(-1)).toBe(name);
    await answer(name);
  }
});

test("a repetition goes ahead of those who have not begun", async () => {
  const { ask, send, started, answer } = stage({ width: 1 });
  await ask("a1 b1");
  void send("c1", { isRepetition: true });

  await answer("a1");
  expect(started).toEqual(["a1", "c1"]);
});

describe("what the host tells of its limit", () => {
  test("no more are under way than are left", async () => {
    const { ask, started, answer } = stage();
    await ask("a1 b1 c1 d1 e1");
    await answer("a1", left(2));
    expect(started).toHaveLength(5);
    await ask("f1 g1 h1");
    for (const name of ["b1", "c1", "d1"]) await answer(name, left(1));
    expect(started).toHaveLength(5);
    await answer("e1", left(1));
    expect(started).toEqual(["a1", "b1", "c1", "d1", "e1", "f1"]);
  });

  test("none left: all wait for the reset, and go on", async () => {
    const pauses: number[] = [];
    const { ask, started, answer, pass } = stage({ onPause: (ms) => pauses.push(ms) });
    await ask("a1");
    await answer("a1", left(0, 30));
    await ask("a2 b1");
    await pass(29_999);
    expect(started).toEqual(["a1"]);
    await pass(1);
    // One alone at first: it tells whether the limit is really renewed.
    expect(started).toEqual(["a1", "a2"]);
    await answer("a2", left(100));
    expect(started).toEqual(["a1", "a2", "b1"]);
    expect(pauses).toEqual([30_000]);
  });

  test("of two limits the stricter one counts, until its reset", async () => {
    const { ask, started, answer, pass } = stage();
    await ask("a1 b1");
    await answer("a1", left(1, 10));
    await answer("b1", left(500, 10));
    await ask("a2 b2");
    expect(started).toEqual(["a1", "b1", "a2"]);
    await pass(10_000);
    await answer("a2", left(500));
    await ask("c1 d1");
    expect(started).toEqual(["a1", "b1", "a2", "b2", "c1", "d1"]);
  });

  test("a host that tells nothing is bounded by the width alone", async () => {
    const { ask, started, answer } = stage({ width: 2 });
    await ask("a1 b1 c1");
    await answer("a1");
    expect(started).toEqual(["a1", "b1", "c1"]);
  });
});

test("a refusal pauses everybody; a longer one makes it longer", async () => {
  const { ask, gate, started, pass } = stage();
  gate.pause(1000);
  await ask("a1");
  await pass(500);
  gate.pause(1000);
  await pass(999);
  expect(started).toEqual([]);
  await pass(1);
  expect(started).toEqual(["a1"]);
});

describe("who is cancelled", () => {
  test("leaves the queue, and what follows goes on", async () => {
    const { ask, send, started, answer } = stage({ width: 1 });
    const controller = new AbortController();
    await ask("a1");
    const cancelled = send("b1", { signal: controller.signal });
    await ask("c1");
    controller.abort();
    expect(await cancelled).toMatchObject({ kind: "failure", reason: "cancelled" });
    await answer("a1");
    expect(started).toEqual(["a1", "c1"]);
  });

  test("does not even enter", async () => {
    const { send, started } = stage();
    expect(await send("a1", { signal: AbortSignal.abort() })).toMatchObject({ reason: "cancelled" });
    expect(started).toEqual([]);
  });

  test("closing: those under way end, nobody else begins", async () => {
    const { ask, gate, started, answer } = stage({ width: 1 });
    const [first, second] = await ask("a1 b1");
    gate.close();
    expect(await second).toMatchObject({ reason: "cancelled" });
    await answer("a1");
    expect(await first).toMatchObject({ kind: "response" });
    expect(await (await ask("c1"))[0]).toMatchObject({ reason: "cancelled" });
    expect(started).toEqual(["a1"]);
  });
});
