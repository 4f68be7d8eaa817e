import { z } from "zod";
import { visibleProjects } from "../../resources/projects.ts";
import { secretSyncInputs } from "../../resources/sync/inputs.ts";
import type { DataSource } from "../managed-resource.ts";
import { fromProperties, toProperties } from "../properties.ts";
import {
  CONNECTION,
  connectionAttribute,
  connectionInputs,
  connectionPath,
} from "../resources/connection-attribute.ts";
import { argumentsOf, resultsOf } from "../schema.ts";

const args = z.object({
  projectId: z.string().optional().meta({ description: "Show this project only." }),
  includeFolders: z
    .boolean()
    .optional()
    .meta({ description: "List the folders too: one request for each environment." }),
});

const results = resultsOf(
  z.object({
    projects: z
      .array(
        z.object({
          id: z.string().meta({ description: "Id, which syncs are given." }),
          name: z.string().meta({ description: "Name." }),
          slug: z.string().meta({ description: "Slug." }),
          type: z.string().meta({ description: "`secret-manager` for a project that can hold secrets." }),
          environments: z
            .array(
              z.object({
                slug: z.string().meta({ description: "Slug, which syncs are given." }),
                name: z.string().meta({ description: "Name." }),
                folders: z.array(z.string()).meta({
                  description: "Paths of all folders; null where they were not asked for.",
                }),
              }),
            )
            .meta({ description: "Environments." }),
        }),
      )
      .meta({ description: "Projects that the identity belongs to." }),
  }),
);

const viewer = secretSyncInputs.pick({
  connectionName: true,
  instanceUrl: true,
  machineIdentityClientId: true,
  machineIdentityClientSecret: true,
  allowInsecureHttp: true,
});

/** `externalinfisical_projects`: what an identity can see. */
export const projects: DataSource = {
  description: "Projects, environments and folders that an identity can see.",
  attributes: {
    [CONNECTION]: {
      ...connectionAttribute,
      use: "optional",
      description: "Whose identity to look with; without it, the source's, of the provider block.",
    },
    ...argumentsOf(args),
    ...results,
  },
  pathOf: connectionPath,

  async read(config, context) {
    const { projectId, includeFolders } = args.parse(toProperties(argumentsOf(args), config));
    const connection = config[CONNECTION];
    const seen = await visibleProjects(
      {
        viewer: connection ? viewer.parse(connectionInputs(connection)) : undefined,
        projectId,
        folders: includeFolders === true,
      },
      context,
    );
    return fromProperties(results, { projects: seen });
  },
};
