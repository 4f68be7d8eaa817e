/** `pulumirpc.ResourceProvider`: messages in and out; what was secret on the way in is so on the way out. */
import grpc from "@grpc/grpc-js";
import type { Properties } from "../resources/index.ts";
import type { Detail } from "./details.ts";
import { keeping, serviceError } from "./failures.ts";
import { foreseen } from "./foreseen.ts";
import { emptyMessage, plugin as plugins, provider, readStruct, services, structOf } from "./messages.ts";
import { kindOf, type Plugin } from "./plugin.ts";
import type { Diff } from "./resource-calls.ts";
import { packageSchema, secretSettings } from "./schema.ts";
import { type Path, SECRETS } from "./values.ts";

/** Plans of large syncs take megabytes. */
const MESSAGE_LIMIT = 400 * 1024 * 1024;
const CHANNEL_OPTIONS = {
  "grpc.max_receive_message_length": MESSAGE_LIMIT,
  "grpc.max_send_message_length": MESSAGE_LIMIT,
};

type Handler<Request, Response> = (request: Request) => Promise<Response> | Response;

/** Who answers one engine. */
export interface Instance {
  plugin: Plugin;
  /** Every answer waits for it. */
  beforeAnswers?: () => Promise<void>;
}

interface Serving {
  version: string;
  /** Makes the instance that answers an engine which has not started this process, and attaches to it. */
  attach?: (engine: string) => Instance;
}

/** Serves the provider on a free port of this machine. @param first answers until an engine attaches */
export async function servePlugin(
  first: Instance,
  serving: Serving,
): Promise<{ port: number; close(): void }> {
  const server = new grpc.Server(CHANNEL_OPTIONS);
  server.addService(services.ResourceProviderService, methodsOf(first, serving));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, close: () => server.forceShutdown() };
}

function methodsOf(first: Instance, { version, attach }: Serving): grpc.UntypedServiceImplementation {
  let instance = first;
  const resources = () => instance.plugin.resources;
  /** A method that answers what a function does, or its error. */
  const answered =
    <Request, Response>(handle: Handler<Request, Response>): grpc.handleUnaryCall<Request, Response> =>
    async (call, callback) => {
      const answer = await Promise.resolve(call.request)
        .then(handle)
        .then(
          (response) => ({ response }),
          (error: unknown) => ({ error: serviceError(error) }),
        );
      await instance.beforeAnswers?.();
      if ("error" in answer) callback(answer.error);
      else callback(null, answer.response);
    };
  return {
    handshake: answered(() => {
      const response = new provider.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setAcceptResources(true);
      return response;
    }),

    getSchema: answered(() => {
      const response = new provider.GetSchemaResponse();
      response.setSchema(JSON.stringify(packageSchema(version)));
      return response;
    }),

    // Each phase of a deployment attaches anew, and is to remember nothing of the one before.
    attach: answered((request: plugins.PluginAttach) => {
      instance = attach?.(request.getAddress()) ?? instance;
      return emptyMessage();
    }),

    getPluginInfo: answered(() => {
      const response = new plugins.PluginInfo();
      response.setVersion(version);
      return response;
    }),

    checkConfig: answered((request: provider.CheckRequest) => {
      const { properties, secrets } = readStruct(request.getNews());
      return checkResponse(withFailures(properties, instance.plugin.checkConfig(properties)), [
        ...secrets,
        ...SECRET_SETTINGS,
      ]);
    }),

    // Whoever manages the resources now, they stay as they are: another source shows by key.
    diffConfig: answered(() => new provider.DiffResponse()),

    configure: answered((request: provider.ConfigureRequest) => {
      instance.plugin.configure(readStruct(request.getArgs()).properties);
      const response = new provider.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setAcceptresources(true);
      return response;
    }),

    check: answered(async (request: provider.CheckRequest) => {
      const urn = request.getUrn();
      const olds = readStruct(request.getOlds());
      const news = readStruct(request.getNews());
      const checked = await resources().check(kindOf(urn), urn, olds.properties, news.properties);
      return checkResponse(checked, [...news.secrets, ...SECRETS]);
    }),

    diff: answered(async (request: provider.DiffRequest) => {
      const urn = request.getUrn();
      const diff = await resources().diff(kindOf(urn), urn, {
        id: request.getId(),
        oldInputs: readStruct(request.getOldInputs()).properties,
        olds: readStruct(request.getOlds()).properties,
        news: readStruct(request.getNews()).properties,
      });
      return diffResponse(diff);
    }),

    create: answered(async (request: provider.CreateRequest) => {
      const urn = request.getUrn();
      const { properties, secrets } = readStruct(request.getProperties());
      const response = new provider.CreateResponse();
      if (request.getPreview()) {
        response.setProperties(structOf(foreseen(kindOf(urn), properties), [...secrets, ...SECRETS]));
        return response;
      }
      const made = await keeping(secrets, () => resources().create(kindOf(urn), urn, properties));
      response.setId(made.id);
      response.setProperties(structOf(made.outputs, [...secrets, ...SECRETS]));
      return response;
    }),

    read: answered(async (request: provider.ReadRequest): Promise<provider.ReadResponse> => {
      const urn = request.getUrn();
      const olds = readStruct(request.getProperties());
      const inputs = readStruct(request.getInputs());
      const found = await resources().read(kindOf(urn), urn, request.getId(), {
        olds: olds.properties,
        inputs: inputs.properties,
      });
      const response = new provider.ReadResponse();
      // Without an id it counts as deleted.
      if (!found) return response;
      response.setId(found.id);
      response.setProperties(structOf(found.outputs, [...olds.secrets, ...SECRETS]));
      response.setInputs(structOf(found.inputs, [...inputs.secrets, ...olds.secrets, ...SECRETS]));
      return response;
    }),

    update: answered(async (request: provider.UpdateRequest) => {
      const urn = request.getUrn();
      const news = readStruct(request.getNews());
      const olds = readStruct(request.getOlds()).properties;
      const outputs = request.getPreview()
        ? foreseen(kindOf(urn), news.properties, olds)
        : await keeping(news.secrets, () =>
            resources().update(kindOf(urn), urn, request.getId(), { olds, news: news.properties }),
          );
      const response = new provider.UpdateResponse();
      response.setProperties(structOf(outputs, [...news.secrets, ...SECRETS]));
      return response;
    }),

    delete: answered(async (request: provider.DeleteRequest) => {
      const urn = request.getUrn();
      await resources().delete(
        kindOf(urn),
        urn,
        request.getId(),
        readStruct(request.getProperties()).properties,
      );
      return emptyMessage();
    }),

    invoke: answered(async (request: provider.InvokeRequest) => {
      const answer = await instance.plugin.invoke(request.getTok(), readStruct(request.getArgs()).properties);
      const response = new provider.InvokeResponse();
      if (answer.failures) response.setFailuresList(answer.failures.map(failure));
      else response.setReturn(structOf(answer.outputs));
      return response;
    }),

    cancel: answered(() => {
      instance.plugin.cancel();
      return emptyMessage();
    }),
  };
}

