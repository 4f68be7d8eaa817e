/**
 * The life of a sync, as a user sees it: two Infisical-compatible servers on this machine, and the command
 * `external-infisical` on copies of examples/quickstart and examples/native. Both sides are read back and compared.
 */
import { makeFolder } from "./folder.ts";
import { partsTable } from "./parts.ts";
import { differences, readOverHttp, readWithSdk } from "./read-back.ts";
import { command, note, step } from "./show.ts";
import { syncsYaml } from "./syncs-yaml.ts";
import { secondsUntil } from "./wait.ts";
import { startWorld } from "./world.ts";

const started = Date.now();
await using world = await startWorld();
await using folder = await makeFolder(world, { example: "quickstart", identity: world.source });
// The local engine runs everywhere and in a third of the time; the arguments can name the other one.
const engine = process.argv.length > 2 ? process.argv.slice(2) : ["--engine", "local"];
const run = (...args: string[]) => command([...args, ...engine], folder);

step("Two Infisical instances are running, each with a project, a machine identity and some secrets.");
note(`source       ${world.source.url}   ${Object.keys(world.source.read()).join(", ")}`);
note(`destination  ${world.destination.url}   ${Object.keys(world.destination.read()).join(", ")}`);
note("The stack is a copy of examples/quickstart, with its state in a folder of the demo's own.");

step("What would the first run do? Nothing is written by a preview.");
await run("preview", ...folder.configuration);

step("Deploy it.");
await run("up", "--yes", "--skip-preview", ...folder.configuration);
note("The deployment keeps the settings in the stack.");

step("At the source a secret is rotated, one is added and one is deleted.");
world.source.put({ DB_PASSWORD: "n3w-pa$$word", QUEUE_URL: "amqp://queue.internal" });
world.source.drop("SENTRY_DSN");
await run("preview");
await run("up", "--yes", "--skip-preview");

step("At the destination somebody edits a secret, deletes one and adds one of their own: drift.");
world.destination.put({ STRIPE_API_KEY: "sk_test_oops", SCRATCH: "just trying" });
world.destination.drop("FEATURE_FLAGS");
await run("preview");
note("The next deployment repairs it.");
await run("up", "--yes", "--skip-preview");

step("Read both sides back, over plain HTTP and with the official @infisical/sdk.");
const wanted = world.source.expanded();
const found = [
  ...differences("source over HTTP", wanted, await readOverHttp(world.source)),
  ...differences("destination over HTTP", wanted, await readOverHttp(world.destination)),
  ...differences("destination with @infisical/sdk", wanted, await readWithSdk(world.destination)),
];
note(found.length === 0 ? `${Object.keys(wanted).length} secrets, equal on both sides.` : found.join("\n  "));

step("Destroy the stack. The secrets stay, since removeSecretsOnDelete was not set.");
await run("destroy", "--yes", "--skip-preview");
found.push(...differences("destination after destroy", wanted, await readOverHttp(world.destination)));

step("Folders come along: the same in a syncs.yaml, with includeAllSubFolders.");
world.source.putIn("api", { API_TOKEN: "t0k3n-of-the-api", URL: "https://api.internal" });
world.source.putIn("api/workers", { QUEUE: "invoices" });
const treeYaml = syncsYaml(world, {
  head: "project: replica",
  rest: "syncOptions: { initialSyncBehavior: overwrite-destination, includeAllSubFolders: true }",
});
await using tree = await makeFolder(world, { syncsYaml: treeYaml, identity: world.source });
const runTree = (...args: string[]) => command([...args, ...engine], tree);
await runTree("preview");
await runTree("up", "--yes", "--skip-preview");
for (const below of ["api", "api/workers"])
  found.push(...differences(`folder ${below}`, world.source.readIn(below), world.destination.readIn(below)));
await runTree("destroy", "--yes", "--skip-preview");

step('Now let the source instance run the sync by itself: execution "native", in examples/native.');
note("The plan says, key by key, what the instance is about to do.");
await using native = await makeFolder(world, { example: "native", identity: world.source.admin });
const runNative = (...args: string[]) => command([...args, ...engine], native);
world.source.put({ STRIPE_API_KEY: "sk_live_rotated" });
await runNative("preview", ...native.configuration);
await runNative("up", "--yes", "--skip-preview", ...native.configuration);

step("A secret changes at the source. Nobody deploys; the instance notices and pushes it.");
world.source.put({ QUEUE_URL: "amqp://queue-2.internal" });
note(
  `picked up after ${await secondsUntil(() => world.destination.read()["QUEUE_URL"] === "amqp://queue-2.internal")} s (its time runs ten times faster here)`,
);
await runNative("preview");

step("Read both sides back, and destroy the stack: connection and sync are gone, the secrets stay.");
const pushed = world.source.expanded();
found.push(...differences("destination with @infisical/sdk", pushed, await readWithSdk(world.destination)));
await runNative("destroy", "--yes", "--skip-preview");
found.push(...differences("destination after destroy", pushed, await readOverHttp(world.destination)));

step(`What this ran on (${((Date.now() - started) / 1000).toFixed(1)} s):`);
for (const line of await partsTable()) note(line);

if (found.length > 0) {
  console.error(`\nThe demo found differences:\n  ${found.join("\n  ")}`);
  process.exitCode = 1;
}
