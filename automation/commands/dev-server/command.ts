import type { Command } from "../command.ts";

const HELP = `
A seed file is YAML or JSON: projects (with environments, folders, secrets, imports) and identities. Each instance gets
four identities more, which are members of all its projects: admin, member, viewer and describe-only.
With --data-dir a write is answered once all that the instance holds is on disk: what was answered is never lost, and
each write takes longer the more there is.
The servers listen on 127.0.0.1 only. They are for trying things out and hold secrets unprotected, with --data-dir also
on disk: no place for real ones.`;

const devServer: Command = {
  name: "dev-server",
  description: "Run one or two Infisical-compatible servers on this machine, to try things out",
  options: async () => (await import("./options.ts")).devServerOptions,
  help: HELP,
  run: async (_place, raw) => (await import("./run.ts")).runDevServer(raw),
};

export const commands = [devServer];
