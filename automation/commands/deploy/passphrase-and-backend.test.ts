import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "../../../test/support/command-folder.ts";
import { ENGINES } from "../../../test/support/engines.ts";
import { QUICK_PASSPHRASE } from "../../../test/support/quick-passphrase.mjs";
import { commandEnvironment } from "../../../test/support/run-command.ts";
import { syncsYaml } from "../../../test/support/syncs-yaml.ts";
import { startWorld } from "../../../test/support/world.ts";
import { toEngineError } from "../../engines/pulumi-cli/errors.ts";
import { CliError } from "../../engines/pulumi-cli/process.ts";
import { preview, up } from "../../programs.ts";
import { exitCodeOf } from "../../terminal/exit-codes.ts";

const PASSPHRASE = ["PULUMI_CONFIG_PASSPHRASE,", "PULUMI_CONFIG_PASSPHRASE_FILE"];
const KEPT = [...PASSPHRASE, "choose any, 16 characters or more, and keep it"];
const BACKEND = ["PULUMI_BACKEND_URL=file://", "`backend:` in a syncs.yaml"];
const NONE = "no passphrase is set";
const ANOTHER = "not the one that they were encrypted with";

describe.each(ENGINES)("on the engine $title", ({ engine, isPlayed }) => {
  it.skipIf(!isPlayed)(
    "a passphrase or backend that is missing or wrong is the caller's mistake, told with the ways out",
    { timeout: 300_000 },
    async () => {
      await using world = await startWorld({ source: { A: "1" } });
      await using folder = await makeFolder(syncsYaml(world));
      const env = { ...commandEnvironment(world, folder.path), PATH: process.env["PATH"] };
      const given = { cwd: folder.path, engine } as const;
      expect(await up({ ...given, env })).toMatchObject({ result: "succeeded" });
      const refusal = async (more: Record<string, string | undefined>) => {
        const { exitCode, error } = await preview({ ...given, env: { ...env, ...more } });
        expect(exitCode, error?.message).toBe(2);
        return error;
      };
      const expectRefusal = async (
        more: Record<string, string | undefined>,
        text: string,
        ways: string[],
      ) => {
        const error = await refusal(more);
        expect(error?.message).toContain(text);
        for (const way of ways) expect(error?.hint).toContain(way);
      };
      await expectRefusal({ PULUMI_CONFIG_PASSPHRASE: undefined }, NONE, KEPT);
      const another = { PULUMI_CONFIG_PASSPHRASE: `${QUICK_PASSPHRASE}, another one` };
      await expectRefusal(another, ANOTHER, [...PASSPHRASE, "--stack"]);
      await expectRefusal({ PULUMI_BACKEND_URL: "foo://u:p@bar" }, "foo://bar", ["file:///path"]);
      await writeFile(join(folder.path, "syncs.yaml"), syncsYaml(world).replace(/^backend:.*\n/m, ""));
      await expectRefusal({}, "No backend is set", BACKEND);
    },
  );
});

// As the CLI says it.
it.each([
  [
    "error: getting stack configuration: get stack secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    ...[NONE, KEPT],
  ],
  ["error: incorrect passphrase", ANOTHER, PASSPHRASE],
] as const)("the Pulumi CLI's %j", (stderr, text, ways) => {
  const error = toEngineError(new CliError("pulumi preview", { code: 1, stdout: "", stderr }), "The preview");
  expect(error.message).toContain(text);
  for (const way of ways) expect(error.hint).toContain(way);
  expect(exitCodeOf(error)).toBe(2);
});
