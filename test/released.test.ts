/**
 * What an earlier release has left is read and updated by this one: states of stacks and plan files, as they were written.
 * `fixtures/released/ENGINE` holds a deployed stack, both instances as they were after the deployment (`deployed`) and after changes on both
 * sides (`rotated`), and the plan file of a preview made then.
 */
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startInfisicalServer } from "../infisical-server/index.ts";
import "./fixtures/fixed-hosts.mjs";
import { ENGINES, THOROUGH_ENGINES } from "./support/engines.ts";
import { root } from "./support/node.ts";
import { spawnCommand } from "./support/run-command.ts";
import { runMain } from "./support/run-in-process.ts";

const NODE_OPTIONS = `--import ${new URL("fixtures/fixed-hosts.mjs", import.meta.url)}`;
const fixtures = join(root, "test/fixtures");
const SOURCE = { projectId: "5f1c0de0-0000-4000-8000-00000000000a", environment: "prod" };
const DESTINATION = { projectId: "5f1c0de0-0000-4000-8000-00000000000b", environment: "prod" };
/** Of the servers that the fixtures were made with; they guard nothing. */
const SECRETS = {
  PULUMI_CONFIG_PASSPHRASE: "only for tests",
  EXTERNAL_INFISICAL_PLAN_KEY: "a plan key that is only for tests",
};

const played = [
  ...ENGINES.map((reader) => ({ writer: "local", ...reader })),
  ...THOROUGH_ENGINES.map((reader) => ({ writer: "pulumi", ...reader })),
];

describe.each(played)(
  "a stack that release 0.1.0 left, by $writer, on $title",
  { timeout: 300_000 },
  ({ writer, engine, isPlayed }) => {
    it.runIf(isPlayed)("is up to date", async () => {
      await using stack = await restore(writer, "deployed", engine);
      expect(await stack.run("preview", "--expect-no-changes")).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("6 unchanged"),
      });
      expect(await stack.run("refresh", "--yes", "--expect-no-changes")).toMatchObject({ code: 0 });
      expect(await stack.run("up", "--yes", "--expect-no-changes")).toMatchObject({ code: 0 });
    });

    it.runIf(isPlayed)("is deployed as its plan file says, and destroyed", async () => {
      await using stack = await restore(writer, "rotated", engine);
      // It was approved on the day of the release.
      const approved = ["--plan", "plan.json", "--plan-max-age", "36500d"];
      expect(await stack.run("up", "--yes", ...approved)).toMatchObject({ code: 0 });
      const { source, destination } = stack;
      const values = source.readSecrets({ ...SOURCE, secretPath: "/app" });
      expect(destination.readSecrets({ ...DESTINATION, secretPath: "/app" })).toEqual({
        ...values,
        DB_URL: "postgres://key-two@db",
      });
      expect(await stack.run("destroy", "--yes")).toMatchObject({ code: 0 });
      // What was there before the first run stays.
      expect(Object.keys(destination.readSecrets({ ...DESTINATION, secretPath: "/app" }))).toEqual([
        "API_KEY",
        "PEM",
      ]);
      expect(destination.readSecrets({ ...DESTINATION, secretPath: "/kept" })).toHaveProperty("THEIRS");
    });
  },
);

/** A copy of the stack beside servers that hold what they held then. */
async function restore(writer: string, moment: string, engine: string) {
  const fixture = join(fixtures, "released", writer);
  const path = await mkdtemp(join(tmpdir(), "external-infisical-"));
  const start = async (side: string) => {
    const dataDir = join(path, side);
    await mkdir(dataDir);
    await cp(join(fixture, "worlds", moment, `${side}.bin`), join(dataDir, "world.bin"));
    return startInfisicalServer({ dataDir });
  };
  const [source, destination] = await Promise.all([start("source"), start("destination")]);
  const places = [
    ["syncs.yaml", "syncs.yaml"],
    ["plan.json", "plan.json"],
    ["state.json", "state/.pulumi/stacks/demo/dev.json"],
    ["meta.yaml", "state/.pulumi/meta.yaml"],
    ["settings.yaml", ".external-infisical/demo/Pulumi.dev.yaml"],
  ] as const;
  await Promise.all(places.map(([from, to]) => cp(join(fixture, from), join(path, to))));
  const environment = {
    ...SECRETS,
    SOURCE_SECRET: source.admin.clientSecret,
    DR_SECRET: destination.admin.clientSecret,
    PULUMI_HOME: join(path, "home"),
    PULUMI_BACKEND_URL: "",
    FIXED_HOSTS: `source.localhost=${new URL(source.url).port},destination.localhost=${new URL(destination.url).port}`,
  };
  return {
    source,
    destination,
    /** The CLI starts processes of its own. */
    run: (...args: string[]) =>
      engine === "local"
        ? runMain(path, [...args, "--engine", engine], environment)
        : spawnCommand(path, [...args, "--engine", engine], { ...environment, NODE_OPTIONS }).ended,
    async [Symbol.asyncDispose]() {
      await Promise.all([source.close(), destination.close()]);
      await rm(path, { recursive: true, force: true });
    },
  };
}
