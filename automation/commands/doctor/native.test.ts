/** What is found out about the instance's own objects of native syncs. */

import { expect, test } from "vitest";
import { examineObjects } from "../../../provider/resources/sync/native/examine.ts";
import { type Properties, startNativeWorld } from "../../../test/native/provider-calls.ts";
import { withLaterOption } from "../../../test/support/later-option.ts";
import { objectFindings } from "./object-findings.ts";

const CONNECTIONS = "/api/v1/app-connections/external-infisical";
const SYNCS = "/api/v1/secret-syncs/external-infisical";

async function start(options: Parameters<typeof startNativeWorld>[0] = {}) {
  const world = await startNativeWorld({ source: { A: "1" }, ...options });
  return Object.assign(world, {
    found: async (declared: Properties, recorded?: Properties) =>
      objectFindings(await examineObjects(declared, world.provider.context(), recorded)).map(
        ({ check, status, text = "" }) => `${check} ${status} ${text}`,
      ),
  });
}

test("objects that are as declared are well, also where only a file declares them; those that are not there are told", async () => {
  await using world = await start();
  const none = "there is none yet; whether the identity may make it cannot be tried without";
  const declared = world.sync("of-the-file");
  expect(await world.found(declared)).toEqual([
    `Infisical Connection not-tested ${none}`,
    `Infisical Sync not-tested ${none}`,
  ]);
  const connection = await world.create("connection", world.connection);
  const { outs } = await world.create("secretSync", world.sync(connection.id));
  for (const known of [outs, declared])
    expect(await world.found(known)).toEqual(["Infisical Connection ok ", "Infisical Sync ok "]);
});

test("what somebody has changed, options that are not planned and a run that failed are told", async () => {
  await using world = await start();
  const connection = await world.create("connection", world.connection);
  const { id, outs } = await world.create("secretSync", world.sync(connection.id));
  await world.api("PATCH", `${SYNCS}/${id}`, {
    destinationConfig: { projectId: "another", environment: "prod", secretPath: "/app" },
  });
  await expect
    .poll(async () => (await world.api("GET", `${SYNCS}/${id}`))["secretSync"])
    .toMatchObject({
      syncStatus: "failed",
    });
  await withLaterOption(world.source.server, id);
  expect(await world.found(outs)).toEqual([
    "Infisical Connection ok ",
    "Infisical Sync ok ",
    expect.stringMatching(
      /^Infisical Sync warning the instance has destinationConfig\.projectId otherwise: "another" => /,
    ),
    expect.stringMatching(/^Infisical Sync warning it has laterOption on/),
    "last run warning it failed",
  ]);
});

test("a connection that was renamed is told by both names; objects on record that are gone are errors", async () => {
  await using world = await start();
  const connection = await world.create("connection", world.connection);
  const { id, outs } = await world.create("secretSync", world.sync(connection.id));
  await world.api("PATCH", `${CONNECTIONS}/${connection.id}`, { name: "renamed" });
  const renamed = 'connection.name otherwise: "renamed" => "dr-site"';
  expect(await world.found(outs)).toContain(`Infisical Connection warning the instance has ${renamed}`);
  const before = { ...connection.outs, credentialsHash: "as the last deployment left them" };
  expect(await world.found(outs, before)).toContain(
    "Infisical Connection warning somebody has written the credentials of its connection since the last deployment",
  );

  await world.api("DELETE", `${SYNCS}/${id}?removeSecrets=false`);
  const gone = "error it was deployed, and the instance has it no more";
  expect(await world.found(outs)).toContain(`Infisical Sync ${gone}`);
  await world.api("DELETE", `${CONNECTIONS}/${connection.id}`);
  expect(await world.found(outs)).toEqual([`Infisical Connection ${gone}`, `Infisical Sync ${gone}`]);
});

test.each<[string, Parameters<typeof startNativeWorld>[0], RegExp]>([
  [
    "does not know such objects",
    { sourceServer: { withoutExternalInfisical: true } },
    /error .*does not know Infisical Connections/,
  ],
  ["does not let the identity see them", { sourceRole: "no-access" }, /error .*lacks/],
])("an instance that %s", async (_what, options, expected) => {
  await using world = await start(options);
  const found = await world.found(world.sync("of-the-file"));
  expect(found).toEqual([expect.stringMatching(expected)]);
});
