import type { Command, CommandGroup } from "../command.ts";

const HELP = `
The provider is copied to the folder in which both tools look by themselves, .terraform.d/plugins in the home folder, so
that no settings of theirs need to be written. With --dir it is copied to a mirror of your own, for each platform that it
runs on. It runs on the Node of the PATH; docs/terraform.md tells of executables that need none.`;

const install: Command = {
  name: "install",
  description: "Put the provider of this package where Terraform and OpenTofu find it",
  options: async () => (await import("./options.ts")).installOptions,
  help: HELP,
  run: async (_place, raw) => (await import("./run.ts")).install(raw),
};

export const group: CommandGroup = {
  name: "terraform",
  description: "The provider for Terraform and OpenTofu",
  commands: [install],
};
