/** The examples for Pulumi, Terraform and CDK Terrain, to be planned and applied alike. */
import { join } from "node:path";
import type { EngineEvent } from "../../automation/engines/engine.ts";
import { createLocalEngine } from "../../automation/engines/local/local-engine.ts";
import { root } from "../support/node.ts";
import { makeStackFolder } from "../support/stack-folder.ts";
import type { Tool } from "../support/terraform/cli.ts";
import type { World } from "../support/world.ts";
import { copyExample } from "./example-folder.ts";

/** What a plan says of the sync: what the destination will hold, and what a run does beyond that. */
export interface Shown {
  keys: Record<string, string>;
  effects: Record<string, string>;
}

/** An example that is ready to be run. */
export interface Program extends AsyncDisposable {
  plan(): Promise<Shown>;
  apply(): Promise<void>;
}

/** By the local engine. */
export async function openPulumi({ source, destination }: World, projectId: string): Promise<Program> {
  const folder = await makeStackFolder(join(root, "examples/quickstart"));
  const secret = (value: string) => ({ value, secret: true });
  const stack = await createLocalEngine().openStack({
    stack: "dev",
    workDir: folder.path,
    backendUrl: folder.backendUrl,
    envVars: folder.envVars,
    config: {
      "external-infisical:host": { value: source.server.url },
      "external-infisical:clientId": { value: source.clientId },
      "external-infisical:clientSecret": secret(source.clientSecret),
      instanceUrl: { value: destination.server.url },
      machineIdentityClientId: { value: destination.clientId },
      machineIdentityClientSecret: secret(destination.clientSecret),
      projectId: { value: source.projectId },
      destinationProjectId: { value: projectId },
    },
  });
  return {
    async plan() {
      let shown: Shown = { keys: {}, effects: {} };
      const onEvent = ({ resourcePreEvent }: EngineEvent) => {
        const step = resourcePreEvent?.metadata;
        if (step?.urn.endsWith("ExternalInfisicalSecretSync::billing"))
          shown = { ...shown, ...(step.new?.inputs as Partial<Shown>) };
      };
      await stack.preview({ onEvent });
      return { keys: shown.keys, effects: shown.effects };
    },
    apply: async () => void (await stack.up()),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

export async function openHcl(world: World, projectId: string, tool: Tool): Promise<Program> {
  const folder = await copyExample(tool, { name: "terraform", world, projectId });
  await folder.run(tool.name, ["init"]);
  return terraformProgram((...args) => folder.run(tool.name, args), folder);
}

export async function openCdktn(world: World, projectId: string, tool: Tool): Promise<Program> {
  const folder = await copyExample(tool, { name: "cdktn", world, projectId });
  await folder.run(process.execPath, ["main.ts"]);
  const run = (...args: string[]) => folder.run(tool.name, ["-chdir=cdktf.out/stacks/billing", ...args]);
  await run("init");
  return terraformProgram(run, folder);
}

interface PlanJson {
  resource_changes: {
    type: string;
    change: { after: { keys: Record<string, string>; taken_over: Record<string, string> | null } };
  }[];
}

function terraformProgram(run: (...args: string[]) => Promise<string>, folder: AsyncDisposable): Program {
  return {
    async plan() {
      await run("plan", "-out=plan.bin");
      const { resource_changes: changes } = JSON.parse(await run("show", "-json", "plan.bin")) as PlanJson;
      const after = changes.find(({ type }) => type === "externalinfisical_secret_sync")?.change.after;
      return { keys: after?.keys ?? {}, effects: after?.taken_over ?? {} };
    },
    apply: async () => void (await run("apply", "plan.bin")),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
