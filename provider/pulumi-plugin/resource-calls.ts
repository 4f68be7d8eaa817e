/** Pulumi's calls about resources, as properties in and out: to seal secrets is the server's part. */

import { formatWarning } from "../engine/record/progress.ts";
import { describeError } from "../errors.ts";
import { UNKNOWN } from "../marked-values.ts";
import { given } from "../resources/given.ts";
import { importedConnection, importedSync } from "../resources/imports/imports.ts";
import { type Context, PartialRunError, type Properties, resources } from "../resources/index.ts";
import { isEqual, omit, pick } from "../resources/properties.ts";
import { secretSyncArgs } from "../schema.ts";
import type { Connections } from "./connections.ts";
import { type Detail, detailsOf } from "./details.ts";
import { referenceIn } from "./values.ts";

export type Kind = keyof typeof resources;

/** Output of a sync that was imported by its names alone. */
const NAMED_ONLY = "isNamedOnly";
/** What a program may say of a sync, where it does not name a connection that is declared. */
const DECLARED = [...Object.keys(secretSyncArgs.shape), "connectionId"];
/** Of a program, which `pulumi import` writes only where nothing is missing; a deployment refuses them as they stand. */
const PLACEHOLDERS: Properties = {
  destinationConfig: { projectId: "<project id>", environment: "<environment>", secretPath: "<secret path>" },
  syncOptions: { initialSyncBehavior: "<initial sync behavior>" },
};
const TO_FILL_IN =
  "The id tells the source and the name of the sync. In the program, give its connection, and fill in destinationConfig and syncOptions.";
/** Where the SDK keeps the code of a dynamic resource, which a stack may have had before. */
const CLOSURE = "__provider";

export interface Diff {
  isChanged: boolean;
  replaces: string[];
  deletesFirst: boolean;
  details: Detail[];
}

