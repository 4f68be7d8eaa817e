/** A resource of the instance's objects that lets none be deleted for which another resource stands. */
import { BridgeError } from "../../../errors.ts";
import type { ObjectName } from "../../holders.ts";
import {
  type Context,
  PartialRunError,
  type Properties,
  type Resource,
  type Written,
} from "../../resource.ts";

type What = ObjectName["what"];

interface Row {
  id: string;
  /** Of a sync. */
  connectionId?: string;
}

const nameOf = (what: What, { name, projectId }: Written<"name" | "projectId">): ObjectName => ({
  what,
  name,
  projectId,
});

const isNamedAlike = (olds: Written<"name" | "projectId">, news: Written<"name" | "projectId">): boolean =>
  olds.name === news.name && olds.projectId === news.projectId;

/** Notes that an object is the one on record, and may be replaced by a new one. */
export const holdFound = (what: What, id: string, news: Properties, { shared }: Context): void =>
  shared.objects.find(id, nameOf(what, news));

/** Where a new one is to be made: what stands under its name makes room for it. */
export const replaceFound = (what: What, news: Properties, { shared }: Context): void =>
  shared.objects.replace(nameOf(what, news));

/** Says whether a new resource takes an object over. @throws BridgeError `already-exists` where another one stands for it */
export function meet(what: What, row: Row | undefined, news: Properties, { shared }: Context): void {
  if (row) shared.objects.meet(row.id, nameOf(what, news));
}

/** What a new resource meets under its name; undefined where that will be gone by the time that it is made. */
export function unlessReplaced<Found extends Row>(
  what: What,
  row: Found | undefined,
  news: Properties,
  context: Context,
): Found | undefined {
  meet(what, row, news, context);
  if (!row) return undefined;
  // An instance deletes no connection that a sync uses, so the sync goes first.
  const ids = [row.id, ...(row.connectionId === undefined ? [] : [row.connectionId])];
  const isGone =
    context.recorded?.has(row.id) === true || ids.some((id) => context.shared.objects.isMakingRoom(id));
  return isGone ? undefined : row;
}

/**
 * Where a resource on record is given another name.
 *
 * @param other what has that name at the instance
 * @throws BridgeError `already-exists` where that is another object: whichever is changed first, it has its name still
 */
export function refuseTaken(what: What, id: string, other: (Row & { name: string }) | undefined): void {
  if (!other || other.id === id) return;
  throw new BridgeError("already-exists", `The source has another ${what} "${other.name}" already.`, {
    path: "name",
    hint: "Choose another name. Where that one is this deployment's own and gives its name up, go in two steps: deploy it under a new name, or without it, then give its name to this one. To swap two names, give one of them a third name first.",
  });
}

export const holding = (what: What, resource: Omit<Resource, "deletesFirst" | "keep">): Resource => ({
  ...resource,
  deletesFirst: isNamedAlike,
  async keep(id, news, { shared }) {
    shared.objects.keep(id, nameOf(what, news));
  },
  async create(inputs, context) {
    const { objects, withObject } = context.shared;
    const as = nameOf(what, inputs);
    const make = async () => {
      try {
        const made = await resource.create(inputs, context);
        objects.make(made.id, as);
        return made;
      } catch (error) {
        // It is there, and will be on record.
        if (error instanceof PartialRunError) objects.make(error.id, as);
        throw error;
      }
    };
    // What is being deleted is not taken over, and what is being taken over is not deleted.
    const id = objects.metBy(as);
    return id === undefined ? make() : withObject(id, make);
  },
  async update(id, olds, news, context) {
    context.shared.objects.keep(id, nameOf(what, news));
    return context.shared.withObject(id, () => resource.update(id, olds, news, context));
  },
  delete: (id, olds, context) =>
    context.shared.withObject(id, async () => {
      if (!context.shared.objects.isHeld(id)) return resource.delete(id, olds, context);
      const { name }: Written<"name"> = olds;
      context.log(
        `${name}: the ${what} stays at the source instance, since another resource of this deployment stands for it now`,
      );
    }),
});
