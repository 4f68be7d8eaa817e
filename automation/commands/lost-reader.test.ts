/** The built command, when nobody reads any more what it prints. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { makeFolder } from "../../test/support/command-folder.ts";
import { bin, startCommand } from "../../test/support/run-command.ts";
import { syncsYaml } from "../../test/support/syncs-yaml.ts";
import { startWorld } from "../../test/support/world.ts";

test.skipIf(!existsSync(bin))(
  "a deployment goes on to its end where its output's readers are gone (needs npm run build)",
  async () => {
    await using world = await startWorld({ source: { A: "value-of-a" } });
    await using folder = await makeFolder(syncsYaml(world));
    const command = startCommand(world, folder.path, ["up", "--yes", "--engine", "local"]);
    command.stopReading();
    expect((await command.ended).code).toBe(0);
    expect(world.destination.read()).toEqual({ A: "value-of-a" });
  },
);
