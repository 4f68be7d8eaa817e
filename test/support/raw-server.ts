/** A bare HTTP server for answers that no Infisical would give. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as it came in. */
export interface RawRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** A server on a free port of this machine. */
export interface RawServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: RawRequest[];
}

/** Answers every request by calling `answer`; a login is answered with the token `raw-token` before that. */
export async function startRawServer(
  answer: (request: RawRequest, response: ServerResponse, count: number) => void | Promise<void>,
  { answersLogin = true } = {},
): Promise<RawServer> {
  const requests: RawRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const { method = "", url: path = "", headers } = incoming;
    const request = { method, path, headers, body: Buffer.concat(pieces).toString() };
    if (answersLogin && path.endsWith("/universal-auth/login")) {
      return sendJson(response, 200, { accessToken: "raw-token", expiresIn: 7200 });
    }
    requests.push(request);
    return answer(request, response, requests.length);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(body));
}
