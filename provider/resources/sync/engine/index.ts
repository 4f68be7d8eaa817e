import { isEqual, pick } from "../../properties.ts";
import type { Resource } from "../../resource.ts";
import { isSkipped } from "../../skipped.ts";
import { check } from "../check.ts";
import { INPUTS } from "../inputs.ts";
import { read } from "./read.ts";
import { create, reconcile } from "./reconcile.ts";
import { remove } from "./remove.ts";

/** A sync of one source folder to one destination folder, run by our own engine. */
export const engineSync: Resource = {
  check,
  // Of a run that failed half-way the outputs differ from the inputs, and that waits as well.
  hasChanged: (olds, news) => !isSkipped(news) && !isEqual(pick(olds, INPUTS), pick(news, INPUTS)),
  replaces: () => [],
  deletesFirst: () => false,
  keep: async () => {},
  create,
  update: reconcile,
  read: (_id, olds, context) => read(olds, context),
  delete: (_id, olds, context) => remove(olds, context),
};
