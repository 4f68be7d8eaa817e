import { secretSyncArgs } from "../../../schema.ts";
import { isEqual, meansSame, pick } from "../../properties.ts";
import type { Resource } from "../../resource.ts";
import { INPUTS, type SyncProperties } from "../inputs.ts";
import { holding } from "./holding.ts";
import { check } from "./predict.ts";
import { read } from "./read.ts";
import { create, update } from "./reconcile.ts";
import { remove } from "./remove.ts";

/** An Infisical Sync of the source instance, which the instance runs by itself (control-plane §3). */
export const nativeSync: Resource = holding("Infisical Sync", {
  check,
  hasChanged: (olds, news) => !isEqual(pick(olds, INPUTS), pick(news, INPUTS)),
  // The source project is the one thing that cannot be changed (control-plane §3.5).
  replaces: (olds: SyncProperties, news: SyncProperties) =>
    meansSame(secretSyncArgs.shape.projectId, olds.projectId, news.projectId) ? [] : ["projectId"],
  create,
  update,
  read,
  delete: remove,
});
