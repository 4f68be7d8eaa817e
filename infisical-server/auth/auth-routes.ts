import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { openRoute, route } from "../http/route.ts";
import { login } from "./login.ts";
import { awsLogin, jwtLogin, kubernetesLogin, oidcLogin, withAwsRequest, withJwt } from "./machine-login.ts";
import { renewToken, revokeToken } from "./tokens.ts";

export const credentials = z.object({
  clientId: z.string().trim().min(1),
  clientSecret: z.string().trim().min(1),
  organizationSlug: z.string().trim().min(1).max(64).optional(),
});

const tokenBody = z.object({ accessToken: z.string().trim() });

/** Contract §5.1, §5.2, §5.4 and §21. */
export function authRoutes(app: FastifyInstance): void {
  openRoute(app, {
    method: "POST",
    url: "/api/v1/auth/universal-auth/login",
    body: credentials,
    handle: ({ body, context }) => login(context, body),
  });

  for (const [name, signIn] of Object.entries({
    "oidc-auth": oidcLogin,
    "jwt-auth": jwtLogin,
    "kubernetes-auth": kubernetesLogin,
  }))
    openRoute(app, {
      method: "POST",
      url: `/api/v1/auth/${name}/login`,
      body: withJwt,
      handle: ({ body, context }) => signIn(context, body),
    });

  openRoute(app, {
    method: "POST",
    url: "/api/v1/auth/aws-auth/login",
    body: withAwsRequest,
    handle: ({ body, context }) => awsLogin(context, body),
  });

  openRoute(app, {
    method: "POST",
    url: "/api/v1/auth/token/renew",
    body: tokenBody,
    handle: ({ body, context }) => renewToken(context, body.accessToken),
  });

  openRoute(app, {
    method: "POST",
    url: "/api/v1/auth/token/revoke",
    body: tokenBody,
    handle: ({ body, world }) => {
      revokeToken(world, body.accessToken);
      return { message: "Successfully revoked access token" };
    },
  });

  route(app, {
    method: "GET",
    url: "/api/v1/identities/details",
    handle: ({ world }) => ({ identityDetails: { organization: world.organization } }),
  });
}
