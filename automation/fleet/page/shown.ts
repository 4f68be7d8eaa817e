/** What routes share: the fleet, who looks, and the frame around what they are shown. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Html } from "../../report/html/text.ts";
import type { Fleet } from "../acts/act.ts";
import type { Access } from "./access/guard.ts";
import { type Frame, layout } from "./views/layout.ts";

export interface Page {
  fleet: Fleet;
  access: Access;
  now(): Date;
  /** What people call themselves where nobody has said. */
  name: string;
}

/** Who looks, for forms and the history. */
export function personOf(
  { access, name }: Page,
  request: FastifyRequest,
): { csrf: string; name: string; isNameFixed: boolean } {
  const session = access.sessionOf(request);
  return {
    csrf: access.csrfToken(session),
    name: session.name ?? name,
    isNameFixed: access.needsToken && session.name !== undefined,
  };
}

export function show(
  page: Page,
  request: FastifyRequest,
  reply: FastifyReply,
  frame: Frame,
  content: Html,
): FastifyReply {
  const { access } = page;
  const session = access.sessionOf(request);
  // Forms bring along what is made of it.
  access.remember(reply, session);
  const login =
    access.needsToken && session.hasToken
      ? { name: session.name ?? page.name, csrf: access.csrfToken(session) }
      : undefined;
  return reply.type("text/html; charset=utf-8").send(layout({ ...frame, login }, content));
}
