import fastify from "fastify";
import { expect, it } from "vitest";
import { listen } from "./listen.ts";

it("a port that somebody else has is told, with what to do", async () => {
  await using first = fastify();
  const { port } = new URL(await listen(first, { host: "127.0.0.1", port: 0 }));
  await using second = fastify();
  await expect(listen(second, { host: "127.0.0.1", port: Number(port) })).rejects.toMatchObject({
    code: "engine-failed",
    message: `The page cannot listen at 127.0.0.1:${port} (EADDRINUSE).`,
  });
});
