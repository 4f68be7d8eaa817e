import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { membershipOf, requireCan } from "../auth/permissions.ts";
import { badRequest, notFound } from "../http/errors.ts";
import * as field from "../http/fields.ts";
import { folderAt, projectById, secretsOf } from "../http/lookup.ts";
import { route } from "../http/route.ts";
import type { Folder, Secret } from "../model.ts";
import { changeSecret, insertSecret, removeSecret } from "./secret-change.ts";

const body = z.object({
  projectId: field.projectId,
  sourceEnvironment: field.environment,
  sourceSecretPath: field.secretPath.default("/"),
  destinationEnvironment: field.environment,
  destinationSecretPath: field.secretPath.default("/"),
  secretIds: z.array(z.string()).min(1),
  shouldOverwrite: z.boolean().default(false),
});

/** Contract §10.4. */
export function moveRoute(app: FastifyInstance): void {
  route(app, {
    method: "POST",
    url: "/api/v4/secrets/move",
    body,
    handle: ({ body: input, actor, world }) => {
      const project = secretsOf(projectById(world, input.projectId));
      const membership = membershipOf(actor.identity, project);
      requireCan(membership, "delete", {
        environment: input.sourceEnvironment,
        secretPath: input.sourceSecretPath,
      });
      const destination = {
        environment: input.destinationEnvironment,
        secretPath: input.destinationSecretPath,
      };
      requireCan(membership, "create", destination);
      const from = folderAt(project, input.sourceEnvironment, input.sourceSecretPath);
      const to = folderAt(project, input.destinationEnvironment, input.destinationSecretPath);
      if (from === to) throw badRequest("Source and destination are the same");
      const secrets = input.secretIds.map((id) => secretIn(from, world.secrets.get(id)));
      const taken = secrets.filter(({ key }) => to.secrets.has(key));
      if (taken.length > 0 && !input.shouldOverwrite) {
        throw badRequest(
          `Secrets already exist at the destination: ${taken.map(({ key }) => key).join(", ")}`,
        );
      }
      for (const secret of secrets) {
        const existing = to.secrets.get(secret.key);
        removeSecret(world, secret);
        if (existing) changeSecret(world, existing, { ...secret, key: undefined }, secret.actor);
        else insertSecret(world, to, secret.key, secret, secret.actor);
      }
      return { isSourceUpdated: true, isDestinationUpdated: true };
    },
  });
}

function secretIn(folder: Folder, secret: Secret | undefined): Secret {
  if (secret?.folder !== folder) throw notFound("Secrets not found in the source folder");
  return secret;
}
