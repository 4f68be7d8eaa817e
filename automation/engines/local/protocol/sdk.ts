/**
 * The SDK's own copies of gRPC, protobuf and Pulumi's messages, loaded when first needed. All casts of what is not
 * typed there are in this file.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as EngineMessages from "@pulumi/pulumi/proto/engine_pb.js";
import type * as LanguageMessages from "@pulumi/pulumi/proto/language_pb.js";
import type * as ProviderMessages from "@pulumi/pulumi/proto/provider_pb.js";
import type * as ResourceMessages from "@pulumi/pulumi/proto/resource_pb.js";
import { callDirectly, NO_PROXY_OPTION } from "../../child-environment.ts";
import { EngineError } from "../../engine.ts";
import type { PropertyMap } from "../../values.ts";
import { unwrapFailure } from "./unwrap-failure.ts";
import { STATUS_DETAILS, WRAPPED_FAILURE } from "./wrapped-failure.ts";

export type { EngineMessages, LanguageMessages, ProviderMessages, ResourceMessages };

/** A google.protobuf.Struct. */
type StructMessage = NonNullable<ReturnType<ResourceMessages.RegisterResourceRequest["getObject"]>>;
type EmptyMessage = InstanceType<EmptyClass>;
type EmptyClass = new () => NonNullable<unknown>;

export interface GrpcError extends Error {
  code: number;
  details: string;
  metadata?: { get(name: string): unknown[] };
}
interface GrpcServer {
  /** The address it listens on. */
  readonly address: string;
  close(): void;
}
/** A service's method: gets the request message, answers the response message. */
export type Handler = (request: never) => unknown;

/** The engine's two services, as programs and providers call them. */
export interface EngineHandlers {
  monitor: Record<string, Handler>;
  engine: Record<string, Handler>;
}

export interface Sdk {
  /** The path of a file of the SDK. */
  path(file: string): string;
  readonly engine: typeof EngineMessages;
  readonly language: typeof LanguageMessages;
  readonly provider: typeof ProviderMessages;
  readonly resource: typeof ResourceMessages;
  empty(): EmptyMessage;
  toStruct(map: PropertyMap): StructMessage;
  fromStruct(struct: StructMessage | undefined): PropertyMap;
  /** Serves both services of the engine on a free local port. Handlers that are not given answer UNIMPLEMENTED. */
  serve(handlers: EngineHandlers): Promise<GrpcServer>;
  connectProvider(address: string): ProviderConnection;
  /** The state that a failed create, update or read carries; undefined if it made nothing. */
  partialState(error: unknown): PartialState | undefined;
  /** Loads what the first inline program needs. */
  loadInline(): void;
  /** Runs an inline program as the Automation API does; what it asks goes straight to the handlers. */
  runInline(
    program: () => Promise<unknown>,
    request: LanguageMessages.RunRequest,
    handlers: EngineHandlers,
  ): InlineRun;
}
interface InlineRun {
  readonly ended: Promise<void>;
  /** Leaves it alone, whatever it waits for. */
  abandon(): Promise<void>;
}
export interface ProviderConnection {
  call<Response>(method: string, request: unknown): Promise<Response>;
  close(): void;
}
interface PartialState {
  id: string;
  properties: PropertyMap;
  reasons: string[];
}

/** The oldest SDK whose protocol this engine speaks. */
const OLDEST = [3, 260] as const;
const MESSAGE_LIMIT = 400 * 1024 * 1024;
const CHANNEL_OPTIONS = {
  "grpc.max_receive_message_length": MESSAGE_LIMIT,
  "grpc.max_send_message_length": MESSAGE_LIMIT,
  ...NO_PROXY_OPTION,
};

