import { z } from "zod";
import { EngineError } from "../../engines/engine.ts";
import { flag, flagOf, option } from "../options.ts";

const port = z.coerce.number().int().min(0).max(65_535);

export const devServerOptions = z
  .object({
    port: option(port.default(8090), { value: "port", text: "of the first instance; 0 takes a free one" }),
    secondPort: option(port.optional(), { value: "port", text: "start a second instance, here" }),
    seed: option(z.string().optional(), {
      value: "file",
      text: "what the first instance holds at the beginning (default: a small example)",
    }),
    secondSeed: option(z.string().optional(), { value: "file", text: "the same for the second instance" }),
    dataDir: option(z.string().min(1).optional(), {
      value: "folder",
      text: "keep everything here, also when killed; secrets are in clear",
    }),
    rateLimit: option(z.enum(["free", "pro", "self-hosted"]).optional(), {
      value: "plan",
      text: "limit requests as the cloud does, or an instance of one's own",
    }),
    profile: option(z.enum(["newest", "2024-10"]).default("newest"), {
      value: "version",
      text: "answer as the product of that month does",
    }),
    speed: option(z.coerce.number().positive().default(1), {
      value: "factor",
      text: "let the servers' time pass faster: with 10, an hour takes six minutes",
    }),
    log: flag("tell every request on stderr"),
    json: flag("print addresses and credentials as one JSON document"),
  })
  .refine(({ secondPort, secondSeed }) => secondPort !== undefined || secondSeed === undefined, {
    path: ["secondSeed"],
    message: "there is no second instance without --second-port",
  });
export type DevServerOptions = z.output<typeof devServerOptions>;

/** @throws EngineError `invalid-config` with all problems in one line */
export function parseDevServerOptions(raw: unknown): DevServerOptions {
  const { success, data, error } = devServerOptions.safeParse(raw);
  if (success) return data;
  const told = error.issues.map(({ path, message }) => `${flagOf(String(path[0]))}: ${message}`);
  throw new EngineError("invalid-config", told.join("; "));
}
