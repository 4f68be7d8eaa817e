// Contract §14.1: changes of secrets as server-sent events. No values, no replay.
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { can } from "../auth/permissions.ts";
import type { Context } from "../context.ts";
import { pathOf } from "../folders/folders.ts";
import { createTimers } from "../jobs/timers.ts";
import type { Identity, Project, SecretChange, World } from "../model.ts";

const PING_MS = 15_000;
const RECHECK_MS = 60_000;

type EventName = `secret:${SecretChange["kind"]}`;

export interface Registration {
  event: EventName;
  /** Every environment when absent. */
  environmentSlug?: string | undefined;
  /** A prefix. */
  secretPath: string;
}

export interface Subscription {
  project: Project;
  identity: Identity;
  register: readonly Registration[];
}

interface ChangedPlace {
  environment: string;
  secretPath: string;
  /** Absent for imports. */
  secretKey?: string;
}

export interface EventStream {
  /** Ends when the permission is withdrawn; whoever destroys it ends the subscription. */
  readonly frames: Readable;
  end(): void;
}

export function openEventStream(
  { world, clock }: Pick<Context, "world" | "clock">,
  subscription: Subscription,
): EventStream {
  const { project, register } = subscription;
  const frames = new Readable({ read() {} });
  const waiting = new Map<EventName, ChangedPlace[]>();

  const flush = () => {
    for (const [event, payload] of waiting) frames.push(eventFrame(project, event, payload));
    waiting.clear();
  };
  const watch = (change: SecretChange) => {
    if (change.folder.environment.project !== project || change.kind === "folders") return;
    const event: EventName = `secret:${change.kind}`;
    const place = placeOf(change);
    if (!register.some((one) => one.event === event && isMeant(one, place))) return;
    if (!maySee(subscription, place)) return;
    // All that one request changes goes into one frame of its kind.
    if (waiting.size === 0) queueMicrotask(flush);
    const before = waiting.get(event);
    if (before) before.push(place);
    else waiting.set(event, [place]);
  };

  world.watchers.add(watch);
  const timers = createTimers(clock);
  const stop = () => {
    timers.close();
    world.watchers.delete(watch);
    waiting.clear();
  };
  const end = () => {
    stop();
    frames.push(null);
  };
  const every = (ms: number, task: () => void): void =>
    timers.after(ms, () => {
      every(ms, task);
      task();
    });
  every(PING_MS, () => frames.push("event: ping\n\n"));
  every(RECHECK_MS, () => {
    if (deniedRegistration(world, subscription) === undefined) return;
    // Not confirmed: what the data of the error event looks like.
    const data = { error: "PermissionDenied", message: "You are not allowed to subscribe any more" };
    frames.push(`event: error\ndata: ${JSON.stringify(data)}\n\n`);
    end();
  });
  return { frames: frames.once("close", stop), end };
}

/** The first registration for a place whose secrets the identity may nowhere describe. */
export function deniedRegistration(
  world: World,
  { project, identity, register }: Subscription,
): Registration | undefined {
  const membership = project.memberships.get(identity.id);
  if (!membership || !world.projects.has(project.id)) return register[0];
  const slugs = [...project.environments.keys()];
  return register.find(
    ({ environmentSlug, secretPath }) =>
      !(environmentSlug === undefined ? slugs : [environmentSlug]).some((environment) =>
        can(membership, "describeSecret", { environment, secretPath }),
      ),
  );
}

function maySee({ project, identity }: Subscription, place: ChangedPlace): boolean {
  const membership = project.memberships.get(identity.id);
  return membership !== undefined && can(membership, "describeSecret", place);
}

const isMeant = ({ environmentSlug, secretPath }: Registration, place: ChangedPlace) =>
  (environmentSlug === undefined || environmentSlug === place.environment) &&
  place.secretPath.startsWith(secretPath);

const placeOf = ({ folder, key }: SecretChange): ChangedPlace => ({
  environment: folder.environment.slug,
  secretPath: pathOf(folder),
  ...(key !== undefined && { secretKey: key }),
});

function eventFrame(project: Project, event: EventName, payload: readonly ChangedPlace[]): string {
  const data = { projectType: project.type, data: { eventType: event, payload } };
  return `id: ${randomUUID()}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
