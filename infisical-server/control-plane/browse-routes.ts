import type { FastifyInstance } from "fastify";
import { forbidden } from "../http/errors.ts";
import { route } from "../http/route.ts";
import { APP } from "./connection-schemas.ts";

/**
 * The form of the web interface looks into the other instance through these. They are for signed-in users only, whom
 * this server does not have, so that nobody gets past the first check (control-plane §2.9).
 */
export function browseRoutes(app: FastifyInstance): void {
  for (const what of ["projects", "projects/:projectId/environment-folder-tree"]) {
    route(app, {
      method: "GET",
      url: `/api/v1/app-connections/${APP}/:connectionId/${what}`,
      handle: ({ request }) => {
        const [path] = request.url.split("?");
        throw forbidden("You are not allowed to access this resource", `Forbidden access to ${path}`);
      },
    });
  }
}
