/** The bench runs, and all sides of it send the requests they promise. Times are nobody's promise here. */
import { expect, test } from "vitest";
import { QUICK } from "../support/quick-passphrase.mjs";
import { bin } from "../support/run-command.ts";
import { isThorough } from "../support/thorough.ts";
import { CASE_TITLES, CASES, OURS, SUBJECTS } from "./cases.ts";
import { measureCommands } from "./commands/fleets.ts";
import { judgeCommands } from "./commands/goals.ts";
import { commandsTable } from "./commands/table.ts";
import { bench } from "./run.ts";
import { tableOf } from "./table.ts";
import { judge, rowOf } from "./targets.ts";

const table =
  "the table has all rows; an unchanged plan is one list a side, as few requests as the product's";
test.skipIf(!isThorough)(`${table} (npm run test:all)`, async () => {
  const report = await bench({ sizes: [{ keys: 50 }], repetitions: 1, cases: CASES });
  const rows = report.sizes[0]?.rows ?? [];
  const unchanged = { requests: 4, sourceRequests: 2, destinationRequests: 2 };
  // The product reads its own side without a list.
  for (const subject of SUBJECTS)
    expect(rowOf(rows, "unchanged", subject)).toMatchObject({
      ...unchanged,
      lists: subject === "product" ? 1 : 2,
    });
  const text = tableOf(report);
  const titles = CASES.map((name) => `${CASE_TITLES[name]}  `);
  for (const title of ["50 keys  ", ...titles, "state: inputs"]) expect(text.split(title)).toHaveLength(2);
  for (const subject of SUBJECTS)
    expect(text.split(new RegExp(` ${subject} +\\d`))).toHaveLength(CASES.length + 1);
  expect(judge(report.sizes)).toEqual([{ text: expect.stringMatching(/^50 keys, unchanged/), isMet: true }]);
});

test("the command asks each instance for a list a sync, for a login and, where something is to be done, for its project", {
  timeout: 240_000,
}, async () => {
  const size = { syncs: 3, keys: 2 };
  const last = "unchanged preview";
  const rows = await measureCommands({
    ...{ bin, fleets: ["many"], repetitions: 1, size, last },
    environment: QUICK,
  });
  const requests = Object.fromEntries(rows.map((row) => [row.step, row.requests]));
  // A folder that is not there is looked for among those above it.
  expect(requests).toMatchObject({ "first preview": 2 + 6 + 2 + 3, "unchanged preview": 2 + 6 });
  expect(commandsTable(rows)).toContain(last);
  expect(judgeCommands(rows)).toContainEqual({
    text: expect.stringMatching(/unchanged preview, requests: 8, at most 30/),
    isMet: true,
  });
});

const over =
  "over 1 MiB the product's first push fails in a row of its own; ours costs three requests beside the necessary ones";
test.skipIf(!isThorough)(`${over} (npm run test:all)`, async () => {
  const report = await bench({ sizes: [{ keys: 1400 }], repetitions: 1, cases: ["push"] });
  const rows = report.sizes[0]?.rows ?? [];
  // Two logins, two lists, three pushes.
  expect(rowOf(rows, "push", "floor")?.requests).toBe(7);
  // Is there a folder, what is the project, and is all there afterwards.
  expect(rowOf(rows, "push", "engine")?.requests).toBe(10);
  const failure = { attempts: 5, message: expect.any(String) };
  // Of every attempt: login, list, push.
  expect(rowOf(rows, "push", "product")).toMatchObject({ failure, destinationRequests: 15 });
  for (const subject of OURS) expect(rowOf(rows, "push", subject)).not.toHaveProperty("failure");
  expect(tableOf(report)).toMatch(/product .*FAILS, 5 attempts: .+\n/);
  expect(judge(report.sizes)).toEqual([
    { text: expect.stringMatching(/over 1 MiB.*product: fails/), isMet: true },
  ]);
});
