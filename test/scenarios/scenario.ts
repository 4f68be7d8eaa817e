import type { Execution } from "../../provider/schema.ts";
import type { Parts } from "../support/parts.ts";
import type { Values, WorldOptions } from "../support/world.ts";

/** What a deployment is expected to show and do. Maps name what must be there, and nothing else may. */
export interface Expected {
  /** Key → how its revision changes in the sync's `keys`. */
  keys?: Record<string, "add" | "update" | "delete">;
  /** Key → beginning of the effect's text, for effects that are new in this plan. */
  effects?: Record<string, string>;
  /** The whole destination, afterwards (a preview must leave it as it was). */
  destination?: Values;
  source?: Values;
  /** What belongs to the values at the destination, or at the source, afterwards: all that there is. */
  parts?: Record<string, Parts>;
  sourceParts?: Record<string, Parts>;
  /** The deployment is refused or fails with a text that matches, and a preview too unless it says otherwise. */
  fails?: RegExp;
  /** Only the deployment fails, not its preview. */
  previewSucceeds?: boolean;
  /** Nothing is to be done: every resource is the same; `false`: something is. */
  unchanged?: boolean;
  /** What the source instance has of the connection and the sync, afterwards. */
  instance?: Instance;
}

/** The sync's arguments that a scenario sets; the rest comes from the world. */
export interface SyncArguments {
  name?: string;
  /** The name the engine knows the resource by; a new one without an alias is a new resource. */
  resourceName?: string;
  projectId?: string;
  environment?: string;
  secretPath?: string;
  destinationConfig?: { projectId: string; environment: string; secretPath: string };
  /** Another folder in the same destination. */
  destinationPath?: string;
  isAutoSyncEnabled?: boolean;
  triggers?: Record<string, unknown>;
  removeSecretsOnDelete?: boolean;
  onDestinationChange?: "keep" | "remove";
  description?: string;
  /** Where it is declared: an input that no program gives itself. */
  stack?: string;
  syncOptions?: Record<string, unknown>;
}

export type Step =
  | { do: "change"; source?: Change; destination?: Change }
  /** Somebody changes the objects of the source instance, past the deployment. */
  | ({ do: "change by hand" } & Instance)
  | { do: "deploy"; with?: SyncArguments; expect: Expected }
  | { do: "refresh"; expect: Pick<Expected, "keys"> }
  | { do: "destroy"; expect: Pick<Expected, "destination" | "source" | "fails"> };

/** Fields of the product's own objects. */
export interface Instance {
  connection?: Record<string, unknown>;
  sync?: Record<string, unknown>;
}

export interface Change {
  put?: Values;
  /** What belongs to values that are there, given part by part. */
  parts?: Record<string, Parts>;
  drop?: string[];
}

/** Something a user does, step by step, told as data; it runs on every driver. */
export interface Scenario {
  name: string;
  /** Only where this is who runs the sync; the others have a scenario of their own. */
  execution?: Execution;
  /** Played by slow drivers in a quick run too: what an engine's own part in it could break. */
  isEssential?: boolean;
  /** What an instance of October 2024 does not have (data-plane §20): there it cannot be played. */
  needs?: "secret metadata" | "keys of any name" | "hidden values";
  given: WorldOptions;
  steps: Step[];
}
