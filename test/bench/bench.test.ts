/** The bench runs, and both sides of it send the requests they promise. Times are nobody's promise here. */
import { expect, test } from "vitest";
import { SUBJECTS } from "./cases.ts";
import { bench } from "./run.ts";
import { tableOf } from "./table.ts";
import { rowOf } from "./targets.ts";

test("the table has all rows, and an unchanged plan is one list a side", async () => {
  const report = await bench({ sizes: [50], repetitions: 1 });
  const rows = report.sizes[0]?.rows ?? [];
  for (const subject of SUBJECTS)
    expect(rowOf(rows, "unchanged", subject)).toMatchObject({ requests: 4, lists: 2 });
  const table = tableOf(report);
  for (const title of ["50 keys", "first push", "unchanged plan", "1 % change", "state: inputs"])
    expect(table.split(title)).toHaveLength(2);
  for (const subject of SUBJECTS) expect(table.split(new RegExp(` ${subject} +\\d`))).toHaveLength(4);
});

test("a first push costs two requests beside the necessary ones: is there a folder, what is the project", async () => {
  const report = await bench({ sizes: [1000], repetitions: 1, cases: ["push"] });
  const requests = SUBJECTS.map((subject) => rowOf(report.sizes[0]?.rows ?? [], "push", subject)?.requests);
  // Two logins, two lists, two pushes.
  expect(requests.slice(0, 2)).toEqual([6, 8]);
});
