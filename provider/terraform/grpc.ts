/**
 * Unary gRPC over node:http2. The full library takes twice as long to load as all that has to happen before
 * Terraform's handshake; the tests talk to this with that library.
 */
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";

/** Answers one call with the bytes of a message. */
export type Method = (request: Uint8Array) => Promise<Uint8Array>;

const STATUS = { ok: 0, unknown: 2, unimplemented: 12 } as const;
/** Compression flag and length in front of each message. */
const PREFIX_BYTES = 5;

/**
 * Serves the calls that `find` knows, by path: `/package.Service/Method`. Messages have no limit: a plan of
 * a large sync takes megabytes.
 */
export function serveGrpc(server: Http2Server, find: (path: string) => Promise<Method | undefined>): void {
  server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    // A caller that goes away in the middle of a call is no failure of ours.
    stream.on("error", () => {});
    answer(stream, headers[":path"] ?? "", find).catch((error: unknown) =>
      fail(stream, STATUS.unknown, error instanceof Error ? error.message : String(error)),
    );
  });
}

async function answer(
  stream: ServerHttp2Stream,
  path: string,
  find: (path: string) => Promise<Method | undefined>,
): Promise<void> {
  const [body, method] = await Promise.all([bodyOf(stream), find(path)]);
  if (!method) return fail(stream, STATUS.unimplemented, `no such method: ${path}`);
  if (body[0] !== 0) return fail(stream, STATUS.unimplemented, "compressed messages are not supported");
  const message = await method(body.subarray(PREFIX_BYTES, PREFIX_BYTES + body.readUInt32BE(1)));
  if (stream.destroyed) return;
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(STATUS.ok) }));
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.write(prefix);
  stream.end(message);
}

async function bodyOf(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function fail(stream: ServerHttp2Stream, status: number, message: string): void {
  if (stream.destroyed || stream.headersSent) return;
  const headers = {
    ":status": 200,
    "content-type": "application/grpc",
    "grpc-status": String(status),
    "grpc-message": encodeURIComponent(message),
  };
  stream.respond(headers, { endStream: true });
}
