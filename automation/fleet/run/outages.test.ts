import { expect, it } from "vitest";
import { BridgeError } from "../../../provider/errors.ts";
import { createOutages } from "./outages.ts";

const A = "https://a.example";
const away = new BridgeError("timeout", "a.example did not answer in time.");
const fail = async () => {
  throw away;
};

it("lets one at a time ask an instance that did not answer, and everybody once it does again", async () => {
  const { guard } = createOutages();
  expect(await guard(A, async () => 1)).toBe(1);
  await expect(guard(A, fail)).rejects.toBe(away);
  const answer = Promise.withResolvers<number>();
  const first = guard(A, () => answer.promise);
  await expect(guard(A, async () => 2)).rejects.toBe(away);
  expect(await guard("https://b.example", async () => 3)).toBe(3);
  answer.resolve(4);
  expect(await first).toBe(4);
  expect(await Promise.all([guard(A, async () => 5), guard(A, async () => 6)])).toEqual([5, 6]);
});

it("is not put off by an answer that is a refusal", async () => {
  const { guard } = createOutages();
  const refused = new BridgeError("forbidden", "No.");
  await expect(guard(A, () => Promise.reject(refused))).rejects.toBe(refused);
  const both = [guard(A, async () => 1), guard(A, async () => 2)];
  expect(await Promise.all(both)).toEqual([1, 2]);
});
