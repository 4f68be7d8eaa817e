import type { Server } from "node:http";

const GRACE_MS = 5000;

/** For a server that closes: a request that is never sent to its end is waited for no longer than answers may take. */
export function endConnections(server: Pick<Server, "closeAllConnections">, graceMs = GRACE_MS): void {
  setTimeout(() => server.closeAllConnections(), graceMs).unref();
}
