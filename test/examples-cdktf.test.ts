/** The examples for cdktf and cdktn do what they say, on stock terraform and tofu and without any other program. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { copyExample } from "./cdktf/example-folder.ts";
import { THOROUGH_ONLY, TOOLS, type Tool } from "./support/terraform/cli.ts";
import { isThorough } from "./support/thorough.ts";
import { startWorld } from "./support/world.ts";

const [first, second] = TOOLS.filter(({ tool }) => tool.version !== "").map(({ tool }) => tool);

// One library on one tool always; in test:all the other one too, on the other tool where there is one.
const CASES = [
  { example: "cdktn", tool: first, isSlow: false },
  { example: "cdktf", tool: second ?? first, isSlow: !isThorough },
];

for (const { example, tool, isSlow } of CASES) {
  const by = tool ? `${tool.name} ${tool.version}` : "terraform or tofu";
  const title = `${example}, applied by ${by}${isThorough ? ", and destroyed" : " (destroyed: npm run test:all)"}`;
  const reason = tool ? isSlow && THOROUGH_ONLY : "neither is on the PATH";
  if (!tool || reason) test.skip(`${title} (not run: ${reason})`);
  else test(title, () => applyExample(example, tool));
}

async function applyExample(example: string, tool: Tool): Promise<void> {
  await using world = await startWorld();
  const { source, destination } = world;
  await using folder = await copyExample(tool, {
    name: example,
    world,
    projectId: destination.projectId,
  });
  const place = { environment: "prod", secretPath: "/billing" };
  const pushed = () => destination.server.readSecrets({ projectId: destination.projectId, ...place });
  const program = (args: string[], code = 0) => folder.run(process.execPath, ["run.ts", ...args], code);

  source.server.putSecrets({ projectId: source.projectId, ...place }, { A: "1", B: "canary-value" });
  const applied = await program(["apply", "-auto-approve"]);
  expect(applied).toMatch(/2 added, 0 changed, 0 destroyed/);
  expect(pushed()).toEqual({ A: "1", B: "canary-value" });
  expect(await program(["plan", "-detailed-exitcode"])).toMatch(/No changes/);

  const texts = await Promise.all(
    (await readdir(folder.path))
      .filter((file) => file.endsWith(".tfstate"))
      .map((file) => readFile(join(folder.path, file), "utf8")),
  );
  expect(texts).toHaveLength(1);
  for (const secret of ["canary-value", destination.clientSecret])
    expect(applied + texts.join()).not.toContain(secret);

  // By the tool itself, of what the program has written; in npm test the next plan has read it.
  if (!isThorough) return;
  const stack = ["-chdir=cdktf.out/stacks/billing", "destroy", "-auto-approve"];
  expect(await folder.run(tool.name, stack)).toMatch(/2 destroyed/);
  expect(pushed()).toEqual({ A: "1", B: "canary-value" });
}
