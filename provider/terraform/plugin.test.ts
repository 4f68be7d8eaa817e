import { type ChildProcess, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { afterEach, describe, expect, it } from "vitest";
import { builtProvider } from "../../test/support/terraform/cli.ts";
import { connect } from "../../test/support/terraform/client.ts";
import { selfSigned } from "./x509.ts";

const MAIN = join(await builtProvider(), "local/terraform-provider-externalinfisical");
const COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function start(environment: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  return child;
}

async function handshakeOf(child: ReturnType<typeof start>): Promise<string> {
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return line.toString().trimEnd();
}

describe("the program", () => {
  it("says what it is where Terraform did not start it", async () => {
    const child = start({});
    const [[told], [code]] = await Promise.all([once(child.stderr, "data"), once(child, "exit")]);
    expect(String(told)).toContain("provider for Terraform");
    expect(code).toBe(1);
  });

  it("shakes hands, lets nobody in but its parent, and ends when told", async () => {
    const mine = selfSigned();
    const child = start({ TF_PLUGIN_MAGIC_COOKIE: COOKIE, PLUGIN_CLIENT_CERT: mine.pem });
    const handshake = await handshakeOf(child);
    const [core, protocol, network, address = "", kind, certificate = ""] = handshake.split("|");
    expect([core, protocol, kind]).toEqual(["1", "6", "grpc"]);
    expect(network).toBe(process.platform === "win32" ? "tcp" : "unix");
    if (network === "unix") expect(statSync(dirname(address)).mode & 0o077).toBe(0);
    const announced = new X509Certificate(Buffer.from(certificate, "base64"));
    expect(announced.checkHost("localhost")).toBe("localhost");
    const theirs = Buffer.from(announced.toString());

    const other = selfSigned();
    const refused = {
      "no certificate": credentials.createSsl(theirs),
      "another's certificate": credentials.createSsl(theirs, Buffer.from(other.key), Buffer.from(other.pem)),
      plaintext: credentials.createInsecure(),
    };
    for (const [who, channel] of Object.entries(refused)) {
      const stranger = connect(handshake, channel);
      await expect(stranger.call("GetMetadata", {}), who).rejects.toThrow(/UNAVAILABLE/);
      stranger.close();
    }

    const parent = connect(
      handshake,
      credentials.createSsl(theirs, Buffer.from(mine.key), Buffer.from(mine.pem)),
    );
    const { resources } = await parent.call("GetMetadata", {});
    expect(resources?.map(({ type_name }) => type_name)).toContain("externalinfisical_secret_sync");
    await parent.shutdown();
    await once(child, "exit");
    expect(existsSync(address)).toBe(false);
    parent.close();
  });

  it("ends when its parent is gone", async () => {
    // A shell that starts the provider and leaves when it is told: one that is gone before the handshake is no parent.
    const child = spawn("/bin/sh", ["-c", `"${process.execPath}" "${MAIN}" & read _`], {
      env: { PATH: process.env["PATH"] ?? "", TF_PLUGIN_MAGIC_COOKIE: COOKIE },
      stdio: ["pipe", "pipe", "ignore"],
    });
    children.push(child);
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const socket = line.toString().split("|")[3] ?? "";
    expect(existsSync(socket)).toBe(true);
    child.stdin.end();
    // Its end of the pipe closes with the last process that holds it.
    await once(child.stdout, "close");
    expect(existsSync(socket)).toBe(false);
  });
});
