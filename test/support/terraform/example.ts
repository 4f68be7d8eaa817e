import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../node.ts";
import type { PlayedWorld } from "../world.ts";
import { makeTerraformFolder, type TerraformFolder, type Tool } from "./cli.ts";

const EXAMPLE = join(root, "examples/terraform");

/** A copy of examples/terraform with the world's values in its environment, as its README says. */
export async function makeExampleFolder(
  world: PlayedWorld,
  tool: Tool,
  installation?: string,
): Promise<TerraformFolder> {
  const folder = await makeTerraformFolder(tool, installation);
  for (const name of await readdir(EXAMPLE))
    if (name.endsWith(".tf")) await cp(join(EXAMPLE, name), join(folder.path, name));
  Object.assign(folder.environment, exampleValues(world, world.destination.projectId));
  return folder;
}

/** The values as the READMEs ask for them. */
export const exampleValues = ({ source, destination }: PlayedWorld, destinationProjectId: string) => ({
  INFISICAL_HOST: source.server.url,
  INFISICAL_UNIVERSAL_AUTH_CLIENT_ID: source.clientId,
  INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: source.clientSecret,
  TF_VAR_instance_url: destination.server.url,
  TF_VAR_machine_identity_client_id: destination.clientId,
  TF_VAR_machine_identity_client_secret: destination.clientSecret,
  TF_VAR_project_id: source.projectId,
  TF_VAR_destination_project_id: destinationProjectId,
});

/** Where the example's secrets are. */
export const billing = ({ projectId }: { projectId: string }) => ({
  projectId,
  environment: "prod",
  secretPath: "/billing",
});
