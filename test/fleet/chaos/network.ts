/** A network between two processes that can be cut, or frozen so that neither side hears of it. */
import { connect, createServer, type Socket } from "node:net";

export interface Network extends AsyncDisposable {
  readonly port: number;
  /** Open connections break, and new ones are refused. */
  cut(): void;
  /** Nothing passes, and nobody is told. */
  freeze(): void;
  /** As it was; what was held back arrives. */
  mend(): void;
}

export async function startNetwork(target: number): Promise<Network> {
  const pairs = new Set<[Socket, Socket]>();
  let state: "open" | "cut" | "frozen" = "open";
  const server = createServer((near) => {
    if (state === "cut") return void near.destroy();
    const far = connect(target, "127.0.0.1");
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("data", (bytes: Buffer) => void to.write(bytes));
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      // One that stays open alone would be waited for when all this ends.
      from.on("close", () => {
        to.destroy();
        pairs.delete(pair);
      });
    }
    if (state === "frozen") for (const socket of pair) socket.pause();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    cut() {
      state = "cut";
      for (const pair of pairs) for (const socket of pair) socket.destroy();
    },
    freeze() {
      state = "frozen";
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    mend() {
      state = "open";
      for (const pair of pairs) for (const socket of pair) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
