/** A sync claims its destination before it is planned and before it runs, so that no two write one place. */
import { describeError } from "../../errors.ts";
import { connectionArgs } from "../../schema.ts";
import { NEW, type Turn } from "../claims.ts";
import { holdsUnknown, pick } from "../properties.ts";
import type { Context, Resource } from "../resource.ts";
import { placesOf, type SyncProperties, treeOptionsIn } from "./inputs.ts";
import { nativeSyncInputs } from "./native/inputs.ts";
import { planeOf } from "./native/plane.ts";

const claimed = nativeSyncInputs.pick({
  name: true,
  projectId: true,
  environment: true,
  secretPath: true,
  destinationConfig: true,
  instanceUrl: true,
  connectionId: true,
});
const claimedByPlaces = claimed.partial({ connectionId: true });

/** The sync, whoever runs it, with its destination claimed by each check, creation and update. */
export const claiming = (sync: Resource): Resource => ({
  ...sync,
  async check(olds, news, context, unknown) {
    const turn: Turn = { stage: "check", resource: olds ? undefined : NEW };
    const refused = await claim(news, turn, context, unknown).then(
      () => [],
      (error: unknown) => [describeError(error)],
    );
    const checked = await sync.check(olds, news, context, unknown);
    if (refused.length === 0) return checked;
    return { failures: [...("failures" in checked ? checked.failures : []), ...refused] };
  },
  async keep(id, news, context) {
    // One that is known by the id of its connection alone has been claimed by its check.
    const { instanceUrl }: SyncProperties = news;
    if (instanceUrl !== undefined) await claim(news, { stage: "check", resource: id }, context);
    await sync.keep(id, news, context);
  },
  async create(inputs, context) {
    await claim(inputs, { stage: "run", resource: NEW }, context);
    return sync.create(inputs, context);
  },
  async update(id, olds, news, context) {
    await claim(news, { stage: "run", resource: id }, context);
    return sync.update(id, olds, news, context);
  },
});

/**
 * Claims the destination of a sync, if its places are known.
 *
 * @param unknown what stands for a value that is not known yet
 * @throws BridgeError `shared-destination`
 */
export async function claim(
  properties: SyncProperties,
  turn: Turn,
  context: Context,
  unknown: unknown = Symbol("none"),
): Promise<void> {
  // Of a connection that is declared the id says nothing of places, and may come later.
  const needed = Object.keys(claimed.shape).filter(
    (name) => name !== "connectionId" || properties.instanceUrl === undefined,
  );
  const known = pick(properties, needed);
  // What is wrong with arguments is told by the check.
  const parsed = holdsUnknown(known, unknown) ? undefined : claimedByPlaces.safeParse(known);
  if (!parsed?.success) return;
  const { connectionId, instanceUrl = await urlOf(connectionId, context), ...inputs } = parsed.data;
  if (instanceUrl === undefined) return;
  const { source, destination } = placesOf(
    { ...inputs, instanceUrl, syncOptions: treeOptionsIn(properties) },
    context.config,
  );
  context.shared.claims.claim(destination, { name: inputs.name, source }, turn);
}

/** Where a connection of the instance leads that is known by its id alone. */
async function urlOf(connectionId: string | undefined, context: Context): Promise<string | undefined> {
  if (connectionId === undefined) return undefined;
  const row = await planeOf(context).readConnection(connectionId);
  return row && connectionArgs.shape.instanceUrl.safeParse(row.credentials.instanceUrl).data;
}
