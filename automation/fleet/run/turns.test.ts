import { expect, it } from "vitest";
import { createTurns } from "./turns.ts";

it("shares what is new enough, and begins the next look for all who need a newer one", async () => {
  let time = 10;
  const { since } = createTurns(() => time);
  const answers: PromiseWithResolvers<string>[] = [];
  const ask = () => {
    const answer = Promise.withResolvers<string>();
    answers.push(answer);
    return answer.promise;
  };
  const first = since("a", 5, ask);
  const same = since("a", 10, ask);
  const later = [since("a", 11, ask), since("a", 12, ask)];
  const other = since("b", 5, ask);
  expect(answers).toHaveLength(2);
  time = 20;
  answers[0]?.resolve("first");
  expect(await Promise.all([first, same])).toEqual(["first", "first"]);
  answers[2]?.resolve("second");
  expect(await Promise.all(later)).toEqual(["second", "second"]);
  expect(await since("a", 20, ask)).toBe("second");
  expect(answers).toHaveLength(3);
  answers[1]?.resolve("other");
  expect(await other).toBe("other");
});

it("asks again after a failure", async () => {
  const { since } = createTurns(() => 10);
  await expect(since("a", 5, async () => Promise.reject(new Error("away")))).rejects.toThrow("away");
  expect(await since("a", 5, async () => "back")).toBe("back");
});
