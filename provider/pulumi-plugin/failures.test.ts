import { expect, test } from "vitest";
import { serviceError } from "./failures.ts";

/** What HTTP/2 takes of one header, and gRPC sends every byte beyond ASCII in three. */
const HEADER_BYTES = 65_536;
const sentLength = (text: string) => Buffer.from(encodeURIComponent(text)).length;

test.each(["x", "é", "🔑"])(
  "an error of many %s is cut before it is too long to be sent, and at a character",
  (character) => {
    const { details = "" } = serviceError(new Error(character.repeat(70_000)));
    expect(sentLength(details)).toBeLessThan(HEADER_BYTES);
    expect([...new Set(details)]).toEqual([character, "…"]);
  },
);

test("an error that can be sent is told whole", () => {
  expect(serviceError(new Error("Cannot read: 100 %\nAsk.")).details).toBe("Cannot read: 100 %\nAsk.");
});
