/** What the commands tell of objects of the instance that were renamed by hand, and what a deployment makes of them. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { type Api, adminOf } from "../../../test/support/admin.ts";
import { makeFolder } from "../../../test/support/command-folder.ts";
import { bin } from "../../../test/support/run-command.ts";
import { runInProcess } from "../../../test/support/run-in-process.ts";
import { syncsYaml } from "../../../test/support/syncs-yaml.ts";
import { startWorld } from "../../../test/support/world.ts";

const CONNECTIONS = "/api/v1/app-connections/external-infisical";
const SYNCS = "/api/v1/secret-syncs/external-infisical";

const connectionsOf = async (api: Api) =>
  (await api("GET", CONNECTIONS))["appConnections"] as { id: string; name: string }[];

const namesOf = async (api: Api, projectId: string) => {
  const { secretSyncs } = (await api("GET", `${SYNCS}?projectId=${projectId}`)) as {
    secretSyncs: { name: string }[];
  };
  return [...(await connectionsOf(api)), ...secretSyncs].map(({ name }) => name);
};

test.skipIf(!existsSync(bin))(
  "a connection and a sync renamed by hand are told by drift, status, doctor and preview, and up gives them their names again (needs npm run build)",
  async () => {
    await using world = await startWorld({ execution: "native", source: { A: "value-of-a" } });
    await using folder = await makeFolder(syncsYaml(world));
    const run = (...args: string[]) => runInProcess(world, folder.path, args);
    const up = await run("up", "--yes", "--skip-preview");
    expect(up.code, up.stderr).toBe(0);

    const api = adminOf(world.source.server);
    const { projectId } = world.source;
    const [connection] = await connectionsOf(api);
    const { secretSyncs } = (await api("GET", `${SYNCS}?projectId=${projectId}`)) as {
      secretSyncs: { id: string }[];
    };
    await api("PATCH", `${CONNECTIONS}/${connection?.id}`, { name: "connection-by-hand" });
    await api("PATCH", `${SYNCS}/${secretSyncs[0]?.id}`, { name: "sync-by-hand" });
    await world.source.server.settled();

    const drift = await run("drift");
    expect(drift.code, drift.stderr).toBe(7);
    expect(drift.stdout).toMatch(/~ name: "sync-by-hand" => "app"/);
    expect(drift.stdout).toMatch(/~ connection\.name: "connection-by-hand" => "dr"/);
    const status = await run("status");
    expect(status.stdout).toMatch(/changed at the instance: app: name: "sync-by-hand" => "app"/);
    expect(status.stdout).toMatch(
      /changed at the instance: app: connection\.name: "connection-by-hand" => "dr"/,
    );
    const doctor = await run("doctor");
    expect(doctor.stdout).toMatch(
      /the instance has connection\.name otherwise: "connection-by-hand" => "dr"/,
    );
    expect(doctor.stdout).toMatch(/the instance has name otherwise: "sync-by-hand" => "app"/);

    const preview = await run("preview", "--diff");
    expect(preview.code, preview.stderr).toBe(0);
    expect(preview.stdout).toMatch(/connection-by-hand.*dr/);
    expect(preview.stdout).toMatch(/sync-by-hand.*app/);
    expect(await namesOf(api, projectId)).toEqual(["connection-by-hand", "sync-by-hand"]);
    const repaired = await run("up", "--yes");
    expect(repaired.code, repaired.stderr).toBe(0);
    expect(await namesOf(api, projectId)).toEqual(["dr", "app"]);
    const quiet = await run("drift");
    expect(quiet.code, quiet.stdout).toBe(0);
    expect((await run("preview", "--expect-no-changes")).code).toBe(0);
  },
  120_000,
);
