/**
 * Loaded into the provider's process before the SDK's own code. A creation or update that ends half-way is answered
 * with an error that carries the resource's state, in one header; and Node's HTTP/2 takes no header above 64 KiB, so
 * the state of a few hundred keys would be lost. Such an answer is sent as a result, in a wrapping that sdk.ts undoes.
 */
import { createRequire } from "node:module";
import { STATUS_DETAILS, WRAPPED_FAILURE } from "./wrapped-failure.ts";

const MOST_HEADER_BYTES = 16_384;

type Handler = (call: unknown, callback: (error: Failure | null, response?: unknown) => void) => void;
interface Failure {
  message: string;
  metadata?: { get(name: string): unknown[] };
}
interface Response {
  setId?(id: string): void;
  setProperties(properties: unknown): void;
}
interface Sdk {
  grpc: { Server: { prototype: { addService(service: unknown, handlers: Record<string, Handler>): void } } };
  messages: { CreateResponse: new () => Response; UpdateResponse: new () => Response };
  Struct: { fromJavaScript(value: object): unknown };
}

// The process's script is the SDK's own.
wrapLargeFailures(loadSdk(process.argv[1] ?? ""));

function loadSdk(script: string): Sdk {
  const load = createRequire(script);
  return {
    grpc: load("@grpc/grpc-js"),
    messages: load("../../proto/provider_pb.js"),
    Struct: load("google-protobuf/google/protobuf/struct_pb.js").Struct,
  };
}

function wrapLargeFailures({ grpc, messages, Struct }: Sdk): void {
  const { prototype } = grpc.Server;
  const { addService } = prototype;
  const wrapping =
    (handler: Handler, Message: new () => Response): Handler =>
    (call, callback) =>
      handler(call, (error, response) => {
        const details = error?.metadata?.get(STATUS_DETAILS)[0];
        if (!(details instanceof Uint8Array) || details.length <= MOST_HEADER_BYTES)
          return callback(error, response);
        const failure = { message: error?.message ?? "", details: Buffer.from(details).toString("base64") };
        const wrapped = new Message();
        wrapped.setId?.("-");
        wrapped.setProperties(Struct.fromJavaScript({ [WRAPPED_FAILURE]: failure }));
        callback(null, wrapped);
      });
  prototype.addService = function (service, handlers) {
    const { create, update } = handlers;
    if (create) handlers["create"] = wrapping(create.bind(handlers), messages.CreateResponse);
    if (update) handlers["update"] = wrapping(update.bind(handlers), messages.UpdateResponse);
    addService.call(this, service, handlers);
  };
}
