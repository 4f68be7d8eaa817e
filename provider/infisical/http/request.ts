/** One HTTP request, without any knowledge of Infisical. The only file that imports undici. */
import { isUtf8 } from "node:buffer";
import type { LookupFunction } from "node:net";
import { promisify } from "node:util";
import { brotliDecompress, unzip } from "node:zlib";
import type { Agent, Dispatcher } from "undici";
import { isLocalName, isLoopback } from "../../hosts.ts";
import { lookUp } from "../../look-up.ts";
import { type Environment, type ProxyServer, proxyFor, unproxied } from "./proxy.ts";

/** What is sent. */
interface Outgoing {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/**
 * Why there is no answer. `connect`: the server never saw the request; `dropped`: it may have; `address`,
 * `certificate` and `protocol`: it is not to be reached this way; `too-large` and `not-text`: what came is of no use; `closed`: the client has been disposed of.
 */
export type FailureReason =
  | "address"
  | "connect"
  | "certificate"
  | "protocol"
  | "dropped"
  | "timeout"
  | "too-large"
  | "not-text"
  | "cancelled"
  | "closed";

/** How a request ended. */
export type Outcome =
  | {
      kind: "response";
      status: number;
      headers: Record<string, string | undefined>;
      text: string;
      /** An attempt before this one may have been carried out, although no answer came. */
      isAfterDoubt?: boolean;
    }
  | {
      kind: "failure";
      reason: FailureReason;
      detail: string;
      /** Asked for by a proxy, which may be what failed. */
      proxy?: Pick<ProxyServer, "variable" | "host"> | undefined;
    };

/** A pool of connections to one origin. */
export interface Transport {
  send(request: Outgoing, signal: AbortSignal): Promise<Outcome>;
  /** The same, for server-sent events: they are handed on as they come, and the outcome is there when they end. */
  follow(request: Outgoing, events: Following): Promise<Outcome>;
  close(): Promise<void>;
}

/** An answer that goes on for as long as somebody listens. */
export interface Following {
  signal: AbortSignal;
  /** Longest silence. */
  idleMs: number;
  onOpen(): void;
  onText(text: string): void;
}

/** Bounds of one request. */
export interface TransportLimits {
  /** Longest wait for the headers, and between two pieces of the body. */
  timeoutMs: number;
  mostBytes: number;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** Said expressly, or NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would switch it off. */
const VERIFIED = { rejectUnauthorized: true };

/**
 * Opens no connection yet. Proxies are taken from HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
 *
 * @throws BridgeError `invalid-arguments` where one of these names no proxy
 */
export function createTransport(
  origin: string,
  limits: TransportLimits,
  environment: Environment = process.env,
): Transport {
  const { origin: server, protocol, hostname, pathname } = new URL(origin);
  // This machine is never asked for through a proxy: plain http is allowed here because it stays here.
  let proxy = isLoopback({ hostname }) ? undefined : proxyFor(protocol, environment);
  const open = async (): Promise<Dispatcher> => {
    const { Agent, buildConnector, EnvHttpProxyAgent } = await loadUndici();
    const connect = buildConnector({
      timeout: Math.min(CONNECT_TIMEOUT_MS, limits.timeoutMs),
      allowH2: false,
      ...VERIFIED,
      ...(isLocalName(hostname) && { lookup: lookUpHere }),
    });
    const options: Agent.Options = {
      connections: 8,
      connect(target, done) {
        // A proxy is connected to in another way: NO_PROXY has spared this host, the only one of a transport.
        proxy = undefined;
        connect(target, done);
      },
      headersTimeout: limits.timeoutMs,
      bodyTimeout: limits.timeoutMs,
      // What may be repeated is decided per connection; a multiplexed one blurs that.
      allowH2: false,
    };
    return proxy
      ? new EnvHttpProxyAgent({
          ...options,
          httpProxy: proxy.url,
          httpsProxy: proxy.url,
          noProxy: unproxied(environment),
          requestTls: VERIFIED,
          proxyTls: VERIFIED,
        })
      : new Agent(options);
  };
  let opened: Promise<Dispatcher> | undefined;
  const dispatcher = () => {
    opened ??= open();
    return opened;
  };
  const prefix = pathname.replace(/\/$/, "");

  const exchange = async (
    request: Outgoing,
    signal: AbortSignal,
    read: (response: Dispatcher.ResponseData) => Promise<Outcome>,
    bodyTimeout = limits.timeoutMs,
  ): Promise<Outcome> => {
    const pool = await dispatcher();
    try {
      const response = await pool.request({
        origin: server,
        path: prefix + request.path,
        method: request.method,
        headers: request.headers,
        body: request.body ?? null,
        ...{ signal, bodyTimeout },
      });
      return await read(response);
    } catch (error) {
      return { kind: "failure", ...explain(error, signal), ...(proxy && { proxy }) };
    }
  };
  const readWhole = async (response: Dispatcher.ResponseData): Promise<Outcome> => {
    const text = await readText(response, limits.mostBytes);
    return text === undefined ? tooLarge(limits.mostBytes) : responseOf(response, text);
  };

  return {
    send: (request, signal) => exchange(request, signal, readWhole),
    follow: (request, { signal, idleMs, onOpen, onText }) =>
      exchange(
        request,
        signal,
        async (response) => {
          if (!isEvents(response)) return readWhole(response);
          onOpen();
          const decoder = new TextDecoder();
          for await (const piece of response.body) onText(decoder.decode(piece as Buffer, { stream: true }));
          return responseOf(response, "");
        },
        idleMs,
      ),
    close: async () => (await dispatcher()).destroy(),
  };
}

const responseOf = ({ statusCode, headers }: Dispatcher.ResponseData, text: string): Outcome => ({
  kind: "response",
  status: statusCode,
  headers: plainHeaders(headers),
  text,
});

const EVENTS = /^text\/event-stream\b/i;
const isEvents = ({ statusCode, headers }: Dispatcher.ResponseData): boolean =>
  statusCode === 200 && EVENTS.test(String(headers["content-type"] ?? ""));

/** A name server could send what is meant for this machine anywhere: it is not asked. */
const lookUpHere: LookupFunction = (_hostname, { all }, callback) => {
  if (all === true) callback(null, [LOOPBACK, { address: "::1", family: 6 }]);
  else callback(null, LOOPBACK.address, LOOPBACK.family);
};
const LOOPBACK = { address: "127.0.0.1", family: 4 };

/** The body as text, or undefined where it is larger than allowed. */
async function readText(response: Dispatcher.ResponseData, most: number): Promise<string | undefined> {
  const announced = Number(response.headers["content-length"] ?? Number.NaN);
  if (announced > most) {
    response.body.destroy();
    return undefined;
  }
  const bytes = Number.isNaN(announced)
    ? await collect(response.body, most)
    : await fill(response.body, Buffer.allocUnsafeSlow(announced));
  if (bytes === undefined) return undefined;
  const encoding = String(response.headers["content-encoding"] ?? "identity");
  const plain = encoding === "identity" ? bytes : await decompress(bytes, encoding, most);
  // Other bytes would become replacement characters, and a value that holds them would be pushed so.
  if (plain !== undefined && !isUtf8(plain)) throw new NotTextError();
  return plain?.toString("utf8");
}

class NotTextError extends Error {
  readonly code = "NOT_TEXT";
}

/** Lists may be tens of megabytes: where the length is known, each piece is copied once, to its place. */
async function fill(body: AsyncIterable<Buffer>, bytes: Buffer): Promise<Buffer> {
  let length = 0;
  for await (const piece of body) length += piece.copy(bytes, length);
  return bytes.subarray(0, length);
}

async function collect(body: AsyncIterable<Buffer>, most: number): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > most) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length);
}

