import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import type { Context } from "../context.ts";
import { setContext } from "./request-state.ts";

export interface Door {
  readonly url: string;
  /** Closes its connections, too. */
  close(): Promise<void>;
}

/** What listens for one server. The routes behind it are those of all servers. */
export async function openDoor(
  context: Context,
  serve: RequestListener,
  address: { host: string; port: number },
): Promise<Door> {
  // The times are those of the framework.
  const server = createServer({ keepAliveTimeout: 72_000, requestTimeout: 0 }, (request, response) => {
    setContext(request, context);
    serve(request, response);
  });
  server.listen(address);
  await once(server, "listening");
  const { address: host, family, port } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${host}]` : host}:${port}`,
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      for (const stream of context.streams) stream.end();
      // Their ends are sent first.
      await setImmediate();
      server.closeAllConnections();
      await closed;
    },
  };
}
