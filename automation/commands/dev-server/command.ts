/** The command line of `dev-server`. What it starts is loaded when it runs. */
import { type Command, Option } from "commander";
import { z } from "zod";
import { EngineError } from "../../engines/engine.ts";

const port = z.coerce.number().int().min(0).max(65_535);

const optionsSchema = z
  .object({
    port: port.default(8090),
    secondPort: port.optional(),
    seed: z.string().optional(),
    secondSeed: z.string().optional(),
    dataDir: z.string().min(1).optional(),
    rateLimit: z.enum(["free", "pro", "self-hosted"]).optional(),
    profile: z.enum(["newest", "2024-10"]).default("newest"),
    speed: z.coerce.number().positive().default(1),
    log: z.boolean().default(false),
    json: z.boolean().default(false),
  })
  .refine(({ secondPort, secondSeed }) => secondPort !== undefined || secondSeed === undefined, {
    path: ["secondSeed"],
    message: "there is no second instance without --second-port",
  });
export type DevServerOptions = z.output<typeof optionsSchema>;

/** @throws EngineError `invalid-config` with all problems in one line */
export function parseDevServerOptions(raw: unknown): DevServerOptions {
  const { success, data, error } = optionsSchema.safeParse(raw);
  if (success) return data;
  const flagOf = (name: PropertyKey | undefined) =>
    `--${String(name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const told = error.issues.map(({ path, message }) => `${flagOf(path[0])}: ${message}`);
  throw new EngineError("invalid-config", told.join("; "));
}

const HELP = `
A seed file is YAML or JSON: projects (with environments, folders, secrets, imports) and identities. Each instance gets
four identities more, which are members of all its projects: admin, member, viewer and describe-only.
With --data-dir a write is answered once all that the instance holds is on disk: what was answered is never lost, and
each write takes longer the more there is.
The servers listen on 127.0.0.1 only. They are for trying things out and hold secrets unprotected, with --data-dir also
on disk: no place for real ones.`;

export function addDevServerCommand(program: Command, run: (raw: unknown) => Promise<void>): void {
  program
    .command("dev-server")
    .description("Run one or two Infisical-compatible servers on this machine, to try things out")
    .option("--port <port>", "of the first instance; 0 takes a free one", "8090")
    .option("--second-port <port>", "start a second instance, here")
    .option("--seed <file>", "what the first instance holds at the beginning (default: a small example)")
    .option("--second-seed <file>", "the same for the second instance")
    .option("--data-dir <folder>", "keep everything here, also when killed; secrets are in clear")
    .addOption(
      new Option(
        "--rate-limit <plan>",
        "limit requests as the cloud does, or an instance of one's own",
      ).choices(["free", "pro", "self-hosted"]),
    )
    .addOption(
      new Option("--profile <version>", "answer as the product of that month does")
        .choices(["newest", "2024-10"])
        .default("newest"),
    )
    .option("--speed <factor>", "let the servers' time pass faster: with 10, an hour takes six minutes", "1")
    .option("--log", "tell every request on stderr")
    .option("--json", "print addresses and credentials as one JSON document")
    .addHelpText("after", HELP)
    .action(run);
}
