import type { IncomingMessage } from "node:http";
import type { FastifyRequest } from "fastify";
import type { Context } from "../context.ts";
import type { Fault } from "../faults/faults.ts";
import type { AccessToken, Identity, Project } from "../model.ts";
import type { RequestRecord } from "./request-log.ts";

export interface Actor {
  readonly identity: Identity;
  readonly token: AccessToken;
}

/** What the hooks and the handler of one request share. */
export interface RequestState {
  readonly record: RequestRecord;
  /** The faults that hit this request, in the order in which they were set. */
  readonly faults: readonly Fault[];
  actor?: Actor;
  /** Set by a secret list whose ETag may be remembered (contract §4, layer 2). */
  listEtag?: { project: Project; key: string };
}

// Side tables instead of decorators: no global type augmentation that leaks to importers.
const states = new WeakMap<FastifyRequest, RequestState>();
const contexts = new WeakMap<IncomingMessage, Context>();

/** The server that a request has come to: all of a process share the routes. */
export const setContext = (request: IncomingMessage, context: Context) => contexts.set(request, context);

export function contextOf({ raw }: FastifyRequest): Context {
  const context = contexts.get(raw);
  if (!context) throw new Error("Request has come to no server");
  return context;
}

export const setState = (request: FastifyRequest, state: RequestState) => states.set(request, state);

export function stateOf(request: FastifyRequest): RequestState {
  const state = states.get(request);
  if (!state) throw new Error("Request has no state; the first hook did not run");
  return state;
}
