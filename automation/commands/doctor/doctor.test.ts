/** What is found out about identities and places, and that nothing is written on the way. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { examineDestination, examineSource } from "../../../provider/resources/sync/examine.ts";
import { secretSyncInputs } from "../../../provider/resources/sync/inputs.ts";
import type { SyncArguments } from "../../../test/scenarios/scenario.ts";
import { syncInputs } from "../../../test/support/arguments.ts";
import { makeFolder } from "../../../test/support/command-folder.ts";
import { openProvider } from "../../../test/support/provider-process.ts";
import { bin } from "../../../test/support/run-command.ts";
import { runInProcess } from "../../../test/support/run-in-process.ts";
import { syncsYaml } from "../../../test/support/syncs-yaml.ts";
import { startWorld, type World, type WorldOptions } from "../../../test/support/world.ts";
import { doctorDocumentSchema } from "./document.ts";
import { findingsOf } from "./findings.ts";

/** Findings as `side check status`, other than those that all is well. */
async function examine(world: World, args: SyncArguments = {}) {
  const inputs = secretSyncInputs.parse(syncInputs(world, args, "some-id"));
  await using provider = openProvider(world);
  const context = provider.context();
  const [source, destination] = [
    await examineSource(inputs, context),
    await examineDestination(inputs, context),
  ];
  return findingsOf(inputs, source, destination);
}

const CREATE = "destination create not-tested";

test.each<[string, WorldOptions, string[]]>([
  ["all is well", {}, [CREATE]],
  [
    "destination may only be read",
    { destinationRole: "viewer" },
    ["destination edit not-tested", "destination delete error", CREATE],
  ],
  [
    "destination of October 2024 may only be read",
    { destinationRole: "viewer", destinationServer: { profile: "2024-10" } },
    ["destination edit error", "destination delete error", CREATE, "destination API warning"],
  ],
  [
    "destination of October 2024 shows capitalisation",
    { source: { lower: "1" }, destinationServer: { profile: "2024-10" } },
    [CREATE, "destination API warning", "both key names warning"],
  ],
  ["source may only be described", { sourceRole: "describe-only" }, ["source read error", CREATE]],
  ["source is closed", { sourceRole: "no-access" }, ["source login and describe error", CREATE]],
  [
    "destination folder is missing",
    { destinationFolder: false, destination: {} },
    ["destination folder not-tested"],
  ],
  ["a key has an odd name", { source: { "a:b": "1" } }, [CREATE, "both key names error"]],
])("%s", async (_what, options, expected) => {
  await using world = await startWorld({ source: { A: "1" }, destination: { B: "2" }, ...options });
  const before = world.destination.read();
  const findings = await examine(world);
  expect(
    findings
      .filter(({ status }) => status !== "ok")
      .map(({ side, check, status }) => `${side} ${check} ${status}`),
  ).toEqual(expected);
  for (const { status, remedy, text } of findings.filter(({ status }) => status === "error"))
    expect([status, remedy ?? "", text ?? ""].every((each) => each !== "")).toBe(true);
  expect(world.destination.read()).toEqual(before);
});

test("a refused login is an error with what to do", async () => {
  await using world = await startWorld({ source: { A: "1" } });
  const [login] = await examine({
    ...world,
    destination: { ...world.destination, clientSecret: "wrong-secret" },
  }).then((findings) => findings.filter(({ side }) => side === "destination"));
  expect(login).toMatchObject({ status: "error", text: expect.stringMatching(/credentials were refused/) });
});

test.skipIf(!existsSync(bin))(
  "the command examines what a syncs.yaml declares, before any deployment (needs npm run build)",
  async () => {
    await using world = await startWorld({ source: { A: "1" }, destinationRole: "viewer" });
    const one = syncsYaml(world);
    // A second sync that writes where the first one does.
    await using folder = await makeFolder(`${one}  twin:\n${one.slice(one.indexOf("  app:\n") + 7)}`);
    const { code, stdout, stderr } = await runInProcess(world, folder.path, ["doctor", "--json"]);
    expect(code, stderr).toBe(4);
    const { syncs } = doctorDocumentSchema.parse(JSON.parse(stdout));
    expect(syncs).toMatchObject([{ name: "app" }, { name: "twin" }]);
    expect(syncs[1]?.findings).toContainEqual(
      expect.objectContaining({
        check: "places",
        text: expect.stringMatching(/"twin" writes what "app" writes/),
      }),
    );
    expect(syncs[0]?.findings).toContainEqual(
      expect.objectContaining({
        side: "destination",
        check: "delete",
        status: "error",
        remedy: expect.stringMatching(/Member/),
      }),
    );
  },
);

test("of a tree, names count without their folder, and rights in every folder", async () => {
  await using world = await startWorld({ source: { A: "1" }, destination: { A: "1" } });
  const { source, destination } = world;
  const hide = (side: World["source"], folder: string, role: "viewer" | "no-access") =>
    Object.assign(
      side,
      side.server.createIdentity({
        memberships: [
          {
            projectId: side.projectId,
            role: "member",
            paths: [{ secretPath: `${side.secretPath}/${folder}`, role }],
          },
        ],
      }),
    );
  const put = (side: World["source"], folder: string, values: Record<string, string>) =>
    side.server.putSecrets({ ...placeOf(side), secretPath: `${side.secretPath}/${folder}` }, values);
  put(source, "api", { "B:C": "2", D: "3" });
  put(source, "secret", { E: "4" });
  put(destination, "api", { D: "3" });
  hide(source, "secret", "no-access");
  hide(destination, "api", "viewer");
  const findings = await examine(world, {
    syncOptions: { initialSyncBehavior: "overwrite-destination", includeAllSubFolders: true },
  });
  const problems = findings.filter(({ status }) => status === "error");
  expect(problems.map(({ side, check, text }) => `${side} ${check} ${text}`)).toEqual([
    expect.stringMatching(/^source read .*\/secret/),
    expect.stringMatching(/^destination delete .*\/api/),
    expect.stringMatching(/^both key names .* api\/B:C$/),
  ]);
});

const placeOf = ({ projectId, environment }: World["source"]) => ({ projectId, environment });
