import { mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createControlPlane } from "../../provider/infisical/control-plane/index.ts";
import { readConfig } from "../../provider/resources/config.ts";
import { endSession, sourceClient } from "../../provider/resources/session.ts";
import { startNativeWorld } from "../../test/native/provider-calls.ts";
import { loadSyncsFile } from "../syncs-file.ts";
import { adopt } from "./adopt.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "external-infisical-"));
  await mkdir(join(folder, "home"));
});
afterEach(async () => {
  await endSession();
  await rm(folder, { recursive: true, force: true });
});

it("declares what the instance has, so that taking it over changes nothing there", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const connection = await world.create("connection", world.connection);
  const sync = await world.create("secretSync", world.sync(connection.id, { description: "for DR" }));
  await endSession();
  const config = readConfig(
    {
      host: world.source.server.url,
      clientId: world.source.clientId,
      clientSecret: world.source.clientSecret,
    },
    {},
  );
  const file = join(folder, "syncs.yaml");
  const request = {
    plane: createControlPlane(sourceClient({ config, environment: {} })),
    source: config,
    projectId: world.source.projectId,
    project: "adopted",
    target: { format: "syncs" as const, place: file },
  };
  const adopted = await adopt(request);
  expect(adopted).toMatchObject({
    syncs: 1,
    connections: 1,
    omitted: [],
    written: {
      variables: [
        "INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET",
        "EXTERNAL_INFISICAL_DR_SITE_CLIENT_SECRET",
        "PULUMI_CONFIG_PASSPHRASE",
      ],
    },
  });
  const text = await readFile(file, "utf8");
  for (const secret of [world.source.clientSecret, world.destination.clientSecret])
    expect(text).not.toContain(secret);

  // The declared arguments are those that the sync was made with.
  const { syncs, connections } = await loadSyncsFile(file);
  expect(connections.get("dr-site")).toMatchObject({
    execution: "native",
    adopt: true,
    instanceUrl: world.destination.server.url,
    machineIdentityClientId: world.destination.clientId,
  });
  const { connection: name, wave: _, ...declared } = syncs.get("dr-billing") ?? {};
  expect(name).toBe("dr-site");
  const taken = await world.create("connection", { ...world.connection, adopt: true });
  expect(taken.id).toBe(connection.id);
  const again = await world.create("secretSync", { ...world.sync(connection.id), ...declared });
  expect(again.id).toBe(sync.id);
  // Each deployment ends with its clients.
  const plane = createControlPlane(sourceClient({ config, environment: {} }));
  await expect(adopt({ ...request, plane })).rejects.toMatchObject({ code: "invalid-config" });
  expect((await stat(file)).size).toBe(text.length);
});

it("writes no file where the instance has nothing to tell", async () => {
  await using world = await startNativeWorld({ source: { A: "1" } });
  const config = readConfig({ host: world.source.server.url, token: "not-a-token" }, {});
  const file = join(folder, "syncs.yaml");
  const plane = createControlPlane(sourceClient({ config, environment: {} }));
  await expect(
    adopt({
      plane,
      source: config,
      projectId: world.source.projectId,
      project: "adopted",
      target: { format: "syncs", place: file },
    }),
  ).rejects.toMatchObject({ code: "authentication" });
  await expect(stat(file)).rejects.toThrow("ENOENT");
});
