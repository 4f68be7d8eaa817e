/** The command's end of the line that tells provider processes to stop; see provider/pulumi/stop-line.ts. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { STOP_PORT } from "../../provider/pulumi/stop-line.ts";

interface StopLine extends AsyncDisposable {
  /** What provider processes are to have in their environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Opens a line that is closed when the signal is aborted: the requests in flight end, and providers send no further
 * ones. Nothing is sent on it. Disposing closes it as well.
 */
export async function openStopLine(signal: AbortSignal | undefined): Promise<StopLine> {
  if (!signal) return { environment: {}, [Symbol.asyncDispose]: async () => {} };
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    socket.unref().on("error", () => {});
    if (signal.aborted) socket.end();
    else open.add(socket.on("close", () => open.delete(socket)));
  }).unref();
  const stop = () => {
    for (const socket of open) socket.end();
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  signal.addEventListener("abort", stop);
  return {
    environment: { [STOP_PORT]: String((server.address() as AddressInfo).port) },
    async [Symbol.asyncDispose]() {
      signal.removeEventListener("abort", stop);
      server.close();
      stop();
    },
  };
}
