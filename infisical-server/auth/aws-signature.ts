// Checks version 4 of AWS's signatures as AWS documents it, for any set of signed headers.
import { createHash, createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

interface Key {
  accessKeyId: string;
  secretAccessKey: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** Whose key has signed a POST to `/`; undefined where it is none of these, or the signature is wrong. */
export function signerOf<K extends Key>(
  headers: IncomingHttpHeaders,
  body: string,
  keys: readonly K[],
): K | undefined {
  const [, id, scope = "", names = "", signature] = AUTHORIZATION.exec(headers.authorization ?? "") ?? [];
  const key = keys.find(({ accessKeyId }) => accessKeyId === id);
  if (!key) return undefined;
  // Who passes the request on says by this for which host it was signed.
  const sent: IncomingHttpHeaders = {
    ...headers,
    host: String(headers["x-forwarded-host"] ?? headers.host),
  };
  const lines = names.split(";").map((name) => `${name}:${String(sent[name] ?? "").trim()}\n`);
  const request = ["POST", "/", "", lines.join(""), names, sha256(body)].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", sent["x-amz-date"], scope, sha256(request)].join("\n");
  let derived: string | Buffer = `AWS4${key.secretAccessKey}`;
  for (const part of scope.split("/")) derived = hmac(derived, part);
  return hmac(derived, toSign).toString("hex") === signature ? key : undefined;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
