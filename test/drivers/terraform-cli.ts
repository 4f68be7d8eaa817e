import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SyncArguments } from "../scenarios/scenario.ts";
import { makeTerraformFolder, readState, THOROUGH_ONLY, TOOLS, type Tool } from "../support/terraform/cli.ts";
import { configurationFile } from "../support/terraform/configuration.ts";
import { SYNC } from "../support/terraform/provider.ts";
import { isThorough } from "../support/thorough.ts";
import type { PlayedWorld } from "../support/world.ts";
import { type Driver, type Stack, viewOf } from "./driver.ts";
import { type Shown, terraformView } from "./terraform-view.ts";

/** A configuration run by a stock `terraform` or `tofu`. */
export const terraformClis: Driver[] = TOOLS.map(({ tool, title, unavailable }) => ({
  name: `terraform-cli ${title}`,
  // A quick run has the tool in test/terraform-cli.test.ts.
  ...(unavailable !== undefined ? { unavailable } : !isThorough && { unavailable: THOROUGH_ONLY }),
  isSlow: true,
  open: (world) => openStack(world, tool),
}));

interface PlanJson {
  prior_state?: { values?: { root_module: { resources?: { address: string; values: Shown }[] } } };
  resource_changes?: { address: string; change: { actions: string[]; after: Shown | null } }[];
}

interface StateJson {
  resources?: { type: string; name: string; instances: { attributes: Shown }[] }[];
}

async function openStack(world: PlayedWorld, tool: Tool): Promise<Stack> {
  const folder = await makeTerraformFolder(tool);
  const addressOf = ({ resourceName }: SyncArguments) => `${SYNC}.${resourceName ?? "sync"}`;

  const configure = (args: SyncArguments) =>
    writeFile(join(folder.path, "main.tf.json"), configurationFile(world, args));

  async function recorded(args: SyncArguments): Promise<Shown> {
    const { resources = [] } = JSON.parse(await readState(folder)) as StateJson;
    const found = resources.find(({ type, name }) => `${type}.${name}` === addressOf(args));
    return found?.instances[0]?.attributes ?? {};
  }

  async function plan(args: SyncArguments) {
    await configure(args);
    const before = await recorded(args);
    await folder.run("plan", "-out=plan.bin", "-no-color", "-input=false");
    const json = JSON.parse(await folder.run("show", "-json", "plan.bin")) as PlanJson;
    const refreshed = json.prior_state?.values?.root_module.resources?.find(
      ({ address }) => address === addressOf(args),
    );
    const changes = json.resource_changes ?? [];
    const mine = changes.find(({ address }) => address === addressOf(args));
    const unchanged = changes.every(({ change }) => change.actions.join() === "no-op");
    return { ...terraformView(before, refreshed?.values ?? {}, mine?.change.after ?? {}), unchanged };
  }

  return {
    preview: plan,
    async deploy(args) {
      const view = await plan(args);
      await folder.run("apply", "-no-color", "-input=false", "plan.bin");
      return view;
    },
    async refresh(args) {
      const before = await recorded(args);
      await folder.run("apply", "-refresh-only", "-auto-approve", "-no-color", "-input=false");
      return { keys: viewOf(textsIn(before), textsIn(await recorded(args))).keys };
    },
    destroy: async () => void (await folder.run("destroy", "-auto-approve", "-no-color", "-refresh=false")),
    state: () => readState(folder),
    transcript: () => folder.printed.join("\n"),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const textsIn = ({ keys }: Shown) => ({ keys: (keys ?? {}) as Record<string, string> });
