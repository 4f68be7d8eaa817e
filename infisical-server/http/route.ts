import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from "fastify";
import { z } from "zod";
import { authenticate } from "../auth/auth.ts";
import type { Context } from "../context.ts";
import type { World } from "../model.ts";
import { validationFailure } from "./errors.ts";
import { type Actor, contextOf, stateOf } from "./request-state.ts";

interface Input<P, Q, B> {
  params: P;
  query: Q;
  body: B;
  request: FastifyRequest;
  reply: FastifyReply;
  /** Of the server that was asked. */
  context: Context;
  world: World;
}

interface OpenRoute<P, Q, B> {
  method: HTTPMethods;
  url: string;
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  body?: z.ZodType<B>;
  handle: (input: Input<P, Q, B>) => unknown;
}

interface Route<P, Q, B> extends Omit<OpenRoute<P, Q, B>, "handle"> {
  handle: (input: Input<P, Q, B> & { actor: Actor }) => unknown;
}

/** A route that needs no token. */
export function openRoute<P, Q, B>(app: FastifyInstance, spec: OpenRoute<P, Q, B>): void {
  app.route({
    method: spec.method,
    url: spec.url,
    handler: (request, reply) => spec.handle(inputOf(spec, request, reply)),
  });
}

/** A route for machine identities. The token is checked before body and schema are looked at, as in the product. */
export function route<P, Q, B>(app: FastifyInstance, spec: Route<P, Q, B>): void {
  app.route({
    method: spec.method,
    url: spec.url,
    onRequest: (request, _reply, done) => {
      authenticate(contextOf(request).world, request);
      done();
    },
    handler: (request, reply) => {
      const { actor } = stateOf(request);
      if (!actor) throw new Error("Route is authenticated but has no actor");
      return spec.handle({ ...inputOf(spec, request, reply), actor });
    },
  });
}

function inputOf<P, Q, B>(
  spec: { params?: z.ZodType<P>; query?: z.ZodType<Q>; body?: z.ZodType<B> },
  request: FastifyRequest,
  reply: FastifyReply,
): Input<P, Q, B> {
  const context = contextOf(request);
  return {
    request,
    reply,
    context,
    world: context.world,
    params: parse(spec.params ?? anything<P>(), request.params),
    body: parse(spec.body ?? anything<B>(), request.body),
    query: parse(spec.query ?? anything<Q>(), request.query),
  };
}

const unknown = z.unknown();
/** For a part that the route does not describe; its type is then inferred as unknown. */
const anything = <T>() => unknown as unknown as z.ZodType<T>;

export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  // A request without a body fails on the fields it lacks, like an empty object.
  const result = schema.safeParse(value ?? {});
  if (!result.success) throw validationFailure(result.error.issues);
  return result.data;
}
