/** Who a sync is, by its arguments alone: a plan and its run must agree, and lost state must be found again. */
import { createHash } from "node:crypto";
import { toLabel } from "../../engine/label.ts";
import { markOf, type Ownership, ownerIn } from "../../engine/ownership/ownership.ts";
import { syncOptions } from "../../schema.ts";
import { executionOf } from "../execution.ts";
import { pick } from "../properties.ts";
import type { Properties } from "../resource.ts";
import { plannedIn, type SecretSyncInputs, secretSyncInputs } from "./inputs.ts";

/** A sync renamed again and again is still found; older names are forgotten. */
const REMEMBERED = 20;
/** The product tells no limit of a metadata value. */
const LONGEST_OWNER = 255;

const identity = secretSyncInputs.pick({
  name: true,
  projectId: true,
  environment: true,
  secretPath: true,
  stack: true,
});
type Identity = Pick<SecretSyncInputs, keyof typeof identity.shape>;

const STACK = ", stack ";

/** For example `billing of project 0c1d… prod:/app, stack shop/prod`. */
function ownerOf(identity: Identity): string {
  const { name, stack } = identity;
  const owner = `${name}${sourceIn(identity)}${stack === undefined ? "" : `${STACK}${stack}`}`;
  if (owner.length <= LONGEST_OWNER) return owner;
  const digest = createHash("sha256").update(owner).digest("hex").slice(0, 8);
  return `${owner.slice(0, LONGEST_OWNER - digest.length - 1)}…${digest}`;
}

const sourceIn = ({ projectId, environment, secretPath }: Omit<Identity, "name" | "stack">) =>
  ` of project ${projectId} ${environment}:${secretPath}`;

/** What a sync knows of marks, under its inputs of now and the owners that it was before. */
export function ownershipOf(inputs: SecretSyncInputs, former: readonly string[], host: string): Ownership {
  const { ownershipMark, takeOverFrom } = inputs.syncOptions;
  const owner = ownerOf(inputs);
  const owners = new Set([owner, ...former, ...(takeOverFrom === undefined ? [] : [ownerIn(takeOverFrom)])]);
  return {
    mark: ownershipMark ? markOf(owner, host) : undefined,
    // A taken-over owner is mostly copied from an error, where it stands as a label.
    isOwn: (mark) => owners.has(ownerIn(mark)) || takeOverFrom === toLabel(mark),
    spares: executionOf(inputs) === "engine",
  };
}

/** What can be told of marks without the sync's name: those of the same source are taken for its own. */
export function ownershipOfSource(inputs: SecretSyncInputs): Ownership {
  const { isOwn, spares } = ownershipOf(inputs, [], "");
  const source = sourceIn(inputs);
  const isOfSource = (mark: string) => {
    const owner = ownerIn(mark);
    return owner.endsWith(source) || owner.includes(`${source}${STACK}`);
  };
  return { mark: undefined, isOwn: (mark) => isOfSource(mark) || isOwn(mark), spares };
}

/**
 * Owners under which this sync has marked keys before: those on record, and that of old inputs that had keys marked.
 * Even after a run that failed half-way under new inputs, some keys carry the mark of the old ones.
 */
export function formerOwners(olds: Properties | undefined, news: Properties): string[] {
  const known = [olds ?? {}, news].flatMap(
    (one) => plannedIn(pick(one, ["formerOwners"])).formerOwners ?? [],
  );
  const before = olds && isMarking(olds) ? ownerAt(olds) : undefined;
  const now = ownerAt(news);
  const all = new Set([...known, ...(before === undefined ? [] : [before])]);
  return [...all].filter((owner) => owner !== now).slice(-REMEMBERED);
}

/** New inputs with what the old ones tell of former owners. */
export function withFormerOwners(olds: Properties | undefined, news: Properties): Properties {
  const former = formerOwners(olds, news);
  return former.length > 0 ? { ...news, formerOwners: former } : news;
}

const anyOptions = syncOptions.partial();

const isMarking = ({ syncOptions: options }: Properties) =>
  anyOptions.safeParse(options).data?.ownershipMark === true;

/** Undefined where something of it is not known yet. */
function ownerAt(properties: Properties): string | undefined {
  const parsed = identity.safeParse(pick(properties, Object.keys(identity.shape)));
  return parsed.success ? ownerOf(parsed.data) : undefined;
}
