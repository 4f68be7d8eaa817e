/**
 * The certificate of one provider process, for mutual TLS with the Terraform that started it. Written out as
 * DER, since node:crypto issues none and the libraries that do take longer to load than the handshake may.
 */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

export interface Certificate {
  pem: string;
  der: Buffer;
  /** Private key, PEM. */
  key: string;
}

const DAY_MS = 86_400_000;

/** A self-signed certificate for `localhost`, good for both ends of a connection. */
export function selfSigned(): Certificate {
  const now = Date.now();
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));
  const name = sequence(tag(0x31, sequence(oid("2.5.4.3"), tag(0x0c, Buffer.from("localhost")))));
  const validity = sequence(time(now - DAY_MS), time(now + 30 * DAY_MS));
  const serial = randomBytes(16);
  // Positive, and without a leading zero.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const toBeSigned = sequence(
    tag(0xa0, tag(0x02, Buffer.from([2]))),
    tag(0x02, serial),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tag(0xa3, sequence(...EXTENSIONS)),
  );
  const signature = tag(0x03, Buffer.from([0]), sign("sha256", toBeSigned, privateKey));
  const der = sequence(toBeSigned, ecdsaWithSha256, signature);
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    der,
    pem: ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n"),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

const CRITICAL = Buffer.from([0x01, 0x01, 0xff]);

const EXTENSIONS = [
  // Basic constraints: a CA, since Terraform takes it as its only root.
  sequence(oid("2.5.29.19"), CRITICAL, tag(0x04, sequence(CRITICAL))),
  // Key usage: digital signature, key encipherment, key agreement, certificate signing.
  sequence(oid("2.5.29.15"), CRITICAL, tag(0x04, tag(0x03, Buffer.from([2, 0b1010_1100])))),
  // Extended key usage: server and client authentication.
  sequence(oid("2.5.29.37"), tag(0x04, sequence(oid("1.3.6.1.5.5.7.3.1"), oid("1.3.6.1.5.5.7.3.2")))),
  // Subject alternative name.
  sequence(oid("2.5.29.17"), tag(0x04, sequence(tag(0x82, Buffer.from("localhost"))))),
];

function tag(type: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([type]), length(content.length), content]);
}

function sequence(...parts: Uint8Array[]): Buffer {
  return tag(0x30, ...parts);
}

function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.from([bytes]);
  return bytes < 0x100 ? Buffer.from([0x81, bytes]) : Buffer.from([0x82, bytes >> 8, bytes & 0xff]);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tag(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(number: number): number[] {
  const digits = [number & 0x7f];
  for (let left = number >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

/** UTCTime, which is what certificates use until 2049. */
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, "");
  return tag(0x17, Buffer.from(text.slice(2)));
}