const SECRET_SETTINGS: readonly Path[] = secretSettings().map((name) => [name]);

const withFailures = (inputs: Properties, failures: string[]) =>
  failures.length > 0 ? { failures } : { inputs };

function checkResponse(
  checked: { inputs: Properties } | { failures: string[] },
  secrets: readonly Path[],
): provider.CheckResponse {
  const response = new provider.CheckResponse();
  if ("failures" in checked) response.setFailuresList(checked.failures.map(failure));
  else response.setInputs(structOf(checked.inputs, secrets));
  return response;
}

/** Pulumi prints the value of a property that a failure names, secret or not; so none is named. */
function failure(reason: string): provider.CheckFailure {
  const message = new provider.CheckFailure();
  message.setReason(reason);
  return message;
}

const { Kind } = provider.PropertyDiff;
const KINDS = {
  add: [Kind.ADD, Kind.ADD_REPLACE],
  update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
  delete: [Kind.DELETE, Kind.DELETE_REPLACE],
} as const satisfies Record<Detail["kind"], unknown>;

function diffResponse({ isChanged, replaces, deletesFirst, details }: Diff): provider.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  const response = new provider.DiffResponse();
  response.setChanges(isChanged ? DIFF_SOME : DIFF_NONE);
  response.setReplacesList(replaces);
  response.setDeletebeforereplace(deletesFirst);
  response.setDiffsList([...new Set(details.map(({ path }) => path.split(/[.[]/)[0] ?? path))]);
  response.setHasdetaileddiff(isChanged);
  for (const { path, kind, isReplaced } of details) {
    const one = new provider.PropertyDiff();
    one.setKind(KINDS[kind][isReplaced ? 1 : 0]);
    one.setInputdiff(true);
    response.getDetaileddiffMap().set(path, one);
  }
  return response;
}
