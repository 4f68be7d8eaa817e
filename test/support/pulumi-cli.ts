import { findPulumiCli } from "../../automation/engines/pulumi-cli/find.ts";

/** The Pulumi CLI of this machine, if there is one: asked once by each process, since its answer takes a third of a second. */
export const cli = await findPulumiCli();
