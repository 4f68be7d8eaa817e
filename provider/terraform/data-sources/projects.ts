import { projectsArgs, projectsResults } from "../../attributes.ts";
import { visibleProjects } from "../../resources/projects.ts";
import { loginInputs } from "../../resources/sync/inputs.ts";
import type { DataSource } from "../managed-resource.ts";
import { fromProperties, toProperties } from "../properties.ts";
import {
  CONNECTION,
  connectionAttribute,
  connectionInputs,
  connectionPath,
} from "../resources/connection-attribute.ts";
import { argumentsOf, resultsOf } from "../schema.ts";

const args = argumentsOf(projectsArgs);
const results = resultsOf(projectsResults);

/** `externalinfisical_projects`: what an identity can see. */
export const projects: DataSource = {
  description: "Projects, environments and folders that an identity can see.",
  attributes: {
    [CONNECTION]: {
      ...connectionAttribute,
      use: "optional",
      description: "Whose identity to look with; without it, the source's, of the provider block.",
    },
    ...args,
    ...results,
  },
  pathOf: connectionPath,

  async read(config, context) {
    const { projectId, includeFolders } = projectsArgs.parse(toProperties(args, config));
    const connection = config[CONNECTION];
    const seen = await visibleProjects(
      {
        viewer: connection ? loginInputs.parse(connectionInputs(connection)) : undefined,
        projectId,
        folders: includeFolders === true,
      },
      context,
    );
    return fromProperties(results, { projects: seen });
  },
};
