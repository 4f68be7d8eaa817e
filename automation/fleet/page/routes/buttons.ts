/** What is pressed. Each leads back to the sync that it was about. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { perform } from "../../acts/index.ts";
import { by, comment } from "../../acts/inputs.ts";
import { Refusal } from "../access/guard.ts";
import { type Page, personOf } from "../shown.ts";
import { syncPath } from "../views/words.ts";
import { syncParams } from "./views.ts";

const form = z.object({ by, comment });
const planParams = z.object({ plan: z.string() });

export function buttonRoutes(app: FastifyInstance, page: Page): void {
  for (const decision of ["approve", "reject"] as const)
    app.post(`/plans/:plan/${decision}`, async (request, reply) => {
      const { plan } = planParams.parse(request.params);
      const person = formOf(page, request, reply);
      const { decided } = await perform(page.fleet, decision, { plans: [plan], ...person });
      return backTo(decided[0], decision, reply);
    });

  for (const act of ["run", "pause", "resume"] as const)
    app.post(`/syncs/:project/:name/${act}`, async (request, reply) => {
      const sync = syncParams.parse(request.params);
      const person = formOf(page, request, reply);
      await perform(page.fleet, act, { syncs: [`${sync.project}/${sync.name}`], ...person });
      return backTo(sync, act, reply);
    });
}

/** Who pressed it; a name that was given is remembered for the next form. */
function formOf(page: Page, request: FastifyRequest, reply: FastifyReply): z.output<typeof form> {
  const { name, isNameFixed } = personOf(page, request);
  const { data } = form.safeParse(request.body);
  if (!data) throw new Refusal(400, "A name is needed, and a comment of at most 2,000 characters.");
  if (isNameFixed) return { ...data, by: `${name} on the page` };
  page.access.remember(reply, { ...page.access.sessionOf(request), name: data.by });
  return { ...data, by: `${data.by} on the page` };
}

const backTo = (sync: { project: string; name: string } | undefined, done: string, reply: FastifyReply) =>
  reply.redirect(sync ? `${syncPath(sync)}?done=${done}` : "/", 303);
