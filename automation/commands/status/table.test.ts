import { expect, test } from "vitest";
import { plain } from "../../terminal/paint.ts";
import type { StatusPart } from "./document.ts";
import { statusText } from "./table.ts";

const sync: StatusPart = { urn: "u", resource: "app", name: "app", execution: "engine", keys: 0 };
const ran = { lastSyncedAt: "2026-11-22T06:40:02.123Z", syncStatus: "succeeded", keys: 1200 };

test.each<[string, Partial<StatusPart>, RegExp]>([
  ["never run", {}, /^app +engine +never +not run yet +0 +not asked$/m],
  ["of a state that cannot be read", { ...ran, keys: undefined }, / succeeded +unknown +not asked$/m],
  [
    "in sync",
    { ...ran, drift: { status: "in-sync", keys: 0, arguments: [] } },
    /2026-11-22 06:40:02Z +succeeded +1,200 +none$/m,
  ],
  ["one key drifted", { ...ran, drift: { status: "drifted", keys: 1, arguments: [] } }, / 1 key$/m],
  [
    "in sync, with a warning",
    { ...ran, drift: { status: "in-sync", keys: 0, arguments: [], warnings: ["credentials were written"] } },
    / none\n.*warning: app: credentials were written/s,
  ],
  ["failed", { syncStatus: "failed", lastSyncMessage: "no right" }, /last run: app: no right/],
  [
    "paused",
    { ...ran, pausedSince: "2026-11-22T07:00:00Z" },
    / paused .*paused: app: since 2026-11-22T07:00:00Z/s,
  ],
  [
    "not to be looked at",
    {
      ...ran,
      drift: {
        status: "failed",
        keys: 0,
        arguments: [],
        error: { code: "forbidden", message: "no right to read" },
      },
    },
    / unknown\n.*error: app: no right to read/s,
  ],
])("%s", (_what, over, expected) => {
  expect(statusText([{ ...sync, ...over }], plain)).toMatch(expected);
});
