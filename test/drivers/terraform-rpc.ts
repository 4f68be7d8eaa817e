import type { ObjectValue, Value } from "../../provider/terraform/value.ts";
import type { SyncArguments } from "../scenarios/scenario.ts";
import { connectionBlock, providerBlock, syncBlock } from "../support/terraform/configuration.ts";
import type { PlannedChange } from "../support/terraform/core.ts";
import { CONNECTION, SYNC, startProvider } from "../support/terraform/provider.ts";
import type { PlayedWorld } from "../support/world.ts";
import { type Driver, type Stack, type View, viewOf } from "./driver.ts";
import { terraformView } from "./terraform-view.ts";

/** Calls the Terraform provider over gRPC, by a client that enforces what Terraform's core does. */
export const terraformRpc: Driver = { name: "terraform-rpc", isSlow: true, open: openStack };

async function openStack(world: PlayedWorld): Promise<Stack> {
  const { core, nextPhase, logged, close } = await startProvider(providerBlock(world));

  async function plan(args: SyncArguments) {
    await nextPhase();
    const connection = await core.plan("connection", CONNECTION, connectionBlock(world));
    const name = args.resourceName ?? "sync";
    const recorded = core.state.get(name)?.object ?? {};
    const config = { ...syncBlock(world, args), destination_connection: connection.planned ?? null };
    const sync = await core.plan(name, SYNC, config);
    const gone: PlannedChange[] = [];
    for (const other of core.state.keys())
      if (other !== "connection" && other !== name) gone.push(await core.plan(other, SYNC, undefined));
    const isUnchanged = [connection, sync].every(({ action }) => action === "none") && gone.length === 0;
    const shown = terraformView(recorded, sync.prior?.object ?? {}, sync.planned ?? {});
    return { connection, sync, gone, view: { ...shown, unchanged: isUnchanged } satisfies View };
  }

  /** As with `-refresh=false`: what the state says is what is destroyed. */
  const remove = (name: string) => {
    const prior = core.state.get(name);
    return core.apply({
      name,
      type: typeOf(name),
      config: undefined,
      action: "delete",
      prior,
      planned: undefined,
    });
  };

  return {
    preview: async (args) => (await plan(args)).view,
    async deploy(args) {
      const { connection, sync, gone, view } = await plan(args);
      await nextPhase();
      // In no order that a provider could rely on: nothing depends on what is gone.
      for (const change of gone) await core.apply(change);
      await core.apply(connection);
      const made = core.state.get("connection")?.object ?? null;
      await core.apply({ ...sync, config: withConnection(sync.config, made) });
      return view;
    },
    async refresh(args) {
      await nextPhase();
      const name = args.resourceName ?? "sync";
      const before = core.state.get(name);
      const after = await core.refresh(name);
      if (!before || !after) throw new Error(`No ${name} to refresh`);
      core.state.set(name, after);
      return { keys: viewOf(before.object, after.object).keys };
    },
    async destroy() {
      await nextPhase();
      for (const name of [...core.state.keys()].reverse()) await remove(name);
    },
    state: async () =>
      JSON.stringify([...core.state].map(([name, one]) => [name, one.object, String(one.private)])),
    transcript: () => [...core.transcript, ...logged].join("\n"),
    [Symbol.asyncDispose]: close,
  };
}

const typeOf = (name: string) => (name === "connection" ? CONNECTION : SYNC);

const withConnection = (config: ObjectValue | undefined, connection: ObjectValue | null) =>
  config && { ...config, destination_connection: pickLike(config["destination_connection"], connection) };

/** A whole resource fits an attribute that has fewer attributes. */
function pickLike(attribute: Value | undefined, resource: ObjectValue | null): ObjectValue {
  const names = typeof attribute === "object" && attribute !== null ? Object.keys(attribute) : [];
  return Object.fromEntries(names.map((name): [string, Value] => [name, resource?.[name] ?? null]));
}
