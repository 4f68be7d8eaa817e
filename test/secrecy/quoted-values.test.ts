/** An instance that quotes values in a refusal, as servers and proxies do: nothing of them is told or kept anywhere. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { REPORT_FORMATS } from "../../automation/report/formats.ts";
import { syncOutputs } from "../../provider/resources/sync/native/rows.ts";
import { directRuns } from "../drivers/direct.ts";
import type { Driver } from "../drivers/driver.ts";
import { terraformRpc } from "../drivers/terraform-rpc.ts";
import { failureOf, startNativeWorld } from "../native/provider-calls.ts";
import { makeFolder } from "../support/command-folder.ts";
import { bin } from "../support/run-command.ts";
import { runInProcess } from "../support/run-in-process.ts";
import { smallestSyncRow } from "../support/smallest.ts";
import { syncsYaml } from "../support/syncs-yaml.ts";
import { makeTerraformFolder, readState, THOROUGH_ONLY, TOOLS } from "../support/terraform/cli.ts";
import { configurationFile } from "../support/terraform/configuration.ts";
import { isThorough } from "../support/thorough.ts";
import { startWorld, type World } from "../support/world.ts";
import { filesBelow } from "./machine.ts";
import { plantValues } from "./planted.ts";
import { leaksIn } from "./search.ts";

const BATCH = "/api/v4/secrets/batch";

const json = (text: string) => JSON.stringify(text).slice(1, -1);
const quotes: readonly (readonly [string, (value: string) => string])[] = [
  ["as it is", (value) => value],
  ["in JSON", json],
  ["in JSON in JSON", (value) => json(json(value))],
  ["in a URL", encodeURIComponent],
  ["in HTML", (value) => value.replaceAll('"', "&quot;").replaceAll("\n", "&#10;")],
  ["in base64", (value) => Buffer.from(`{"value":"${value}"}`).toString("base64")],
  ["in one line", (value) => value.replaceAll("\n", " ")],
  ["cut off", (value) => `${json(value).slice(0, 40)}…`],
  ["without its beginning", (value) => `…${json(value).slice(40)}`],
];

/** Values that are sent, and one that was only listed. */
function plant() {
  const [here, there] = [plantValues(), plantValues()];
  const planted = { sent: here.pem, quoted: here.quoted, listed: there.pem };
  return {
    planted,
    sides: { source: { A: planted.sent, B: planted.quoted }, destination: { OTHER: planted.listed } },
  };
}

/** The next writes are refused in words that quote all values. */
function refuse({ destination }: World, planted: Record<string, string>, quote: (value: string) => string) {
  const quoted = Object.values(planted).map(quote).join(", ");
  destination.server.fault({
    kind: "status",
    status: 400,
    path: BATCH,
    times: Number.POSITIVE_INFINITY,
    body: { reqId: "req-12345678901234", message: `bad values: ${quoted}`, error: "BadRequest" },
  });
}

/** What a deployment that is refused in such words is told as, and leaves, has none of them. @returns what it is told as */
async function refusedBy({ open }: Driver, quote: (value: string) => string): Promise<string> {
  const { planted, sides } = plant();
  await using world = await startWorld(sides);
  await using stack = await open(world);
  refuse(world, planted, quote);
  const { message } = await failureOf(stack.deploy({}));
  expect(leaksIn([message, await stack.state(), stack.transcript()].join("\n"), planted)).toEqual([]);
  return message;
}

test.each(quotes)(
  "a refusal that quotes values %s tells its status and request, and none of them",
  async (_how, quote) => {
    const told = await refusedBy(directRuns, quote);
    expect(told).toMatch(/the instance refused\. \(400, request req-12345678901234\)/);
  },
);

describe.skipIf(!existsSync(bin))("the command (needs npm run build)", () => {
  it("tells nothing of a quoted key on the console, in reports and in the state", async () => {
    const { planted, sides } = plant();
    await using world = await startWorld(sides);
    await using folder = await makeFolder(syncsYaml(world));
    refuse(world, planted, json);
    const reports = REPORT_FORMATS.flatMap((format) => ["--report", `${format}=report.${format}`]);
    const { code, stdout, stderr } = await runInProcess(world, folder.path, ["up", "--yes", ...reports]);
    expect(code, stderr).toBe(4);
    const files = filesBelow(folder.path);
    const texts = [stdout, stderr, ...files.map(({ text }) => text)];
    const told = texts.filter((text) => text.includes("req-12345678901234"));
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(leaksIn(texts.join("\n"), planted)).toEqual([]);
  });
});

test("Terraform's provider tells nothing of a quoted key in diagnostics, its log and the state", async () => {
  expect(await refusedBy(terraformRpc, json)).toMatch(/request req-12345678901234/);
});

describe.each(TOOLS)("$title", ({ tool, unavailable = isThorough ? undefined : THOROUGH_ONLY }) => {
  it.skipIf(unavailable !== undefined)(
    `prints nothing of a quoted key${unavailable === undefined ? "" : ` (not run: ${unavailable})`}`,
    async () => {
      const { planted, sides } = plant();
      await using world = await startWorld(sides);
      await using folder = await makeTerraformFolder(tool);
      await writeFile(join(folder.path, "main.tf.json"), configurationFile(world, {}));
      refuse(world, planted, json);
      const failed = folder.run("apply", "-auto-approve", "-no-color", "-input=false");
      await expect(failed).rejects.toThrow(/request\s+(?:[│]\s+)?req-12345678901234/);
      expect(leaksIn([...folder.printed, await readState(folder)].join("\n"), planted)).toEqual([]);
    },
  );
});

test("a job's message that quotes a value is neither told nor recorded, whether the value is in memory or not", async () => {
  const { planted, sides } = plant();
  await using world = await startNativeWorld(sides);
  const connection = await world.create("connection", world.connection);
  const quoted = Object.values(planted).map(json).join(", ");
  world.destination.server.fault({
    kind: "status",
    status: 400,
    path: "/api/v3/secrets/batch",
    times: Number.POSITIVE_INFINITY,
    body: { message: `bad values: ${quoted}`, error: "BadRequest", statusCode: 400 },
  });
  const failure = await failureOf(world.create("secretSync", world.sync(connection.id)));
  expect(failure.message).toMatch(/failed: BadRequest: its own words are left out, .*\(400\)/);
  expect(failure.properties).toMatchObject({
    syncStatus: "failed",
    lastSyncMessage: expect.stringMatching(/left out/),
  });
  const told = [
    failure.message,
    JSON.stringify(failure.properties),
    JSON.stringify(failure.reasons),
    ...world.shown,
  ];
  expect(leaksIn(told.join("\n"), planted)).toEqual([]);
});

test.each(["lastSyncMessage", "lastImportMessage", "lastRemoveMessage"])(
  "nor is the %s that an instance has",
  (name) => {
    const { planted } = plant();
    const row = smallestSyncRow({ [name]: `Something went wrong: ${planted.sent}` });
    const outputs = syncOutputs(row);
    expect(outputs[name]).toMatch(/left out/);
    expect(leaksIn(JSON.stringify(outputs), planted)).toEqual([]);
  },
);
