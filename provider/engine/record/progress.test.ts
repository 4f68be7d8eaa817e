import { expect, test } from "vitest";
import {
  formatPlanned,
  formatUnforeseen,
  formatWarning,
  formatWritten,
  isLineOf,
  keptIn,
  NOTHING_WRITTEN,
  parseUnforeseen,
  parseWarning,
  parseWritten,
  saysNothingWritten,
} from "./progress.ts";

test.each(["app", "a: 1 of 2 changes written, 3 a second", "", "a\nb", "WARNING: x"])(
  "how much is written is read as it was told, whatever the sync's name: %j",
  (name) => {
    const written = { name, done: 1501, total: 3000, rate: 420 };
    const line = formatWritten(written);
    expect(parseWritten(line)).toEqual(written);
    expect(isLineOf(name, line)).toBe(true);
    expect(isLineOf(`${name}!`, line)).toBe(false);
  },
);

test.each(["app: 3000 created", "app: 1 of 2 changes written", "app: 1 of 2 changes written, 3 a second."])(
  "any other line tells nothing of it: %s",
  (line) => expect(parseWritten(line)).toBeUndefined(),
);

test.each(["app is skipped", "", "WARNING: of a warning", "two\nlines"])("a warning: %j", (text) => {
  expect(parseWarning(formatWarning(text))).toBe(text);
  expect(parseWarning(`no ${formatWarning(text)}`)).toBeUndefined();
});

test.each(["no answer", "", "two\nlines", "b: planned: keys unknown, since c"])(
  "why the keys are unknown: %j",
  (why) => {
    expect(parseUnforeseen(formatUnforeseen("app", why))).toEqual({ name: "app", why });
    expect(parseUnforeseen(`app: keys unknown, since ${why}`)?.name).not.toBe("app");
  },
);

test.each([
  [`Give it read access there. ${NOTHING_WRITTEN}`, true],
  ["The destination changed after the plan was made; nothing was written. Differences:", true],
  ["nothing is written", false],
  ["12 written", false],
])("%s", (text, is) => expect(saysNothingWritten(text)).toBe(is));

test.each([
  ["2 to create, 3 kept, 1 unchanged", 3],
  ["12 kept", 12],
  ["2 to create, 1 unchanged", undefined],
])("how many keys are kept: %s", (counts, kept) => {
  const place = { projectId: "p", projectName: "x, 9 kept, ", environment: "prod", secretPath: "/" };
  const line = formatPlanned("app", counts, place, place);
  expect(keptIn(line)).toEqual(kept === undefined ? undefined : { name: "app", kept });
});