/** Compression is not asked for, since a proxy that compresses weakens the ETag; some send it all the same. */
async function decompress(bytes: Buffer, encoding: string, most: number): Promise<Buffer | undefined> {
  const decode = encoding === "br" ? promisify(brotliDecompress) : promisify(unzip);
  try {
    return await decode(bytes, { maxOutputLength: most });
  } catch (error) {
    if (codeOf(error) === "ERR_BUFFER_TOO_LARGE") return undefined;
    throw error;
  }
}

function plainHeaders(headers: Dispatcher.ResponseData["headers"]): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}

function tooLarge(most: number): Outcome {
  return { kind: "failure", reason: "too-large", detail: `the answer is larger than ${most} bytes` };
}

/** The system's reason in few words. The error itself is dropped: some hold pieces of the exchange. */
function explain(error: unknown, signal: AbortSignal): { reason: FailureReason; detail: string } {
  const code = codeOf(error);
  if (signal.aborted) {
    const isLate = signal.reason instanceof DOMException && signal.reason.name === "TimeoutError";
    return isLate ? { reason: "timeout", detail: "deadline" } : { reason: "cancelled", detail: "cancelled" };
  }
  const status = proxyStatus(error);
  if (status) return { reason: "connect", detail: `the proxy refused the connection with ${status}` };
  const reason = reasonOf(code, error);
  return { reason, detail: lookUp(DETAILS, code) ?? code };
}

const DETAILS: Partial<Record<string, string>> = {
  UND_ERR_ABORTED: "the proxy refused the connection",
  UND_ERR_HEADERS_OVERFLOW: "the headers of the answer are larger than 16 KiB",
  NOT_TEXT: "the answer is not text in UTF-8",
  Z_DATA_ERROR: "the answer is not compressed as it says",
};

/** Loaded with the first request at the latest: most commands send none of their own, and it is a fifth of their start. */
export const loadUndici = () => import("undici");

/** What a proxy answered instead of the instance: undici tells it in its text alone. */
const proxyStatus = (error: unknown): string | undefined =>
  error instanceof Error
    ? /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(error.message)?.[1]
    : undefined;

function reasonOf(code: string, error: unknown): FailureReason {
  if (code === "UND_ERR_HEADERS_OVERFLOW") return "too-large";
  if (code === "NOT_TEXT" || code === "Z_DATA_ERROR" || code.startsWith("ERR_BROTLI")) return "not-text";
  if (code === "UND_ERR_DESTROYED" || code === "UND_ERR_CLOSED") return "closed";
  if (code === "ENOTFOUND" || code === "EADDRNOTAVAIL") return "address";
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") return "timeout";
  if (/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT)/.test(code)) return "certificate";
  // TLS spoken to a plain port, or the other way round.
  if (/^(EPROTO|ERR_SSL_|ERR_TLS_|HPE_)/.test(code)) return "protocol";
  if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "EAI_AGAIN" || code.startsWith("UND_ERR_PRX"))
    return "connect";
  // A proxy that refuses the tunnel ends the request this way; our own signals were looked at before.
  if (code === "UND_ERR_ABORTED") return "connect";
  const isConnecting = error instanceof Error && "syscall" in error && error.syscall === "connect";
  return isConnecting || code === "ECONNREFUSED" ? "connect" : "dropped";
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const own = "code" in error ? error.code : undefined;
  if (typeof own === "string") return own;
  return error.cause instanceof Error ? codeOf(error.cause) : error.name;
}
