import { expect, test } from "vitest";
import { createSaver } from "./saver.ts";

/** Saves that wait until they are let go. */
function start() {
  const saves: { done(): void; fail(error: Error): void }[] = [];
  let world = 0;
  const saved: number[] = [];
  const saver = createSaver(() => {
    const read = world;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    saves.push({
      done() {
        saved.push(read);
        resolve();
      },
      fail: reject,
    });
    return promise;
  });
  return {
    saver,
    saves,
    saved,
    change() {
      world++;
      return saver.saved();
    },
  };
}

const turns = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

test("changes of one turn become one save; those during a save share the next", async () => {
  const { saves, saved, change } = start();
  const first = [change(), change(), change()];
  await turns();
  expect(saves).toHaveLength(1);
  const second = [change(), change()];
  await turns();
  expect(saves).toHaveLength(1);
  saves[0]?.done();
  await Promise.all(first);
  expect(saved).toEqual([3]);
  await turns();
  expect(saves).toHaveLength(2);
  saves[1]?.done();
  await Promise.all(second);
  expect(saved).toEqual([3, 5]);
});

test("who waits is told of a save that failed, and the next change tries again", async () => {
  const { saves, saved, change } = start();
  const failing = change();
  await turns();
  const later = change();
  saves[0]?.fail(new Error("no space"));
  await expect(failing).rejects.toThrow("no space");
  await turns();
  saves[1]?.done();
  await later;
  expect(saved).toEqual([2]);
});

test("the end waits for the save in progress and saves a last time, and then no more", async () => {
  const { saver, saves, saved, change } = start();
  const before = change();
  await turns();
  const late = change();
  const end = saver.close();
  saves[0]?.done();
  await before;
  await turns();
  saves[1]?.done();
  await Promise.all([late, end, saver.close()]);
  await change();
  expect(saved).toEqual([1, 2]);
});
