import type { FastifyRequest } from "fastify";
import { unauthorized } from "../http/errors.ts";
import { stateOf } from "../http/request-state.ts";
import type { World } from "../model.ts";
import { useToken } from "./tokens.ts";

/** Contract §5.3: 401 without a token or for a revoked one, 403 TokenError for a bad or expired one. */
export function authenticate(world: World, request: FastifyRequest): void {
  const header = request.headers.authorization ?? "";
  const [scheme, jwt] = header.split(" ");
  if (scheme !== "Bearer" || !jwt) throw unauthorized("Token missing");
  const token = useToken(world, jwt);
  if (!world.identities.has(token.identity.id)) throw unauthorized("Identity no longer exists");
  const state = stateOf(request);
  state.actor = { identity: token.identity, token };
  state.record.identityId = token.identity.id;
}
