/** The part that HashiCorp's go-plugin asks of every provider: handshake, mutual TLS, health, shutdown. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createSecureServer, createServer, type Http2Server, type Http2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { whenParentIsGone } from "../parent.ts";
import { type Method, serveGrpc } from "./grpc.ts";
import { log } from "./log.ts";
import { selfSigned } from "./x509.ts";

/** Terraform sets it for the programs it starts; it is no secret. */
const COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
const PROTOCOL = "6";
/** Terraform kills who takes two seconds. */
const FAREWELL_MS = 1000;
/** One HTTP/2 window for whole states, so that large messages do not wait for acknowledgements. */
const WINDOW_BYTES = 4 * 1_048_576;
const SERVING = Buffer.from([0x08, 0x01]);

export interface PluginOptions {
  environment: Readonly<Record<string, string | undefined>>;
  /** Finds a method of the provider by path. It may load what it needs: the handshake does not wait for it. */
  find: (path: string) => Promise<Method | undefined>;
}

export interface Plugin {
  /** The one line that Terraform reads from standard output. */
  handshake: string;
  close(): void;
}

/** True where the program was started by Terraform or OpenTofu. */
export const isStartedByTerraform = (environment: PluginOptions["environment"]) =>
  environment["TF_PLUGIN_MAGIC_COOKIE"] === COOKIE;

/** Serves the provider until Terraform says that it is done, or is gone. */
export async function startPlugin({ environment, find }: PluginOptions): Promise<Plugin> {
  const clientCertificate = environment["PLUGIN_CLIENT_CERT"];
  const own = clientCertificate ? selfSigned() : undefined;
  const settings = { initialWindowSize: WINDOW_BYTES };
  const server =
    own && clientCertificate
      ? createSecureServer({
          settings,
          key: own.key,
          cert: own.pem,
          // Nobody but the Terraform that started this process gets in.
          ca: clientCertificate,
          requestCert: true,
          rejectUnauthorized: true,
          minVersion: "TLSv1.2",
          ALPNProtocols: ["h2"],
        })
      : createServer({ settings });

  const address = await listen(server, environment);
  const close = () => {
    address.remove();
    server.close();
  };
  const sessions = new Set<Http2Session>();
  server.on("session", (session: Http2Session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  const shutdown: Method = async () => {
    // Each closes once its answers have left, this one among them.
    const closed = [...sessions].map((session) => new Promise<void>((resolve) => session.close(resolve)));
    void Promise.race([Promise.all(closed), delay(FAREWELL_MS)]).then(() => end(close));
    return Buffer.alloc(0);
  };
  serveGrpc(server, async (path) => {
    if (path === "/plugin.GRPCController/Shutdown") return shutdown;
    if (path === "/grpc.health.v1.Health/Check") return async () => SERVING;
    return find(path);
  });
  const certificate = own?.der.toString("base64").replace(/=+$/, "") ?? "";
  return { handshake: `1|${PROTOCOL}|${address.network}|${address.text}|grpc|${certificate}`, close };
}

/** Ends this process with Terraform, and not before it: Ctrl-C is passed on to us as StopProvider. */
export function followParent(close: () => void): void {
  process.on("SIGINT", () => log("debug", "interrupt left to Terraform"));
  process.on("SIGTERM", () => end(close));
  whenParentIsGone(() => end(close));
}

function end(close: () => void): never {
  close();
  process.exit(0);
}

interface Address {
  network: "unix" | "tcp";
  text: string;
  remove(): void;
}

async function listen(server: Http2Server, environment: PluginOptions["environment"]): Promise<Address> {
  const listening = (...where: [string] | [number, string]) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(...(where as [string]), resolve);
    });
  if (process.platform === "win32") {
    await listening(0, "127.0.0.1");
    const { port } = server.address() as AddressInfo;
    return { network: "tcp", text: `127.0.0.1:${port}`, remove() {} };
  }
  const folder = mkdtempSync(join(environment["PLUGIN_UNIX_SOCKET_DIR"] || tmpdir(), "tf-"));
  const socket = join(folder, "s");
  await listening(socket);
  chmodSync(socket, 0o600);
  return { network: "unix", text: socket, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
