/** Stands before an instance: passes requests on, keeps count of them, and disturbs the one it is told to. */
import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as open,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { InfisicalServer } from "../../infisical-server/index.ts";

/** What the instance answered. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** One request of the sync, as a disturbance meets it. */
interface Line {
  request: IncomingMessage;
  response: ServerResponse;
  server: InfisicalServer;
  /** Lets the instance act. */
  forward(): Promise<Answer>;
}

export type Disturbance = (line: Line) => void | Promise<void>;

/** What became of one request. */
export interface Exchange {
  method: string;
  /** Without the query. */
  path: string;
  body: string;
  isDisturbed: boolean;
  /** What the instance answered; absent where it was not asked, or not yet. */
  status?: number;
  /** The sync has been sent that answer, whole. */
  isDelivered: boolean;
}

/** The request to disturb, counted from 1 since the last `begin`; `isLasting`: and all that come after it. */
export interface Aim {
  index: number;
  isLasting: boolean;
  disturb: Disturbance;
}

export interface Gateway extends AsyncDisposable {
  readonly url: string;
  /** Since the last `begin`. */
  readonly exchanges: readonly Exchange[];
  begin(aim?: Aim): void;
  /** Resolves when the instance has done all that it was asked for. */
  idle(): Promise<void>;
}

/** Listens on a free port of this machine. */
export async function openGateway(server: InfisicalServer): Promise<Gateway> {
  let exchanges: Exchange[] = [];
  let aim: Aim | undefined;
  const pending = new Set<Promise<Answer>>();

  const http = createServer(async (request, response) => {
    const exchange: Exchange = {
      method: request.method ?? "",
      path: (request.url ?? "").replace(/\?.*/s, ""),
      body: "",
      isDisturbed: false,
      isDelivered: false,
    };
    const index = exchanges.push(exchange);
    const disturb =
      aim !== undefined && (index === aim.index || (aim.isLasting && index > aim.index))
        ? aim.disturb
        : undefined;
    exchange.isDisturbed = disturb !== undefined;
    // A client that gives up in mid-request has had its fault.
    const body = await read(request).catch(() => undefined);
    if (body === undefined) return;
    exchange.body = body.toString();
    const forward = async () => {
      const asked = ask(server, request, body);
      pending.add(asked);
      const answer = await asked.finally(() => pending.delete(asked));
      exchange.status = answer.status;
      return answer;
    };
    const pass = async () => {
      const answer = await forward();
      response.writeHead(answer.status, answer.headers).end(answer.body);
      exchange.isDelivered = !response.destroyed;
    };
    try {
      await (disturb ? disturb({ request, response, server, forward }) : pass());
    } catch (error) {
      // The line ends with the instance.
      if (!(error instanceof InstanceGone)) throw error;
      response.destroy();
    }
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");

  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    get exchanges() {
      return exchanges;
    },
    begin(next) {
      exchanges = [];
      aim = next;
    },
    idle: async () => void (await Promise.allSettled(pending)),
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
}

/** The instance was closed before it had answered, as when an arena ends. */
class InstanceGone extends Error {}

async function ask(server: InfisicalServer, request: IncomingMessage, body: Buffer): Promise<Answer> {
  const asked = open(server.url + request.url, {
    ...(request.method !== undefined && { method: request.method }),
    headers: { ...request.headers, host: new URL(server.url).host },
  });
  // Once there is an answer nobody else listens, and the connection may still break.
  asked.on("error", () => {});
  asked.end(body);
  try {
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    const { connection: _hop, "keep-alive": _alive, ...headers } = answer.headers;
    return { status: answer.statusCode ?? 0, headers, body: await read(answer) };
  } catch (cause) {
    throw new InstanceGone(`${server.url} was closed.`, { cause });
  }
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
