/** Everything that can befall a request. */
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { Answer, Disturbance } from "./gateway.ts";

export interface Fault {
  name: string;
  disturb: Disturbance;
  /** How the failed run names the cause. */
  says: RegExp;
  /** The sync has to run out of patience. */
  takesTime?: true;
  /** How long the instance has the sync wait before it asks again. */
  retryAfterMs?: number;
  /** The process that runs the sync does not live to hear of anything. */
  isDeadly?: true;
}

/** What is asked for here has followed a redirect, and has taken its token there. */
export const ELSEWHERE = "/elsewhere";

const BROKEN = /is not reachable|connection to .* broke/;
const SILENT = /did not answer in time/;

export const faults: readonly Fault[] = [
  { name: "reset before", says: BROKEN, disturb: ({ request }) => void request.socket.resetAndDestroy() },
  {
    name: "reset after",
    says: BROKEN,
    disturb: acted((_answer, response) => void response.socket?.resetAndDestroy()),
  },
  { name: "429", says: /\(429/, disturb: refuse(429, "RateLimitExceeded") },
  {
    name: "429 with Retry-After",
    says: /\(429/,
    retryAfterMs: 7000,
    disturb: refuse(429, "RateLimitExceeded", { "retry-after": "7" }),
  },
  { name: "500", says: /\(500/, disturb: refuse(500, "InternalServerError") },
  { name: "502", says: /\(502/, disturb: refuse(502, "BadGateway") },
  {
    name: "503 page",
    says: /\(503/,
    disturb: ({ response }) =>
      void response.writeHead(503, { "content-type": "text/html" }).end("<h1>Back in a moment</h1>"),
  },
  {
    name: "401",
    says: /(token was|credentials were) refused.*\(401/,
    disturb: refuse(401, "UnauthorizedError"),
  },
  {
    name: "expired token",
    says: /token was refused.*\(403/,
    async disturb({ server, forward, response }) {
      server.fault({ kind: "expire-tokens" });
      deliver(response, await forward());
    },
  },
  {
    name: "truncated",
    says: BROKEN,
    disturb: acted((answer, response) => {
      response.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.length });
      response.write(half(answer), () => response.destroy());
    }),
  },
  {
    // A server that dies in mid-answer may still end it properly; only the text shows that it is not whole.
    name: "truncated, ended properly",
    // Half of an answer may happen to end like a whole one.
    says: new RegExp(`${BROKEN.source}|the answer is broken JSON`),
    disturb: acted((answer, response) => {
      const body = half(answer);
      deliver(response, {
        ...answer,
        headers: { ...answer.headers, "content-length": String(body.length) },
        body,
      });
    }),
  },
  {
    name: "wrong content type",
    says: /not JSON but text\/html/,
    disturb: acted((answer, response) =>
      deliver(response, { ...answer, headers: { ...answer.headers, "content-type": "text/html" } }),
    ),
  },
  // Nothing has to be late: what is never sent is later than any patience.
  { name: "slow headers", says: SILENT, takesTime: true, disturb: acted(() => {}) },
  {
    name: "slow body",
    says: SILENT,
    takesTime: true,
    disturb: acted(
      (answer, response) => void response.writeHead(answer.status, answer.headers).write(half(answer)),
    ),
  },
  { name: "silence", says: SILENT, takesTime: true, disturb() {} },
  {
    name: "redirect",
    says: /redirects to .*not followed/,
    disturb({ request, response }) {
      const location = `http://localhost:${request.socket.localPort}${ELSEWHERE}`;
      response.writeHead(302, { location }).end();
    },
  },
  { name: "oversized", says: /larger than/, disturb: ({ response }) => endless(response) },
];

/** The instance acts, and what happens to its answer is told. */
function acted(then: (answer: Answer, response: ServerResponse) => void): Disturbance {
  return async ({ forward, response }) => then(await forward(), response);
}

function refuse(statusCode: number, error: string, headers: Record<string, string> = {}): Disturbance {
  const body = JSON.stringify({ reqId: "req-fault", statusCode, message: "Out of order", error });
  return ({ response }) =>
    void response.writeHead(statusCode, { "content-type": "application/json", ...headers }).end(body);
}

const half = ({ body }: Answer) => body.subarray(0, body.length / 2);

function deliver(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}

/** Until the other side has had enough. */
function endless(response: ServerResponse): void {
  const body = new Readable({
    read() {
      this.push(Buffer.alloc(65_536, " "));
    },
  });
  response.once("close", () => body.destroy());
  body.pipe(response.writeHead(200, { "content-type": "application/json" }));
}
