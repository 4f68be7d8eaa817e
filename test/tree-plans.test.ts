/** Plan files bind the keys of a tree, whichever folder they are in. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { makeFolder } from "./support/command-folder.ts";
import { bin } from "./support/run-command.ts";
import { runInProcess } from "./support/run-in-process.ts";
import { syncsYaml } from "./support/syncs-yaml.ts";
import { startWorld } from "./support/world.ts";

const PLAN_KEY = { EXTERNAL_INFISICAL_PLAN_KEY: "the plan key of these tests" };

test.skipIf(!existsSync(bin))(
  "a plan of a tree is carried out as it is, or not at all (needs npm run build)",
  async () => {
    await using world = await startWorld({ source: { A: "1" } });
    const { server, projectId, environment, secretPath } = world.source;
    const api = { projectId, environment, secretPath: `${secretPath}/api` };
    server.putSecrets(api, { B: "2" });
    const yaml = syncsYaml(world).replace(
      "overwrite-destination }",
      "overwrite-destination, includeAllSubFolders: true }",
    );
    await using folder = await makeFolder(yaml);
    const run = (...args: string[]) => runInProcess(world, folder.path, args, undefined, PLAN_KEY);
    const written = () => {
      const { destination } = world;
      const at = { ...destination, secretPath: `${destination.secretPath}/api` };
      return { ...destination.read(), api: destination.server.readSecrets(at) };
    };

    expect(await run("preview", "--out", "plan.json")).toMatchObject({ code: 0 });
    server.putSecrets(api, { B: "2, changed" });
    const changed = await run("up", "--yes", "--plan", "plan.json");
    expect(changed.code, changed.stderr).toBe(7);
    expect(changed.stderr).toMatch(/app: key api\/B: planned 1@\w+, now 2@\w+/);
    server.putSecrets({ ...api, secretPath: `${secretPath}/new` }, { C: "3" });
    const grown = await run("up", "--yes", "--plan", "plan.json");
    expect(grown.code, grown.stderr).toBe(7);
    expect(grown.stderr).toMatch(/app: key new\/C: /);
    expect(world.destination.read()).toEqual({});

    expect(await run("preview", "--out", "plan.json")).toMatchObject({ code: 0 });
    const up = await run("up", "--yes", "--plan", "plan.json");
    expect(up.code, up.stderr).toBe(0);
    expect(written()).toEqual({ A: "1", api: { B: "2, changed" } });
  },
);
