// The requests of the product's own documentation, as they are printed there, against this server.
import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { startInfisicalServer } from "../index.ts";
import type { Client } from "../test-client.ts";
import { SYNCS, startTwoInstances } from "./test-client.ts";

const sample = (name: string) => readFileSync(new URL(`./samples/${name}`, import.meta.url), "utf8");

/** The samples show one id wherever one is needed. */
const SAMPLE_ID = "3c90c3cc-0d44-4b50-8888-8dd25736052a";
const HOST = "https://app.infisical.com";

const hasCurl = spawnSync("bash", ["-c", "command -v curl"]).status === 0;

/** Runs the text in a shell; only the token is added, which the samples leave out. */
async function runWithCurl(text: string, { token }: Client): Promise<unknown> {
  const json = "--header 'Content-Type: application/json'";
  const command = text.replace(json, `${json} --header 'Authorization: Bearer ${token}'`);
  const env = { PATH: process.env["PATH"] };
  const { stdout } = await promisify(execFile)("bash", ["-c", command], { env });
  return JSON.parse(stdout);
}

/** What curl would do, without curl. */
async function runWithFetch(text: string, { token }: Client): Promise<unknown> {
  const [, method, url, body] = /--request (\w+)[^-]*--url (\S+).*--data '(.*)'/s.exec(text) ?? [];
  if (!method || !url || !body) throw new Error("Not a sample request");
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const response = await fetch(url, { method, headers, body });
  return response.json();
}

const WAYS = [
  { way: "with curl", run: runWithCurl, canRun: hasCurl },
  { way: "with fetch", run: runWithFetch, canRun: true },
];

describe.each(WAYS)("the samples of the documentation $way", ({ run, canRun }) => {
  const reason = canRun ? "" : " (skipped: curl is not on the PATH)";

  test.skipIf(!canRun)(`create a connection${reason}`, async () => {
    await using world = await startTwoInstances();
    const { instanceUrl, machineIdentityClientId, machineIdentityClientSecret } = world.credentials;
    const fill = (text: string) =>
      text
        .replace(HOST, world.source.url)
        .replace("https://infisical.example.com", instanceUrl)
        .replace("<client-id>", machineIdentityClientId)
        .replace("<client-secret>", machineIdentityClientSecret);
    const answer = await run(fill(sample("create-connection.request.sh")), world.admin);
    const expected = JSON.parse(fill(sample("create-connection.response.txt")));
    expect(answer).toMatchObject(withAnyIds(expected));
  });

  test.skipIf(!canRun)(`create a sync, which runs${reason}`, async () => {
    await using world = await startTwoInstances();
    await using remote = await startInfisicalServer({ seed: { projects: [{ id: SAMPLE_ID }] } });
    const { clientId, clientSecret } = remote.createIdentity({
      memberships: [{ projectId: SAMPLE_ID, role: "member" }],
    });
    world.source.seed({
      projects: [{ id: SAMPLE_ID, secrets: { dev: { "/my-secrets": { KEY: "value" } } } }],
      connections: [
        {
          id: SAMPLE_ID,
          name: "my-infisical-connection",
          credentials: {
            instanceUrl: remote.url,
            machineIdentityClientId: clientId,
            machineIdentityClientSecret: clientSecret,
          },
        },
      ],
    });
    const text = sample("create-sync.request.sh").replace(HOST, world.source.url);
    expect(await run(text, world.admin)).toMatchObject({ secretSync: { syncStatus: "pending" } });
    await world.clock.advance(10_000);
    const { body } = await world.admin.get(`${SYNCS}/sync-name/my-infisical-sync`, { projectId: SAMPLE_ID });
    const { secretSync } = JSON.parse(sample("create-sync.response.txt"));
    // The only difference: the samples show a name that the server does not have.
    const { isEnabled, ...fields } = secretSync;
    expect(body.secretSync).toMatchObject(withAnyIds({ ...fields, isAutoSyncEnabled: isEnabled }));
    expect(body.secretSync).not.toHaveProperty("isEnabled");
    const destination = { projectId: SAMPLE_ID, environment: "prod" };
    expect(remote.readSecrets(destination)).toEqual({ KEY: "value" });
  });
});

/** The same fields; ids and times are this server's own. */
const withAnyIds = (value: object): object =>
  Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withAnyId(inner)]));

function withAnyId(value: unknown): unknown {
  if (typeof value === "object" && value !== null) return withAnyIds(value);
  if (typeof value !== "string") return value;
  if (/^[0-9a-f-]{36}$/.test(value) || value === "123") return expect.stringMatching(/^[0-9a-f-]{36}$/);
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  return value;
}
