/** Pulumi's own messages, by the names that the protocol has; only this file knows that they are CommonJS. */
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import status from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties } from "../resources/resource.ts";
import { type Opened, opened, type Path, sealed } from "./values.ts";

export { engine, engineServices, plugin, provider, services };

export type Struct = InstanceType<typeof struct.Struct>;

export const emptyMessage = () => new empty.Empty();

export const readStruct = (sent: Struct | undefined): Opened => opened(sent?.toJavaScript() ?? {});

type Json = Parameters<typeof struct.Struct.fromJavaScript>[0];

export const structOf = (properties: Properties, secrets: readonly Path[] = []): Struct =>
  struct.Struct.fromJavaScript(sealed(properties, secrets) as Json);

/** The form in which gRPC carries what comes with an error. */
export function statusDetails(
  code: number,
  message: string,
  failed: provider.ErrorResourceInitFailed,
): Buffer {
  const detail = new any.Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const told = new status.Status();
  told.setCode(code);
  told.setMessage(message);
  told.addDetails(detail);
  return Buffer.from(told.serializeBinary());
}
