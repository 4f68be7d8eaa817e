/** gRPC methods of the provider, by path: bytes in, bytes out. */

import { lookUp } from "../look-up.ts";
import { createShared } from "../resources/process.ts";
import { diagnosticMessage, problemsOf } from "./diagnostics.ts";
import type { Method } from "./grpc.ts";
import { log } from "./log.ts";
import { type Message, type MessageName, messages, RPCS, type RpcName } from "./protocol.ts";
import { createServer, type Handlers } from "./server.ts";
import { decodeMessage, encodeMessage } from "./wire.ts";

const SERVICE = "/tfplugin6.Provider/";

/** Finds a method of one provider instance. */
export function createMethods(
  handlers: Handlers,
  onAnswer: (name: RpcName, ms: number) => void = () => {},
): (path: string) => Method | undefined {
  return (path) => {
    const name = path.startsWith(SERVICE) ? path.slice(SERVICE.length) : "";
    return isRpc(name) ? methodOf(name, handlers, onAnswer) : undefined;
  };
}

const isRpc = (name: string): name is RpcName => Object.hasOwn(RPCS, name);

function methodOf<Name extends RpcName>(
  name: Name,
  handlers: Handlers,
  onAnswer: (name: RpcName, ms: number) => void,
): Method {
  const [request, response] = RPCS[name];
  const handle = handlers[name] as (message: Message<typeof request>) => Promise<Message<typeof response>>;
  return async (bytes) => {
    const start = performance.now();
    const answer = encodeMessage(
      response,
      await handle(decodeMessage(request, bytes)).catch(diagnosed(response)),
    );
    onAnswer(name, Math.round(performance.now() - start));
    return answer;
  };
}

/** An error as Terraform shows it to the user; otherwise it says that the plugin is broken. */
function diagnosed<Name extends MessageName>(response: Name): (error: unknown) => Message<Name> {
  return (error) => {
    if (!lookUp(messages, response)?.["diagnostics"]) throw error;
    return Object.assign<Message<Name>, object>(
      {},
      { diagnostics: problemsOf(error).map(diagnosticMessage) },
    );
  };
}

/** The provider of this process. */
export const findMethod = createMethods(createServer(process.env, log, createShared()), (name, ms) =>
  log("debug", name, { ms }),
);
