import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

/** All that can go on by itself has done so. */
const settled = () => new Promise(setImmediate);

/** What is under way ends when the test says so. */
function arena({
  tells = () => true,
  isWorth = () => true,
  others,
}: {
  tells?: (subject: string) => boolean;
  isWorth?: (told: number) => boolean;
  others?: () => Promise<void>;
} = {}) {
  const told: string[] = [];
  const ends: (() => void)[] = [];
  const busy = async (what: string) => {
    told.push(what);
    const { promise, resolve } = Promise.withResolvers<void>();
    ends.push(resolve);
    await promise;
  };
  let looks = 0;
  const ask = createTurns<string>(() => {
    const look = ++looks;
    const made = busy(`look ${look}`);
    return {
      isWorth,
      async tell(subject) {
        await made;
        return tells(subject) ? `${subject} by look ${look}` : undefined;
      },
    };
  }, others);
  return {
    told,
    ask: (subject: string) =>
      ask(subject, async () => {
        await busy(subject);
        return `${subject} alone`;
      }),
    /** Ends what is under way. */
    async end() {
      await settled();
      for (const end of ends.splice(0)) end();
      await settled();
    },
  };
}

test("who asks while another is answered waits, and shares the next look with those who wait", async () => {
  const { ask, end, told } = arena();
  const first = ask("a");
  const others = Promise.all(["b", "c", "d"].map(ask));
  await settled();
  expect(told).toEqual(["a"]);
  await end();
  expect(told).toEqual(["a", "look 1"]);
  // It has begun before they have asked.
  const later = Promise.all(["e", "f", "b"].map(ask));
  await end();
  expect(await first).toBe("a alone");
  expect(await others).toEqual(["b by look 1", "c by look 1", "d by look 1"]);
  await end();
  expect(await later).toEqual(["e by look 2", "f by look 2", "b by look 2"]);
});

test("few look by themselves, and one that fails says so to itself alone", async () => {
  const ask = createTurns<string>(() => {
    throw new Error("not for two");
  });
  const failing = ask("a", async () => {
    await Promise.resolve();
    throw new Error("no answer");
  });
  const others = Promise.all(["b", "c"].map((subject) => ask(subject, async () => subject)));
  await expect(failing).rejects.toThrow("no answer");
  expect(await others).toEqual(["b", "c"]);
});

test("what a look does not tell is asked for alone, and a look that was not worth it is the last", async () => {
  const { ask, end, told } = arena({ tells: (subject) => subject === "b", isWorth: (count) => count > 1 });
  void ask("a");
  const others = Promise.all(["b", "c", "d"].map(ask));
  await end();
  await end();
  await end();
  expect(await others).toEqual(["b by look 1", "c alone", "d alone"]);
  for (const subject of ["e", "f", "g", "h"]) void ask(subject);
  await settled();
  expect(told).toEqual(["a", "look 1", "c", "d", "e", "f", "g", "h"]);
  await end();
});

test("those who were busy when the first asked share its look", async () => {
  const { promise: written, resolve: write } = Promise.withResolvers<void>();
  const { ask, end, told } = arena({ others: () => written });
  const answers = [ask("a")];
  await settled();
  expect(told).toEqual([]);
  answers.push(ask("b"), ask("c"));
  write();
  await end();
  expect(told).toEqual(["look 1"]);
  expect(await Promise.all(answers)).toEqual(["a by look 1", "b by look 1", "c by look 1"]);
});
