/** What a fleet needs is optional: each of its commands says what to install, where it lacks something. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { root } from "../support/node.ts";

/** A process in which the packages are not there. It runs each command, and prints what the commands do. */
const program = (commands: readonly string[][]) => `
import { registerHooks } from "node:module";
const lacking = new Set(["pg-boss", "cron-parser", "pg", "pino", "prom-client", "@electric-sql/pglite"]);
registerHooks({
  resolve(specifier, context, next) {
    if (!lacking.has(specifier)) return next(specifier, context);
    const code = context.conditions.includes("require") ? "MODULE_NOT_FOUND" : "ERR_MODULE_NOT_FOUND";
    throw Object.assign(new Error("Cannot find package '" + specifier + "'"), { code });
  },
});
const { main } = await import(${JSON.stringify(join(root, "automation/main.ts"))});
for (const args of ${JSON.stringify(commands)}) {
  process.stderr.write("\\n> " + args.slice(1, 2) + "\\n");
  process.stderr.write("exit code " + (await main(args)) + "\\n");
}
`;

it("a command that lacks a package says which, and how to get it", { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "external-infisical-fleet-"));
  await writeFile(
    join(folder, "syncs.yaml"),
    `project: demo
source: { host: "https://a.example", clientId: 22222222-2222-4222-8222-222222222222, clientSecret: "\${env:SOURCE}" }
connections:
  there: { instanceUrl: "https://b.example", machineIdentityClientId: 22222222-2222-4222-8222-222222222222, machineIdentityClientSecret: "\${env:THERE}" }
syncs:
  app:
    connection: there
    projectId: here
    environment: prod
    secretPath: /
    destinationConfig: { projectId: there, environment: prod, secretPath: / }
    syncOptions: { initialSyncBehavior: overwrite-destination }
    fleet: { schedule: "0 * * * *" }
`,
  );
  try {
    const data = ["--data-dir", join(folder, "data"), "--cwd", folder];
    const commands = [
      ["fleet", "status", ...data],
      ["fleet", "plan", ...data],
      ["fleet", "start", ...data, "--port", "0"],
      ["fleet", "start", "syncs.yaml", ...data, "--port", "0"],
      ["fleet", "export", "--out", "x.json", "--yes", ...data],
      ["fleet", "migrate", "--database", "postgres://nobody@127.0.0.1:1/none", ...data],
      ["fleet", "status", "--json", ...data],
    ];
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", program(commands)],
      { env: { ...process.env, EXTERNAL_INFISICAL_FLEET_DATABASE: "", SOURCE: "one", THERE: "two" } },
    );
    const told = stderr.split("\n> ").slice(1);
    expect(told).toHaveLength(commands.length);
    const [status, plan, start, startFile, exported, migrate] = told;
    const install = "Install it beside this package: npm install";
    const pglite = `needs @electric-sql/pglite, which is not installed.\n  ${install} @electric-sql/pglite@0.5.17 pg-boss@12.38.0 pino prom-client\n`;
    for (const text of [status, start, exported]) expect(text).toContain(pglite);
    for (const text of [plan, startFile])
      expect(text).toContain(`${install} pg-boss@12.38.0 pino prom-client`);
    expect(migrate).toContain(`${install} pg pg-boss@12.38.0 pino prom-client`);
    expect(JSON.parse(stdout)).toMatchObject({
      command: "fleet status",
      result: "failed",
      error: { hint: expect.stringContaining("npm install @electric-sql/pglite@0.5.17") },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
