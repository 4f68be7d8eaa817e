/** The SDK's own provider of dynamic resources, in a process of its own that is started when first needed. */

import { setTimeout as delay } from "node:timers/promises";
import { markSecrets, type PropertyMap, secret, toProvider } from "../../values.ts";
import { type Child, startNode } from "./child.ts";
import {
  type ApplyResult,
  halfDone,
  type Provider,
  ProviderGoneError,
  type ProviderOptions,
} from "./provider.ts";
import type { GrpcError, ProviderConnection, ProviderMessages, Sdk } from "./sdk.ts";

interface ProcessOptions extends ProviderOptions {
  sdk: Sdk;
  folder: string;
  /** Asked when the process is started. */
  engineAddress(): Promise<string>;
}

export function createProviderProcess(options: ProcessOptions): Provider {
  const { sdk } = options;
  let started: Promise<{ child: Child; connection: ProviderConnection }> | undefined;
  const running = () => {
    started ??= start(options);
    return started;
  };
  const call = async <Response>(method: string, request: unknown): Promise<Response> => {
    const { child, connection } = await running();
    try {
      return await connection.call<Response>(method, request);
    } catch (error) {
      throw await explain(error, child);
    }
  };
  const struct = (map: PropertyMap) => sdk.toStruct(toProvider(map));
  const partial = (error: unknown, marked: PropertyMap): ApplyResult => {
    const state = sdk.partialState(error);
    if (!state) throw error;
    return halfDone(state, error, marked);
  };

  return {
    // That it does not start is told by the first call, if there is one.
    prepare: () => void running().catch(() => {}),
    async check(urn, olds, news) {
      const request = new sdk.provider.CheckRequest();
      request.setUrn(urn).setOlds(struct(olds)).setNews(struct(news)).setRandomseed(new Uint8Array(32));
      const response = await call<ProviderMessages.CheckResponse>("check", request);
      return {
        inputs: markSecrets(sdk.fromStruct(response.getInputs()), news),
        failures: response
          .getFailuresList()
          .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
      };
    },
    async diff({ urn, id, oldOutputs, newInputs, ignoreChanges }) {
      const request = new sdk.provider.DiffRequest();
      // Of what was, the SDK's provider reads the outputs alone, here and in an update.
      request.setUrn(urn).setId(id).setOlds(struct(oldOutputs));
      request.setNews(struct(newInputs)).setIgnorechangesList([...ignoreChanges]);
      const response = await call<ProviderMessages.DiffResponse>("diff", request);
      const { DIFF_UNKNOWN, DIFF_SOME } = sdk.provider.DiffResponse.DiffChanges;
      const changes = response.getChanges();
      return {
        hasChanges: changes === DIFF_UNKNOWN ? undefined : changes === DIFF_SOME,
        replaceKeys: response.getReplacesList(),
        deleteBeforeReplace: response.getDeletebeforereplace(),
      };
    },
    async create(urn, inputs) {
      const request = new sdk.provider.CreateRequest();
      request.setUrn(urn).setProperties(struct(inputs));
      try {
        const response = await call<ProviderMessages.CreateResponse>("create", request);
        if (response.getId() === "") throw new Error("provider did not return an ID from Create");
        return {
          id: response.getId(),
          outputs: markSecrets(sdk.fromStruct(response.getProperties()), inputs),
        };
      } catch (error) {
        return partial(error, inputs);
      }
    },
    async update({ urn, id, oldOutputs, newInputs }) {
      const request = new sdk.provider.UpdateRequest();
      request.setUrn(urn).setId(id).setOlds(struct(oldOutputs));
      request.setNews(struct(newInputs));
      try {
        const response = await call<ProviderMessages.UpdateResponse>("update", request);
        return { id, outputs: markSecrets(sdk.fromStruct(response.getProperties()), newInputs) };
      } catch (error) {
        return { ...partial(error, newInputs), id };
      }
    },
    async read(urn, id, inputs, outputs) {
      const request = new sdk.provider.ReadRequest();
      request.setUrn(urn).setId(id).setInputs(struct(inputs)).setProperties(struct(outputs));
      const response = await call<ProviderMessages.ReadResponse>("read", request);
      const readInputs = response.getInputs();
      return {
        id: response.getId(),
        outputs: markSecrets(sdk.fromStruct(response.getProperties()), outputs),
        inputs: readInputs && markSecrets(sdk.fromStruct(readInputs), inputs),
      };
    },
    async delete(urn, id, inputs, outputs) {
      const request = new sdk.provider.DeleteRequest();
      request.setUrn(urn).setId(id).setOldInputs(struct(inputs)).setProperties(struct(outputs));
      await call("delete", request);
    },
    async stop() {
      const running = await started?.catch(() => undefined);
      running?.connection.close();
      await running?.child.end();
    },
  };
}

async function start(options: ProcessOptions): Promise<{ child: Child; connection: ProviderConnection }> {
  const { sdk, config } = options;
  const { child, port } = await startProcess(options);
  const connection = sdk.connectProvider(`127.0.0.1:${port}`);
  const args = [...config.values].map(([key, value]) => [
    key,
    config.secretKeys.has(key) ? secret(value) : value,
  ]);
  const request = new sdk.provider.ConfigureRequest();
  request.setArgs(sdk.toStruct(Object.fromEntries(args)));
  request.setAcceptsecrets(true).setAcceptresources(true).setSendsOldInputsToDelete(true);
  try {
    await connection.call("configure", request);
  } catch (error) {
    connection.close();
    await child.kill();
    throw error;
  }
  return { child, connection };
}

/** Compiled or not, it is beside this file. */
const PRELOAD = new URL(
  import.meta.url.endsWith(".ts") ? "./provider-preload.ts" : "./provider-preload.js",
  import.meta.url,
).href;

/** In megabytes; what V8 would let it grow to is more than all that lasts. */
const SMALL_YOUNG_SPACE = "--max-semi-space-size=4";

/** Its first line is the port that it listens on, the rest is what providers print. */
async function startProcess(options: ProcessOptions): Promise<{ child: Child; port: number }> {
  const { sdk, project, folder, env, engineAddress, onLine } = options;
  const address = await engineAddress();
  const found = Promise.withResolvers<number>();
  let isFirst = true;
  const child = startNode({
    args: [SMALL_YOUNG_SPACE, "--import", PRELOAD, sdk.path("cmd/dynamic-provider/index.js"), address],
    cwd: folder,
    env: { ...env, PULUMI_NODEJS_PROJECT: project, PULUMI_PROJECT: project },
    onLine(line, isError) {
      if (isError || !isFirst) return onLine(line, isError);
      isFirst = false;
      found.resolve(Number(line));
    },
  });
  child.ended.then(
    ({ code, signal }) => found.reject(new Error(`the provider process did not start (${signal ?? code})`)),
    found.reject,
  );
  return { child, port: await found.promise };
}

const UNAVAILABLE = 14;
const ENDING_MS = 2000;

/** A lost connection means that the process is gone: say so. */
async function explain(error: unknown, child: Child): Promise<unknown> {
  if ((error as Partial<GrpcError>).code !== UNAVAILABLE) return error;
  const ending = await Promise.race([child.ended, delay(ENDING_MS, undefined, { ref: false })]);
  if (!ending) return error;
  const { code, signal } = ending;
  return new ProviderGoneError(`the provider process has ended (${signal ?? `exit code ${code}`})`, {
    cause: error,
  });
}
