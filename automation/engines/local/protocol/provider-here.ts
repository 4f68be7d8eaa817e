/**
 * This package's own resources, called where the engine is: an inline program shares its modules with this process, so that
 * the closures it sends name code that is here. Whatever else a closure says is opened in the SDK's process alone.
 */

import { UNKNOWN } from "../../../../provider/marked-values.ts";
import type { ProviderCall } from "../../../../provider/pulumi/calls.ts";
import { closureOf } from "../../../../provider/pulumi/closure.ts";
import type { DeclaredFolder } from "../../../../provider/resources/declared-folders.ts";
import { markSecrets, type PropertyMap, toProvider } from "../../values.ts";
import {
  type ApplyResult,
  type HalfDone,
  halfDone,
  type Provider,
  type ProviderOptions,
} from "./provider.ts";

/** Where the SDK keeps the closure among a resource's properties. */
const CLOSURE = "__provider";
type Kind = Parameters<ProviderCall>[0];
const KINDS = new Map<unknown, Kind>(
  (["connection", "secretSync"] as const).map((kind) => [closureOf(kind), kind]),
);

interface HereOptions extends ProviderOptions {
  /** Aborting lets the requests in flight end and refuses further ones. */
  signal: AbortSignal | undefined;
  /** Folders that may be looked at together. */
  folders: readonly DeclaredFolder[];
  /** For the closures of others. */
  elsewhere: Provider;
}

export function createProviderHere({
  project,
  config,
  env,
  signal,
  onLine,
  folders,
  elsewhere,
}: HereOptions): Provider {
  let opened: ReturnType<typeof open> | undefined;
  const rawConfig = Object.fromEntries(config.values);
  const settings = {
    rawConfig,
    projectName: project,
    get: (key: string) => config.values.get(key.includes(":") ? key : `${project}:${key}`),
  };
  const call = async <Result>(kind: Kind, method: string, ...args: unknown[]): Promise<Result> => {
    opened ??= open({ env, signal, folders, print: (line) => onLine(line, false) });
    return (await (await opened).call(kind, method, settings, args)) as Result;
  };
  /** As the SDK: what a provider answers has the closure of what it was asked. */
  const withClosure = (answer: PropertyMap, { [CLOSURE]: closure = null }: PropertyMap): PropertyMap => ({
    ...answer,
    [CLOSURE]: closure,
  });
  const kindOf = (properties: PropertyMap) => KINDS.get(properties[CLOSURE]);
  /** Of an update, whose closure may not be known yet. */
  const kindOfEither = (olds: PropertyMap, news: PropertyMap) =>
    kindOf(news[CLOSURE] === UNKNOWN ? olds : news);

  return {
    prepare() {},
    async check(urn, olds, news) {
      const kind = kindOfEither(olds, news);
      if (!kind) return elsewhere.check(urn, olds, news);
      const { inputs, failures = [] } = await call<Partial<Checked>>(
        kind,
        "check",
        toProvider(olds),
        toProvider(news),
      );
      return { inputs: markSecrets(inputs ? withClosure(inputs, news) : news, news), failures };
    },
    async diff(request) {
      const { id, oldOutputs, newInputs } = request;
      const kind = kindOfEither(oldOutputs, newInputs);
      if (!kind) return elsewhere.diff(request);
      const found = await call<Differences>(kind, "diff", id, toProvider(oldOutputs), toProvider(newInputs));
      return {
        hasChanges: found.changes,
        replaceKeys: found.replaces ?? [],
        deleteBeforeReplace: found.deleteBeforeReplace ?? false,
      };
    },
    async create(urn, inputs) {
      const kind = kindOf(inputs);
      if (!kind) return elsewhere.create(urn, inputs);
      return applied(inputs, () => call<Applied>(kind, "create", toProvider(inputs)));
    },
    async update(request) {
      const { id, oldOutputs, newInputs } = request;
      const kind = kindOf(newInputs);
      if (!kind) return elsewhere.update(request);
      const update = () => call<Applied>(kind, "update", id, toProvider(oldOutputs), toProvider(newInputs));
      return { ...(await applied(newInputs, update)), id };
    },
    async read(urn, id, inputs, outputs) {
      const kind = kindOf(outputs);
      if (!kind) return elsewhere.read(urn, id, inputs, outputs);
      const found = await call<Found>(kind, "read", id, toProvider(outputs));
      return {
        id: found.id,
        outputs: markSecrets(withClosure(found.props, outputs), outputs),
        inputs: found.inputs && markSecrets(withClosure(found.inputs, outputs), inputs),
      };
    },
    async delete(urn, id, inputs, outputs) {
      const kind = kindOf(outputs);
      if (!kind) return elsewhere.delete(urn, id, inputs, outputs);
      await call(kind, "delete", id, toProvider(outputs));
    },
    async stop() {
      await Promise.all([elsewhere.stop(), opened?.then(({ close }) => close())]);
    },
  };

  async function applied(inputs: PropertyMap, apply: () => Promise<Applied>): Promise<ApplyResult> {
    try {
      const { id = "", outs } = await apply();
      return { id, outputs: markSecrets(withClosure(outs, inputs), inputs) };
    } catch (error) {
      const { id, properties, reasons } = error as Partial<HalfDone>;
      if (id === undefined || !properties || !reasons) throw error;
      return halfDone({ id, properties, reasons }, error, inputs);
    }
  }
}

/** The answers of provider/pulumi/calls.ts. */
interface Checked {
  inputs: PropertyMap;
  failures: { property: string; reason: string }[];
}
interface Differences {
  changes?: boolean;
  replaces?: string[];
  deleteBeforeReplace?: boolean;
}
interface Applied {
  id?: string;
  outs: PropertyMap;
}
interface Found {
  id: string;
  props: PropertyMap;
  inputs?: PropertyMap;
}

/** Loaded with the first call at the latest: many programs have no resources of this package. */
export const loadCalls = () =>
  Promise.all([
    import("../../../../provider/pulumi/calls.ts"),
    import("../../../../provider/resources/process.ts"),
  ]);

async function open({
  env,
  signal,
  folders,
  print,
}: Pick<HereOptions, "env" | "signal" | "folders"> & { print: (line: string) => void }) {
  const [{ createCall }, { createShared }] = await loadCalls();
  const shared = createShared();
  shared.lookTogether(folders);
  if (signal?.aborted) shared.cancel();
  signal?.addEventListener("abort", shared.cancel);
  return {
    call: createCall(shared, env, print),
    async close() {
      signal?.removeEventListener("abort", shared.cancel);
      await shared[Symbol.asyncDispose]();
    },
  };
}
