// The rival: the product's own sync, as the local server runs it (control-plane §3.13). An instance reads its
// source from its own database, so this process is the source instance: its server with the same secrets, up
// before the measurement begins, as an instance is. Measured is what a client would wait for, from its login at
// the instance over its asking for a run until that run has ended. The clock is moved by hand and chance is 0,
// so neither the delay before a run (up to 10 s) nor the waits between failed attempts (45 s) count, and the
// client need not look again and again whether the run has ended.
import { readFileSync } from "node:fs";
import { createManualClock, startInfisicalServer } from "../../dist/infisical-server/index.js";
import { measure, task } from "./measure.mjs";

/** More than all attempts of a run take. */
const WHOLE_RUN_MS = 60_000;
const SYNCS = "/api/v1/secret-syncs/external-infisical";
const AUDITED_RUN = "secret-sync-sync-secrets";

const clock = createManualClock(Date.UTC(2026, 0, 2, 12));
const { source } = task;
const server = await startInfisicalServer({ clock, random: () => 0, seed: seedOf(task) });
server.putSecrets(source, JSON.parse(readFileSync(task.values, "utf8")));

await measure(async () => {
  const { clientId, clientSecret } = server.admin;
  const { accessToken } = await post("/api/v1/auth/universal-auth/login", { clientId, clientSecret });
  await post(`${SYNCS}/${server.seeded.secretSyncs[0].id}/sync-secrets`, {}, accessToken);
  await clock.advance(WHOLE_RUN_MS);
  return { failure: failureOf(server.auditEvents), sourceRequests: server.requests };
});
await server.close();

function seedOf({ destination }) {
  const { projectId, environment, secretPath } = destination;
  const credentials = {
    instanceUrl: destination.url,
    machineIdentityClientId: destination.clientId,
    machineIdentityClientSecret: destination.clientSecret,
  };
  const sync = {
    name: "bench",
    project: source.projectId,
    environment: source.environment,
    secretPath: source.secretPath,
    connection: "bench",
    isAutoSyncEnabled: false,
    syncOptions: { initialSyncBehavior: "overwrite-destination" },
    destinationConfig: { projectId, environment, secretPath },
  };
  return {
    projects: [{ id: source.projectId }],
    connections: [{ name: "bench", credentials }],
    secretSyncs: [sync],
  };
}

async function post(path, body, token) {
  const response = await fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** What the instance says of the last attempt, when that failed: an answer of the other one in JSON, or text. */
function failureOf(events) {
  const attempts = events.filter(({ type }) => type === AUDITED_RUN).map(({ metadata }) => metadata);
  const { syncStatus, syncMessage } = attempts.at(-1);
  if (syncStatus === "succeeded") return undefined;
  return { attempts: attempts.length, message: readable(syncMessage) };
}

function readable(message) {
  if (!message.startsWith("{")) return message;
  const { message: text, error } = JSON.parse(message);
  return `${error.statusCode} ${text}`;
}