/** The SDK that the program in `folder` uses; without a folder the one of this package. */
export function loadSdk(folder?: string): Sdk {
  const from = folder === undefined ? import.meta.url : join(folder, "package.json");
  const require = createRequire(from);
  const load = <T>(file: string): T => require(`@pulumi/pulumi/${file}`);
  requireVersion(load, folder);
  const own = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  const grpc: Grpc = own("@grpc/grpc-js");
  const { Struct }: { Struct: { fromJavaScript(map: PropertyMap): StructMessage } } = own(
    "google-protobuf/google/protobuf/struct_pb",
  );
  const { Empty }: { Empty: EmptyClass } = own("google-protobuf/google/protobuf/empty_pb");
  const monitorService = load<{ ResourceMonitorService: ServiceDefinition }>("proto/resource_grpc_pb.js");
  const engineService = load<{ EngineService: ServiceDefinition }>("proto/engine_grpc_pb.js");
  const provider = load<typeof ProviderMessages>("proto/provider_pb.js");
  const languageServer = () => load<{ LanguageServer: LanguageServerClass }>("automation/server.js");

  return {
    path: (file) => require.resolve(`@pulumi/pulumi/${file}`),
    engine: load("proto/engine_pb.js"),
    language: load("proto/language_pb.js"),
    provider,
    resource: load("proto/resource_pb.js"),
    empty: () => new Empty(),
    toStruct: (map) => Struct.fromJavaScript(map),
    fromStruct: (struct) => (struct?.toJavaScript() ?? {}) as PropertyMap,
    serve({ monitor, engine }) {
      const server = new grpc.Server(CHANNEL_OPTIONS);
      server.addService(monitorService.ResourceMonitorService, withCallbacks(monitor, grpc));
      server.addService(engineService.EngineService, withCallbacks(engine, grpc));
      return new Promise((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
          if (error) reject(error);
          else resolve({ address: `127.0.0.1:${port}`, close: () => server.forceShutdown() });
        });
      });
    },
    connectProvider(address) {
      const { ResourceProviderClient } = load<{ ResourceProviderClient: ClientClass }>(
        "proto/provider_grpc_pb.js",
      );
      const client = new ResourceProviderClient(address, grpc.credentials.createInsecure(), CHANNEL_OPTIONS);
      return {
        call: <Response>(method: string, request: unknown) =>
          new Promise<Response>((resolve, reject) => {
            const send = client[method] as UnaryCall<Response>;
            send.call(client, request, (error, response) => {
              const failure = error ?? failureIn(response);
              if (failure) reject(failure);
              else resolve(response);
            });
          }),
        close: () => client.close(),
      };
    },
    partialState(error) {
      const details = (error as Partial<GrpcError>).metadata?.get(STATUS_DETAILS)[0];
      if (!(details instanceof Uint8Array)) return undefined;
      const { Status } = load<{ Status: StatusClass }>("proto/status_pb.js");
      const found = Status.deserializeBinary(details)
        .getDetailsList()
        .find((each) => each.getTypeName() === "pulumirpc.ErrorResourceInitFailed");
      if (!found) return undefined;
      const failed = provider.ErrorResourceInitFailed.deserializeBinary(found.getValue_asU8());
      return {
        id: failed.getId(),
        properties: this.fromStruct(failed.getProperties()),
        reasons: failed.getReasonsList(),
      };
    },
    loadInline: () => void languageServer(),
    runInline(program, request, { monitor, engine }) {
      const { LanguageServer } = languageServer();
      callDirectly(load("runtime/settings.js"));
      const { getStore } = load<StateModule>("runtime/state.js");
      const server = new LanguageServer(program);
      // Read once the run's own settings are there, and before anything is asked of anybody.
      Object.defineProperty(server, "program", {
        get() {
          const { settings } = getStore();
          settings.monitor = directClient(withCallbacks(monitor, grpc));
          settings.engine = directClient(withCallbacks(engine, grpc));
          return program;
        },
      });
      const before = uncaughtListeners();
      const ended = new Promise<void>((resolve, reject) => {
        // After an error the SDK calls back a second time; only the first call counts.
        void server.run({ request }, (error, response) => {
          const message = response?.getError();
          if (error) reject(error);
          else if (message) reject(new Error(message));
          else resolve();
        });
      }).then(() => server.onPulumiExit(false));
      ended.catch(() => {});
      // The SDK sets listeners at once, and takes them back when the program ends: an abandoned one does not.
      const added = uncaughtListeners().filter((listener) => !before.includes(listener));
      return {
        ended,
        async abandon() {
          for (const listener of added) {
            process.off("uncaughtException", listener);
            process.off("unhandledRejection", listener);
          }
        },
      };
    },
  };
}

