import { expect, test } from "vitest";
import { runPool } from "./pool.ts";

/** Tasks whose ends the test decides. */
function controlled(count: number) {
  const started: number[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const tasks = Array.from({ length: count }, (_, index) => () => {
    started.push(index);
    ends[index] = Promise.withResolvers<void>();
    return ends[index].promise;
  });
  return {
    started,
    end: (index: number) => ends[index] as PromiseWithResolvers<void>,
    tasks: tasks.values(),
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("runs so many at a time, and all in the end", async () => {
  const { started, end, tasks } = controlled(4);
  const pool = runPool(tasks, 2);
  expect(started).toEqual([0, 1]);
  end(1).resolve();
  await turn();
  expect(started).toEqual([0, 1, 2]);
  for (const index of [0, 2]) end(index).resolve();
  await turn();
  end(3).resolve();
  expect(await pool).toBeUndefined();
});

test("after a failure it starts no more, but waits for those under way", async () => {
  const { started, end, tasks } = controlled(5);
  let settled = false;
  const pool = runPool(tasks, 3).finally(() => {
    settled = true;
  });
  end(1).reject(new Error("first"));
  await turn();
  end(0).resolve();
  await turn();
  expect(settled).toBe(false);
  expect(started).toEqual([0, 1, 2]);
  end(2).reject(new Error("second"));
  expect(await pool).toEqual({ error: new Error("first") });
});

test("a failure with nothing in it is still a failure", async () => {
  const { end, tasks } = controlled(1);
  const pool = runPool(tasks, 1);
  end(0).reject(undefined);
  expect(await pool).toEqual({ error: undefined });
});

test("writes under way are awaited when the next one cannot even be made", async () => {
  const { end, tasks } = controlled(1);
  function* breaking() {
    yield* tasks;
    throw new Error("cannot encode");
  }
  let settled = false;
  const pool = runPool(breaking(), 3).finally(() => {
    settled = true;
  });
  await turn();
  expect(settled).toBe(false);
  end(0).resolve();
  expect(await pool).toEqual({ error: new Error("cannot encode") });
});
