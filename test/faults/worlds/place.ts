/** Two instances behind gateways, on which one world after the other is played. */

import { startInfisicalServer } from "../../../infisical-server/index.ts";
import type { SecretStore } from "../../../provider/engine/store.ts";
import { foldersBeneath } from "../../../provider/infisical/secrets/folders-beneath.ts";
import type { Target } from "../../../provider/infisical/secrets/target.ts";
import { createTreeStore } from "../../../provider/infisical/secrets/tree.ts";
import { ARGUMENT_NAMES, clientFor } from "../../support/store-subject.ts";
import { makeSide, type Values, type World } from "../../support/world.ts";
import { behind, type SideName } from "../arena.ts";
import { type Gateway, openGateway } from "../gateway.ts";
import { FOLDERS } from "./worlds.ts";

/** How many worlds share the instances: what earlier ones left in them stays little. */
const WORLDS_EACH = 100;
const MEMBER = { role: "member", folders: FOLDERS } as const;

export interface Grounds {
  world: World;
  gateways: Record<SideName, Gateway>;
  /** Both sides, with all folders beneath, as their admins see them, past the gateways. */
  stores: Record<SideName, SecretStore>;
  /** Ids of the folders beneath the destination's own. */
  folders(): Promise<string[]>;
}

export interface Country extends AsyncDisposable {
  /** Projects of their own on both instances. */
  settle(source: Values, destination: Values | undefined): Promise<Grounds>;
}

/** Opens instances as worlds need them. */
export function openCountry(): Country {
  let land: Land | undefined;
  let left = 0;
  return {
    async settle(source, destination) {
      if (!land || left === 0) {
        await land?.[Symbol.asyncDispose]();
        land = await openLand();
        left = WORLDS_EACH;
      }
      left -= 1;
      return land.settle(source, destination);
    },
    [Symbol.asyncDispose]: async () => land?.[Symbol.asyncDispose](),
  };
}

type Land = Country;

async function openLand(): Promise<Land> {
  const open = async () => {
    const server = await startInfisicalServer();
    return { server, gateway: await openGateway(server), admin: clientFor(server, server.admin) };
  };
  const [source, destination] = await Promise.all([open(), open()]);
  const sides = { source, destination };
  return {
    async settle(sourceValues, destinationValues) {
      for (const { server, admin } of [source, destination]) {
        server.clearRequests();
        admin.listings.clear();
      }
      const world: World = {
        execution: "engine",
        connectionSecret: "argument",
        source: behind(makeSide(source.server, sourceValues, MEMBER), source.gateway),
        destination: behind(makeSide(destination.server, destinationValues, MEMBER), destination.gateway),
        [Symbol.asyncDispose]: async () => {},
      };
      const targetOf = (name: SideName): Target => {
        const { projectId, environment, secretPath } = world[name];
        const { server, admin } = sides[name];
        const place = { origin: server.url, projectId, environment, secretPath };
        return { client: admin, place, argumentNames: ARGUMENT_NAMES };
      };
      const storeOf = (name: SideName) => {
        const { client, place, argumentNames } = targetOf(name);
        return createTreeStore(client, place, argumentNames);
      };
      return {
        world,
        gateways: { source: source.gateway, destination: destination.gateway },
        stores: { source: storeOf("source"), destination: storeOf("destination") },
        folders: async () =>
          (await foldersBeneath(targetOf("destination"))).flatMap(({ id }) => (id === undefined ? [] : [id])),
      };
    },
    async [Symbol.asyncDispose]() {
      for (const { server, gateway, admin } of [source, destination]) {
        await admin[Symbol.asyncDispose]();
        await gateway[Symbol.asyncDispose]();
        await server.close();
      }
    },
  };
}