function requireVersion(load: <T>(file: string) => T, folder: string | undefined): void {
  const place = folder ?? "this package";
  let version: string;
  try {
    ({ version } = load<{ version: string }>("package.json"));
  } catch (cause) {
    throw new EngineError("invalid-config", `@pulumi/pulumi is not installed for ${place}.`, {
      hint: "Install it there: npm install @pulumi/pulumi",
      cause,
    });
  }
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major === OLDEST[0] && minor >= OLDEST[1]) return;
  throw new EngineError(
    "unsupported",
    `@pulumi/pulumi ${version} of ${place} is not one the local engine speaks to.`,
    {
      hint: `It needs ${OLDEST.join(".")} or a later 3.x.`,
    },
  );
}

function withCallbacks(handlers: Record<string, Handler>, grpc: Grpc): Record<string, ServerCall> {
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handle]) => [
      name,
      ({ request }, answer) => {
        // A handler may throw at once or later.
        new Promise((resolve) => resolve(handle(request as never))).then(
          (response) => answer(null, response),
          ({ message: details }: Error) =>
            answer(Object.assign(new Error(details), { code: grpc.status.UNAVAILABLE, details })),
        );
      },
    ]),
  );
}

/**
 * A client as gRPC makes them, of handlers in this process. A call takes a turn of the event loop, as over a network: the SDK
 * listens for what nobody has caught until its last call is answered, and no longer.
 */
const directClient = (calls: Record<string, ServerCall>): Record<string, UnaryCall<unknown>> =>
  Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [
      name,
      (request, done) => void setImmediate(call, { request }, done),
    ]),
  );

/** The part of the SDK's state of a program that says whom it asks; where it is not given, it connects through gRPC. */
interface StateModule {
  getStore(): { settings: { monitor: unknown; engine: unknown } };
}

function uncaughtListeners(): ((error: unknown) => void)[] {
  const listeners = [...process.listeners("uncaughtException"), ...process.listeners("unhandledRejection")];
  return listeners as ((error: unknown) => void)[];
}

type ServerCall = (
  call: { request: unknown },
  answer: (error: Error | null, response?: unknown) => void,
) => void;
type ServiceDefinition = Record<string, unknown>;
type UnaryCall<Response> = (
  request: unknown,
  done: (error: Error | null, response: Response) => void,
) => void;
type ClientClass = new (
  address: string,
  credentials: unknown,
  options: object,
) => Record<string, unknown> & { close(): void };
interface StatusClass {
  deserializeBinary(bytes: Uint8Array): {
    getDetailsList(): { getTypeName(): string; getValue_asU8(): Uint8Array }[];
  };
}
type LanguageServerClass = new (
  program: () => Promise<unknown>,
) => {
  run(
    call: { request: LanguageMessages.RunRequest },
    done: (error: Error | undefined, response?: LanguageMessages.RunResponse) => void,
  ): Promise<void>;
  onPulumiExit(hasError: boolean): void;
};
interface Grpc {
  Server: new (
    options: object,
  ) => {
    addService(service: ServiceDefinition, handlers: Record<string, ServerCall>): void;
    bindAsync(address: string, credentials: unknown, done: (error: Error | null, port: number) => void): void;
    forceShutdown(): void;
  };
  ServerCredentials: { createInsecure(): unknown };
  credentials: { createInsecure(): unknown };
  status: { UNAVAILABLE: number };
}

/** What the answer to a creation or update is instead of a result. */
function failureIn(response: unknown): Error | undefined {
  const properties = (response as Partial<ProviderMessages.CreateResponse>).getProperties?.();
  return properties?.getFieldsMap().has(WRAPPED_FAILURE)
    ? unwrapFailure(properties.toJavaScript())
    : undefined;
}
