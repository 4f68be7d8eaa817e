// Stacks that both the local engine and the Pulumi CLI work on.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createSandbox, PASSPHRASE } from "../../../test/fixtures/local-engine/sandbox.ts";
import {
  engine,
  open,
  SECRET,
  sandbox,
  source,
  useSandboxes,
} from "../../../test/fixtures/local-engine/stack.ts";
import { cli } from "../../../test/support/pulumi-cli.ts";
import { isThorough } from "../../../test/support/thorough.ts";

useSandboxes(PASSPHRASE);

describe.skipIf(!cli)("exchange with the Pulumi CLI (needs `pulumi` on PATH)", { timeout: 180_000 }, () => {
  it.skipIf(!isThorough)(
    "sees a stack of the local engine unchanged, and the other way round (npm run test:all)",
    async () => {
      const stack = await open("first");
      await stack.up();
      await sandbox.pulumi("stack", "select", "dev");
      expect(await sandbox.pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
      await sandbox.pulumi("config", "set", "program", "renamed");
      expect(await sandbox.pulumi("up", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
      expect((await stack.preview({ expectNoChanges: true })).changeSummary).toEqual({ same: 7 });
      expect((await stack.refresh({ expectNoChanges: true })).summary.resourceChanges).toEqual({ same: 7 });
      expect(await sandbox.pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
      const history = JSON.parse((await sandbox.pulumi("stack", "history", "--json")).stdout);
      expect(history.map(({ kind }: { kind: string }) => kind)).toEqual(["refresh", "update", "update"]);
    },
  );

  it.skipIf(!isThorough)("imports what the other exported (npm run test:all)", async () => {
    const stack = await open("first");
    await stack.up();
    const path = join(sandbox.root, "exported.json");
    await using other = await createSandbox("compare");
    await other.pulumi("stack", "init", "dev");
    await other.pulumi("config", "set", "--secret", "password", SECRET);
    await other.pulumi("config", "set", "program", "first");
    await writeFile(path, JSON.stringify(await stack.exportStack()));
    expect(await other.pulumi("stack", "import", "--file", path)).toMatchObject({ code: 0 });
    expect(await other.pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
    for (const flags of [[], ["--show-secrets"]]) {
      const exported = await other.pulumi("stack", "export", ...flags);
      await using third = await createSandbox("compare");
      const envVars = { ...third.env, PULUMI_CONFIG_PASSPHRASE: PASSPHRASE };
      const imported = await engine.openStack({ ...source, workDir: third.folder, envVars });
      await imported.importStack(JSON.parse(exported.stdout));
      expect((await imported.preview({ expectNoChanges: true })).changeSummary).toEqual({ same: 7 });
      expect(await imported.outputs()).toEqual(await stack.outputs());
    }
  });
});
