/** A review, step by step. */
import { differences, readOverHttp } from "./read-back.ts";
import { makeReviewFolder } from "./review-folder.ts";
import { note, type Run, step } from "./show.ts";
import { startWorld } from "./world.ts";

/** @param command shows a command, and runs it */
export async function review(engine: string, command: Run): Promise<void> {
  await using world = await startWorld();
  await using folder = await makeReviewFolder(world);
  const run = (args: string, expected?: number) =>
    command([...args.split(" "), "--engine", engine], folder, expected);

  step("On main, a syncs.yaml is deployed that leaves keys of others alone at the destination.");
  await folder.change("keep");
  await run("up --yes --skip-preview");

  step("A branch changes it.");
  console.log(await folder.change("delete"));

  step("The pull request gets a preview: a comment for people, and a signed plan for the deployment.");
  await run("preview --out plan.json --report markdown=comment.md");
  note("The comment:");
  console.log(`\n${await folder.read("comment.md")}`);

  step(
    "While it is reviewed, a secret is rotated at the source. What was approved is not what would be done any more.",
  );
  world.source.put({ DB_PASSWORD: "n3w-pa$$word" });
  await run("up --yes --plan plan.json", 7);

  step("Preview and approve again; now it is deployed.");
  await run("preview --out plan.json --report markdown=comment.md");
  await run("up --yes --plan plan.json");

  step("Somebody edits the destination. The nightly look finds it.");
  world.destination.put({ STRIPE_API_KEY: "sk_test_oops" });
  await run("drift", 7);

  step("Repair it, and read the destination back.");
  await run("drift --repair --yes");
  await run("status");
  const differing = differences(
    "destination",
    world.source.expanded(),
    await readOverHttp(world.destination),
  );
  if (differing.length > 0) throw new Error(differing.join("\n"));
  note(`${Object.keys(world.source.read()).length} secrets, equal on both sides.`);
}
