import { expect, it } from "vitest";
import { eventFrames } from "./event-frames.ts";

const FRAMES =
  'id: 1\nevent: secret:update\ndata: {"a":1}\n\nevent: ping\n\n: a comment\ndata:one\ndata: two\n\n';
const EVENTS = [
  { event: "secret:update", data: '{"a":1}' },
  { event: "ping", data: "" },
  { event: "message", data: "one\ntwo" },
];

it.each([1, 7, FRAMES.length])("are whole, whatever the pieces of %s characters cut through", (size) => {
  for (const text of [FRAMES, FRAMES.replaceAll("\n", "\r\n")]) {
    const framesIn = eventFrames();
    const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    expect(pieces.flatMap(framesIn)).toEqual(EVENTS);
  }
});

it("that do not end are no events", () => {
  const framesIn = eventFrames();
  expect(() => framesIn("x".repeat(2_000_000))).toThrow("does not end");
});
