/** A resource of the instance's objects that lets none be deleted for which another resource stands. */
import {
  type Context,
  PartialRunError,
  type Properties,
  type Resource,
  type Written,
} from "../../resource.ts";

type What = "Infisical Connection" | "Infisical Sync";

/** The instance has one object of a kind by that name in a project, or in its organization. */
const nameOf = (what: What | undefined, { name, projectId }: Written<"name" | "projectId">) =>
  JSON.stringify([what, projectId, name]);

const isNamedAlike = (olds: Properties, news: Properties) =>
  nameOf(undefined, olds) === nameOf(undefined, news);

/** Notes that an object is as declared on record, and may be replaced by a new one of the same name. */
export function holdUnlessRenamed(
  what: What,
  id: string,
  olds: Properties,
  news: Properties,
  { shared }: Context,
): void {
  if (isNamedAlike(olds, news)) shared.objects.hold(id, nameOf(what, news));
}

/** Where a new one is to be made: true for the object that will be gone by then. */
export const isReplacedBy = (
  what: What,
  news: Properties,
  context: Context,
): ((row: { id: string }) => boolean) => {
  const replaced = context.shared.objects.replaced(nameOf(what, news));
  return ({ id }) => id === replaced || context.recorded?.has(id) === true;
};

export const holding = (what: What, resource: Omit<Resource, "deletesFirst">): Resource => ({
  ...resource,
  deletesFirst: isNamedAlike,
  async create(inputs, context) {
    try {
      const made = await resource.create(inputs, context);
      context.shared.objects.hold(made.id);
      return made;
    } catch (error) {
      // It is there, and will be on record.
      if (error instanceof PartialRunError) context.shared.objects.hold(error.id);
      throw error;
    }
  },
  async update(id, olds, news, context) {
    context.shared.objects.hold(id);
    return resource.update(id, olds, news, context);
  },
  async delete(id, olds, context) {
    if (!context.shared.objects.isHeld(id)) return resource.delete(id, olds, context);
    const { name }: Written<"name"> = olds;
    context.log(
      `${name}: the ${what} stays at the source instance, since another resource of this deployment stands for it now`,
    );
  },
});