/** @param context of one call, for the resource with this URN. @throws BridgeError where the provider is not configured well */
export function createResourceCalls(connections: Connections, context: (urn: string) => Context) {
  /** Inputs as they were read just now, by the resources that stand for them. */
  const imported = new Map<string, Properties>();

  const readConnection = async (id: string, olds: Properties, urn: string) =>
    isEmpty(olds)
      ? importedConnection(id, context(urn))
      : resources.connection.read(id, withoutOwn(olds), context(urn));

  const readSync = async (id: string, olds: Properties, urn: string) => {
    if (isEmpty(olds)) {
      const { isNamedOnly, unseen, ...found } = await importedSync(id, context(urn));
      if (unseen !== undefined) context(urn).log(unseen);
      if (isNamedOnly) context(urn).log(formatWarning(TO_FILL_IN));
      // Without a connection that is declared, nothing else tells whose it is.
      const inputs = {
        ...pick(found.inputs, DECLARED),
        ...pick(found.outputs, ["keys"]),
        ...(isNamedOnly ? PLACEHOLDERS : { execution: "native" }),
      };
      imported.set(urn, inputs);
      return {
        id: found.id,
        inputs,
        outputs: { ...found.outputs, ...inputs, ...(isNamedOnly && { [NAMED_ONLY]: true }) },
      };
    }
    // There is nothing yet that could be looked at.
    if (olds[NAMED_ONLY] === true)
      return { outputs: olds, inputs: omit(olds, [NAMED_ONLY, "syncId", "createdAt"]) };
    return resources.secretSync.read(id, withoutOwn(olds), context(urn));
  };

  return {
    async check(kind: Kind, urn: string, olds: Properties | undefined, news: Properties) {
      const before = olds && !isEmpty(olds) ? olds : undefined;
      // `pulumi import` asks whether what was read is right as it is: the rest is for the program to say.
      if (isEqual(imported.get(urn), news)) return { inputs: news };
      const resolved =
        kind === "connection" ? { inputs: given(news) } : connections.resolve(given(news), before);
      if ("failures" in resolved) return resolved;
      try {
        const written = { ...resolved.inputs, ...(kind === "secretSync" && stackOf(urn, resolved.inputs)) };
        const asked = context(urn);
        const checked = await resources[kind].check(before && withoutOwn(before), written, asked, UNKNOWN);
        if ("failures" in checked) return checked;
        if (checked.planned) asked.log(await checked.planned());
        if (kind === "connection") connections.declare(urn, checked.inputs);
        return { inputs: withReference(checked.inputs, news) };
      } catch (error) {
        return { failures: [describeError(error)] };
      }
    },

    async diff(
      kind: Kind,
      urn: string,
      {
        id,
        oldInputs,
        olds,
        news,
      }: { id: string; oldInputs: Properties; olds: Properties; news: Properties },
    ): Promise<Diff> {
      const resource = resources[kind];
      const [before, after] = [withoutOwn(olds), withoutOwn(news)];
      const isNew = olds[NAMED_ONLY] === true;
      const replaces = isNew ? [] : resource.replaces(before, after);
      const isChanged = isNew || replaces.length > 0 || CLOSURE in olds || resource.hasChanged(before, after);
      if (!isChanged) {
        await resource.keep(id, after, context(urn));
        return { isChanged, replaces, deletesFirst: false, details: [] };
      }
      const shown = detailsOf(comparable(oldInputs), comparable(news), replaces);
      return {
        isChanged,
        replaces,
        deletesFirst: resource.deletesFirst(before, after),
        // After a run that stopped, inputs are equal, and what there is tells what is still to be done.
        details:
          shown.length > 0 ? shown : detailsOf(comparable(olds), comparable({ ...olds, ...news }), replaces),
      };
    },

    async create(kind: Kind, urn: string, inputs: Properties) {
      const { id, outputs } = await answering(inputs, () =>
        resources[kind].create(withoutOwn(inputs), context(urn)),
      );
      return { id, outputs: withReference(outputs, inputs) };
    },

    async read(
      kind: Kind,
      urn: string,
      id: string,
      { olds, inputs }: { olds: Properties; inputs: Properties },
    ) {
      const found = await (kind === "connection" ? readConnection : readSync)(id, olds, urn);
      if (!found) return undefined;
      if (kind === "connection") connections.find(urn, found.inputs);
      return {
        id: "id" in found && typeof found.id === "string" ? found.id : id,
        outputs: withReference(found.outputs, olds),
        inputs: withReference(found.inputs, inputs),
      };
    },

    async update(
      kind: Kind,
      urn: string,
      id: string,
      { olds, news }: { olds: Properties; news: Properties },
    ) {
      const [resource, after] = [resources[kind], withoutOwn(news)];
      const run = async () => {
        if (olds[NAMED_ONLY] !== true) return resource.update(id, withoutOwn(olds), after, context(urn));
        // It has an id already, and all else is as for what is new.
        const { outputs } = await resource.create(after, context(urn));
        return { ...outputs, syncId: id };
      };
      return withReference(await answering(news, run), news);
    },

    async delete(kind: Kind, urn: string, id: string, olds: Properties) {
      if (olds[NAMED_ONLY] === true) return;
      await resources[kind].delete(id, withoutOwn(olds), context(urn));
    },
  };
}

const isEmpty = (properties: Properties) => Object.keys(properties).length === 0;

const withoutOwn = (properties: Properties) => omit(properties, [CLOSURE, "connection", NAMED_ONLY]);

/** The resource itself knows the connection by what it is like. */
const withReference = (properties: Properties, from: Properties): Properties => ({
  ...omit(properties, ["connection"]),
  ...(from["connection"] !== undefined && { connection: from["connection"] }),
});

/** An id of a connection may change with what it is made from, which is shown by itself. */
function comparable(properties: Properties): Properties {
  const reference = referenceIn(properties["connection"]);
  const rest = omit(properties, [CLOSURE, "connection"]);
  return reference ? { ...rest, connection: reference.urn } : rest;
}

/** Part of the mark; where nothing is marked, nothing is added to the state. */
function stackOf(urn: string, { syncOptions }: Properties): Properties {
  const isMarked = (syncOptions as Properties | undefined)?.["ownershipMark"] === true;
  const [, , stack, project] = /^(urn:pulumi:)(.*?)::(.*?)::/.exec(urn) ?? [];
  return isMarked && stack !== undefined ? { stack: `${project}/${stack}` } : {};
}

async function answering<T>(inputs: Properties, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof PartialRunError)) throw error;
    const outputs = withReference(error.outputs, inputs);
    throw new PartialRunError(error.id, outputs, error.reasons, error.cause);
  }
}
