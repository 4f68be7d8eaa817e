// The write routes that v3 and v4 share; the two differ in URLs and in how they name the project.
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Context } from "../context.ts";
import { findFault } from "../faults/faults.ts";
import { badRequest } from "../http/errors.ts";
import { type Actor, stateOf } from "../http/request-state.ts";
import { route } from "../http/route.ts";
import type { Project, Secret, World } from "../model.ts";
import { approvalAnswer } from "./approval.ts";
import * as schema from "./secret-schemas.ts";
import { changedView, createdView } from "./secret-view.ts";
import { planCreate, planDelete, planUpdate, refuseDoubles, type WritePlan } from "./secret-write.ts";

export interface WriteApi {
  /** Ends in `/:secretName`. */
  singleUrl: string;
  batchUrl: string;
  projectOf: (world: World, body: unknown) => Project;
}

export function secretWriteRoutes(app: FastifyInstance, api: WriteApi): void {
  singleRoutes(app, api);
  batchRoutes(app, api);
}

function singleRoutes(app: FastifyInstance, { singleUrl: url, projectOf }: WriteApi): void {
  route(app, {
    method: "POST",
    url,
    params: schema.byName,
    body: schema.createOne,
    handle: ({ params, body, request, actor, context, world }) => {
      refusePersonal(body.type);
      const place = { ...body, project: projectOf(world, request.body) };
      const plan = planCreate(
        context,
        actor,
        place,
        [{ ...body, secretKey: params.secretName }],
        "CreateSecret",
      );
      return answer(context, request, actor, plan, (secrets) => ({ secret: secrets.map(createdView)[0] }));
    },
  });

  route(app, {
    method: "PATCH",
    url,
    params: schema.byName,
    body: schema.updateOne,
    handle: ({ params, body, request, actor, context, world }) => {
      refusePersonal(body.type);
      const { secretPath, environment, type: _type, ...item } = body;
      const place = { secretPath, environment, project: projectOf(world, request.body) };
      const items = [{ ...item, secretKey: params.secretName }];
      const plan = planUpdate(context, actor, place, "failOnNotFound", items, "UpdateSecret");
      return answer(context, request, actor, plan, (secrets) => ({ secret: secrets.map(changedView)[0] }));
    },
  });

  route(app, {
    method: "DELETE",
    url,
    params: schema.byName,
    body: schema.deleteOne,
    handle: ({ params, body, request, actor, context, world }) => {
      const place = { ...body, project: projectOf(world, request.body) };
      const items = [{ secretKey: params.secretName, type: body.type }];
      const plan = planDelete(context, actor, place, items, "DeleteSecret");
      return answer(context, request, actor, plan, (secrets) => ({ secret: secrets.map(changedView)[0] }));
    },
  });
}

function batchRoutes(app: FastifyInstance, { batchUrl: url, projectOf }: WriteApi): void {
  route(app, {
    method: "POST",
    url,
    body: schema.createMany,
    handle: ({ body, request, actor, context, world }) => {
      const place = { ...body, project: projectOf(world, request.body) };
      const plan = planCreate(context, actor, place, body.secrets, "CreateManySecret");
      return answer(context, request, actor, plan, (secrets) => ({ secrets: secrets.map(createdView) }));
    },
  });

  route(app, {
    method: "PATCH",
    url,
    body: schema.updateMany,
    handle: ({ body, request, actor, context, world }) => {
      const place = { ...body, project: projectOf(world, request.body) };
      const plan = planUpdate(context, actor, place, body.mode, body.secrets, "UpdateManySecret");
      refuseDoubles(plan, body.secrets, "UpdateManySecret");
      return answer(context, request, actor, plan, (secrets) => ({ secrets: secrets.map(changedView) }));
    },
  });

  route(app, {
    method: "DELETE",
    url,
    body: schema.deleteMany,
    handle: ({ body, request, actor, context, world }) => {
      const place = { ...body, project: projectOf(world, request.body) };
      const plan = planDelete(context, actor, place, body.secrets, "DeleteManySecret");
      refuseDoubles(plan, body.secrets, "DeleteManySecret");
      return answer(context, request, actor, plan, (secrets) => ({ secrets: secrets.map(changedView) }));
    },
  });
}

/** Carries a plan out, unless a change policy stands in for it (contract §13). */
function answer<T>(
  context: Context,
  request: FastifyRequest,
  actor: Actor,
  plan: WritePlan,
  view: (secrets: Secret[]) => T,
) {
  if (findFault(stateOf(request).faults, "approval"))
    return approvalAnswer(context.world, actor, plan.folder);
  return view(plan.apply());
}

/** Contract §9.3. */
function refusePersonal(type: "shared" | "personal"): void {
  if (type === "personal") throw badRequest("Must be user to create or update personal secrets");
}
