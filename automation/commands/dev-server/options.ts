import { z } from "zod";
import { flag, nonEmpty, option } from "../options.ts";

const PORT = "must be a port, from 0 to 65535";
const port = z.coerce.number(PORT).int(PORT).min(0, PORT).max(65_535, PORT);
const SPEED = "must be a number above 0";

export const devServerOptions = z
  .object({
    port: option(port.default(8090), { value: "port", text: "of the first instance; 0 takes a free one" }),
    secondPort: option(port.optional(), { value: "port", text: "start a second instance, here" }),
    seed: option(z.string().optional(), {
      value: "file",
      text: "what the first instance holds at the beginning (default: a small example)",
    }),
    secondSeed: option(z.string().optional(), { value: "file", text: "the same for the second instance" }),
    dataDir: option(nonEmpty().optional(), {
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
    speed: option(z.coerce.number(SPEED).positive(SPEED).default(1), {
      value: "factor",
      text: "let the servers' time pass faster: with 10, an hour takes six minutes",
    }),
    log: flag("tell every request on stderr"),
    json: flag("print addresses and credentials as one JSON document"),
  })
  .refine(({ secondPort, secondSeed }) => secondPort !== undefined || secondSeed === undefined, {
    path: ["secondSeed"],
    message: "needs --second-port: there is no second instance without it",
  });
export type DevServerOptions = z.output<typeof devServerOptions>;
