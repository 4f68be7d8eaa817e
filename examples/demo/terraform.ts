/**
 * The life of a sync in Terraform or OpenTofu: two Infisical-compatible servers on this machine, and the real tool on
 * a copy of examples/terraform, with the provider from a filesystem mirror. Both sides are read back and compared.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { differences, readOverHttp, readWithSdk } from "./read-back.ts";
import { note, runShown, step } from "./show.ts";
import { makeTerraformFolder, sourceIdentity } from "./terraform-folder.ts";
import { requireTool } from "./terraform-tool.ts";
import { secondsUntil } from "./wait.ts";
import { startWorld, type Values } from "./world.ts";

const started = Date.now();
const tool = await requireTool(process.argv[2]);

await using world = await startWorld();
await using folder = await makeTerraformFolder(world);
const { source, destination } = world;
const found: string[] = [];

step("Two Infisical instances are running, each with a project, a machine identity and some secrets.");
note(`source       ${source.url}   ${Object.keys(source.read()).join(", ")}`);
note(`destination  ${destination.url}   ${Object.keys(destination.read()).join(", ")}`);
note(
  `${tool.name} ${tool.version} runs a copy of examples/terraform, with everything in a folder of the demo's own.`,
);

step(
  "The provider comes from a filesystem mirror, as npm run build:terraform makes it. The settings of the tool:",
);
for (const line of folder.settings.trimEnd().split("\n")) note(line);
await run("init");
await run("validate");

step("What would the first run do? The plan names each key, by revision (version@id), never by value.");
note("keys: what the destination will hold. taken_over: what is there already, and this sync did not write.");
await run("plan", "-out=first.tfplan");
await run("apply", "first.tfplan");
await compare("after the first apply");

step("A second plan has nothing to do.");
await run("plan", "-detailed-exitcode");

step("At the source a secret is rotated, one is added and one is deleted.");
source.put({ DB_PASSWORD: "n3w-pa$$word", QUEUE_URL: "amqp://queue.internal" });
source.drop("SENTRY_DSN");
await run("plan", "-out=reviewed.tfplan");

step(
  "Before the reviewed plan is applied, somebody rotates the password once more: refused, nothing is written.",
);
source.put({ DB_PASSWORD: "n3west-pa$$word" });
const before = destination.read();
await runExpecting(1, "apply", "reviewed.tfplan");
found.push(...differences("destination after the refused apply", before, destination.read()));
note("Plan again, look, apply:");
await run("plan", "-out=again.tfplan");
await run("apply", "again.tfplan");
await compare("after the change");

step("At the destination somebody edits a secret, deletes one and adds one of their own: drift.");
destination.put({ STRIPE_API_KEY: "sk_test_oops", SCRATCH: "just trying" });
destination.drop("FEATURE_FLAGS");
note("With -detailed-exitcode a plan that has something to do ends with 2: a check for a nightly job.");
await runExpecting(2, "plan", "-detailed-exitcode", "-out=repair.tfplan");
note("The apply repairs it.");
await run("apply", "repair.tfplan");
await compare("after the repair");
note(await secretsInState());

step("Destroy. The secrets stay, since remove_secrets_on_delete was not set.");
await run("destroy", "-auto-approve");
await compare("after destroy");

step('Now let the source instance run the sync by itself: execution = "native" on the connection.');
note(
  "It needs an identity that may make connections in the organization. The plan is as before, key by key.",
);
source.put({ STRIPE_API_KEY: "sk_live_rotated" });
Object.assign(folder.environment, { TF_VAR_execution: "native", ...sourceIdentity(source.admin) });
await run("plan", "-out=native.tfplan");
await run("apply", "native.tfplan");

step("A secret changes at the source. Nobody applies; the instance notices and pushes it.");
const queue = "amqp://queue-2.internal";
source.put({ QUEUE_URL: queue });
const seconds = await secondsUntil(() => destination.read()["QUEUE_URL"] === queue);
note(`picked up after ${seconds} s (its time runs ten times faster here)`);
await run("plan");
await compare("pushed by the instance");

step("Destroy: connection and sync are gone from the instance, the secrets stay.");
await run("destroy", "-auto-approve");
await compare("after the last destroy");

if (found.length > 0) {
  console.error(`\nThe demo found differences:\n  ${found.join("\n  ")}`);
  process.exitCode = 1;
} else {
  const took = ((Date.now() - started) / 1000).toFixed(1);
  step(`Done in ${took} s, on ${tool.name} ${tool.version} and Node ${process.version}.`);
  note("To use it: docs/first-steps.md. To have the servers for yourself: npx external-infisical dev-server");
}

function run(...args: string[]): Promise<void> {
  return runExpecting(0, ...args);
}

async function runExpecting(expected: number, ...args: string[]): Promise<void> {
  const code = await runShown(`${tool.name} ${args.join(" ")}`, tool.name, args, folder);
  if (code !== expected)
    throw new Error(`${tool.name} ${args[0]} ended with ${code} instead of ${expected}.`);
  if (expected !== 0) note(`(ended with ${code})`);
}

/** Both sides as others read them: over plain HTTP and with the official SDK. */
async function compare(when: string): Promise<void> {
  const wanted: Values = source.expanded();
  const wrong = [
    ...differences(`source ${when}`, wanted, await readOverHttp(source)),
    ...differences(`destination ${when}, over HTTP`, wanted, await readOverHttp(destination)),
    ...differences(`destination ${when}, with @infisical/sdk`, wanted, await readWithSdk(destination)),
  ];
  found.push(...wrong);
  const count = Object.keys(wanted).length;
  note(
    wrong.length === 0
      ? `Read back over plain HTTP and with @infisical/sdk: ${count} secrets, equal on both sides.`
      : wrong.join("\n  "),
  );
}

async function secretsInState(): Promise<string> {
  const state = await readFile(join(folder.path, "terraform.tfstate"), "utf8");
  const secrets = [destination.clientSecret, ...Object.values(source.read()).filter((value) => value !== "")];
  const inside = secrets.filter((secret) => state.includes(JSON.stringify(secret).slice(1, -1)));
  if (inside.length > 0) found.push(`terraform.tfstate holds ${inside.length} secrets`);
  return `Of ${secrets.length} secrets, the client secret included, terraform.tfstate holds ${inside.length}.`;
}
