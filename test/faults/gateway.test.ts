import { expect, test } from "vitest";
import { startInfisicalServer } from "../../infisical-server/index.ts";
import { openGateway } from "./gateway.ts";

const ways = ["drop-before", "truncate"] as const;

test.for(ways.flatMap((kind) => [false, true].map((isDisturbed) => ({ kind, isDisturbed }))))(
  "a connection that the instance ends ends that of the client: $kind, disturbed: $isDisturbed",
  async ({ kind, isDisturbed }) => {
    await using server = await startInfisicalServer();
    await using gateway = await openGateway(server);
    server.fault({ kind });
    gateway.begin({
      index: isDisturbed ? 1 : 2,
      isLasting: false,
      disturb: async ({ forward }) => void (await forward()),
    });

    await expect(fetch(`${gateway.url}/api/status`)).rejects.toThrow("fetch failed");
    await gateway.idle();
    expect(gateway.exchanges).toMatchObject([{ isDelivered: false }]);
  },
);
