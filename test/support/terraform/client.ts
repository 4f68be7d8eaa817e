import { Client, credentials } from "@grpc/grpc-js";
import { type Message, RPCS, type RpcName } from "../../../provider/terraform/protocol.ts";
import { decodeMessage, encodeMessage } from "../../../provider/terraform/wire.ts";

/** Calls a provider as Terraform's core does, with the usual gRPC library. */
export interface ProviderClient {
  call<Name extends RpcName>(
    name: Name,
    request: Message<(typeof RPCS)[Name][0]>,
  ): Promise<Message<(typeof RPCS)[Name][1]>>;
  /** What Terraform calls when it is done with the process. */
  shutdown(): Promise<void>;
  close(): void;
}

/** @param handshake the line that the provider prints at its start */
export function connect(handshake: string, channel = credentials.createInsecure()): ProviderClient {
  const [, , network, address] = handshake.split("|");
  const client = new Client(network === "unix" ? `unix:${address}` : String(address), channel, {
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
    "grpc.ssl_target_name_override": "localhost",
  });
  return {
    call<Name extends RpcName>(name: Name, request: Message<(typeof RPCS)[Name][0]>) {
      const [asked, answered] = RPCS[name];
      return new Promise<Message<(typeof RPCS)[Name][1]>>((resolve, reject) => {
        client.makeUnaryRequest(
          `/tfplugin6.Provider/${name}`,
          (message: Message<typeof asked>) => Buffer.from(encodeMessage(asked, message)),
          (bytes: Buffer) => decodeMessage(answered, bytes),
          request,
          (error, answer) => (error ? reject(error) : resolve(answer as Message<(typeof RPCS)[Name][1]>)),
        );
      });
    },
    shutdown: () =>
      new Promise((resolve, reject) => {
        const empty = () => Buffer.alloc(0);
        client.makeUnaryRequest("/plugin.GRPCController/Shutdown", empty, empty, {}, (error) =>
          error ? reject(error) : resolve(),
        );
      }),
    close: () => client.close(),
  };
}
