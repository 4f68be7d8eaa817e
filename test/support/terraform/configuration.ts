import { toSnakeCase } from "../../../provider/terraform/names.ts";
import type { ObjectValue, Value } from "../../../provider/terraform/value.ts";
import type { SyncArguments } from "../../scenarios/scenario.ts";
import { connectionInputs, syncArguments } from "../arguments.ts";
import type { PlayedWorld } from "../world.ts";
import { SOURCE } from "./cli.ts";
import { CONNECTION, SYNC } from "./provider.ts";

/** The world's provider block. */
export function providerBlock({ source, destination, connectionSecret }: PlayedWorld): ObjectValue {
  return {
    host: source.server.url,
    client_id: source.clientId,
    client_secret: source.clientSecret,
    ...(connectionSecret === "configuration" && {
      connection_secrets: { "dr-site": destination.clientSecret },
    }),
  };
}

/** The world's connection, as its resource block says it. */
export const connectionBlock = (world: PlayedWorld): ObjectValue => asBlock(connectionInputs(world));

/** A sync over the world's places, without its connection. */
export function syncBlock(world: PlayedWorld, args: SyncArguments): ObjectValue {
  const { triggers, ...rest } = syncArguments(world, args);
  const texts = Object.entries(triggers ?? {}).map(([name, value]) => [name, String(value)]);
  return { ...asBlock(rest), ...(triggers !== undefined && { triggers: Object.fromEntries(texts) }) };
}

/** The world's connection and sync as `main.tf.json`. */
export function configurationFile(world: PlayedWorld, args: SyncArguments): string {
  return JSON.stringify({
    terraform: { required_providers: { externalinfisical: { source: SOURCE } } },
    provider: { externalinfisical: providerBlock(world) },
    resource: {
      [CONNECTION]: { connection: connectionBlock(world) },
      [SYNC]: {
        [args.resourceName ?? "sync"]: {
          ...syncBlock(world, args),
          destination_connection: `\${${CONNECTION}.connection}`,
        },
      },
    },
  });
}

function asBlock(inputs: Readonly<Record<string, unknown>>): ObjectValue {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]): [string, Value] => [
      toSnakeCase(name),
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? asBlock(value as Record<string, unknown>)
        : (value as Value),
    ]),
  );
}
