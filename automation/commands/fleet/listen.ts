import type { FastifyInstance } from "fastify";
import { EngineError } from "../../engines/engine.ts";

/** @returns where it listens. @throws EngineError where it cannot */
export async function listen(page: FastifyInstance, at: { host: string; port: number }): Promise<string> {
  try {
    return await page.listen(at);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new EngineError("engine-failed", `The page cannot listen at ${at.host}:${at.port} (${code}).`, {
      hint: "Several workers on one machine need a --port each; 0 is any that is free.",
      cause,
    });
  }
}
