import { expect, test } from "vitest";
import { createManualClock } from "../clock.ts";
import { createSaver } from "./saver.ts";

function start(save: () => Promise<void>) {
  const clock = createManualClock(0);
  const failures: unknown[] = [];
  return {
    clock,
    failures,
    saver: createSaver(save, clock.schedule, (error) => failures.push(error)),
  };
}

test("many changes become one save, a while later", async () => {
  let saves = 0;
  const { clock, saver } = start(async () => void saves++);
  for (let change = 0; change < 5; change++) saver.changed();
  expect(saves).toBe(0);
  await clock.advance(1000);
  expect(saves).toBe(1);
  await clock.advance(1000);
  expect(saves).toBe(1);
});

test("a change during a save asks for another one", async () => {
  let saves = 0;
  const { clock, saver } = start(async () => {
    if (++saves === 1) saver.changed();
  });
  saver.changed();
  await clock.advance(1000);
  expect(saves).toBe(2);
});

test("a save that fails is told, and the next change tries again; the last one's failure reaches the caller", async () => {
  let isFull = true;
  const { clock, saver, failures } = start(async () => {
    if (isFull) throw new Error("no space");
  });
  saver.changed();
  await clock.advance(1000);
  expect(failures).toMatchObject([{ message: "no space" }]);
  isFull = false;
  saver.changed();
  await clock.advance(1000);
  expect(failures).toHaveLength(1);
  isFull = true;
  await expect(saver.close()).rejects.toThrow("no space");
});

test("at the end it is saved at once, and then no more", async () => {
  let saves = 0;
  const { clock, saver } = start(async () => void saves++);
  saver.changed();
  await saver.close();
  saver.changed();
  await clock.advance(1000);
  expect(saves).toBe(1);
});
