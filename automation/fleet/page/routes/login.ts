/** Signing in with the token, and out again. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { by } from "../../acts/inputs.ts";
import { Refusal } from "../access/guard.ts";
import { type Page, show } from "../shown.ts";
import { loginView } from "../views/login.ts";

/** A path of this page, and of no other: `//host` would be one, also with a tab between, which browsers leave out. */
const ownPath = z
  .string()
  .regex(/^\/(?![/\\])[^\\\p{Cc}]*$/u)
  .catch("/");

const query = z.object({ next: ownPath.default("/") });
const form = z.object({ token: z.string().max(1_000), by, next: ownPath.default("/") });

const FRAME = { title: "Sign in", isOutside: true };

export function loginRoutes(app: FastifyInstance, page: Page): void {
  const { access } = page;
  const config = { isLogin: true };

  app.get("/login", { config }, async (request, reply) => {
    const { next } = query.parse(request.query);
    if (!access.needsToken) return reply.redirect(next, 303);
    const csrf = access.csrfToken(access.sessionOf(request));
    return show(page, request, reply, FRAME, loginView({ csrf, next }));
  });

  app.post("/login", { config }, async (request, reply) => {
    const { data } = form.safeParse(request.body);
    if (!data) throw new Refusal(400, "A name and a token are needed.");
    const { token, by: name, next } = data;
    const session = access.sessionOf(request);
    try {
      access.login(request, token);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const csrf = access.csrfToken(session);
      reply.code(error.statusCode).headers(error.headers);
      const view = loginView({ csrf, next, name, problem: error.message });
      return show(page, request, reply, FRAME, view);
    }
    await access.end(session);
    access.remember(reply, access.begin({ name, hasToken: true }));
    return reply.redirect(next, 303);
  });

  app.post("/logout", async (request, reply) => {
    await access.end(access.sessionOf(request));
    access.remember(reply, access.begin({ hasToken: false }));
    return reply.redirect("/login", 303);
  });
}
