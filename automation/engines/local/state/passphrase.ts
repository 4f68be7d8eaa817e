/** The passphrase secrets provider: AES-256-GCM under a key derived from the passphrase and the stack's salt. */
import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { EngineError } from "../../engine.ts";
import { wrongPassphrase } from "../../refusals.ts";

export interface Crypter {
  /** As it stands in `encryptionsalt` and in the state: `v1:<salt>:<the encrypted word "pulumi">`. */
  readonly salt: string;
  encrypt(text: string): string;
  /** Throws an EngineError if the text was encrypted otherwise or has been changed. */
  decrypt(ciphertext: string): string;
}

/** Derives keys, each once: a derivation takes the better part of a second. */
export interface Keyring {
  /** The crypter of an existing salt. */
  open(passphrase: string, salt: string): Promise<Crypter>;
  /** A crypter with a fresh salt. */
  create(passphrase: string): Promise<Crypter>;
}

const ITERATIONS = 1_000_000;
const CHECK_WORD = "pulumi";
const derive = promisify(pbkdf2);

export function createKeyring(): Keyring {
  const keys = new Map<string, Promise<Buffer>>();
  const keyOf = (passphrase: string, salt: Buffer): Promise<Buffer> => {
    const name = `${salt.toString("base64")}:${passphrase}`;
    const known = keys.get(name);
    if (known) return known;
    const key = derive(passphrase, salt, ITERATIONS, 32, "sha256");
    keys.set(name, key);
    return key;
  };
  return {
    async open(passphrase, salt) {
      const parts = /^v1:([^:]+):(v1:[^:]+:[^:]+)$/.exec(salt);
      if (!parts?.[1] || !parts[2]) {
        throw new EngineError("invalid-state", "The stack's encryption salt is malformed.");
      }
      const key = await keyOf(passphrase, Buffer.from(parts[1], "base64"));
      if (tryDecrypt(key, parts[2]) !== CHECK_WORD) {
        throw wrongPassphrase();
      }
      return crypter(key, salt);
    },
    async create(passphrase) {
      const bytes = randomBytes(8);
      const key = await keyOf(passphrase, bytes);
      return crypter(key, `v1:${bytes.toString("base64")}:${encrypt(key, CHECK_WORD)}`);
    },
  };
}

function crypter(key: Buffer, salt: string): Crypter {
  return {
    salt,
    encrypt: (text) => encrypt(key, text),
    decrypt(ciphertext) {
      const text = tryDecrypt(key, ciphertext);
      if (text !== undefined) return text;
      throw new EngineError(
        "invalid-state",
        "A secret of this stack cannot be decrypted with its passphrase.",
        {
          hint: "It was encrypted for another stack, or has been changed since.",
        },
      );
    },
  };
}

function encrypt(key: Buffer, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${body.toString("base64")}`;
}

const TAG_BYTES = 16;

function tryDecrypt(key: Buffer, ciphertext: string): string | undefined {
  const parts = /^v1:([^:]+):([^:]+)$/.exec(ciphertext);
  const nonce = Buffer.from(parts?.[1] ?? "", "base64");
  const body = Buffer.from(parts?.[2] ?? "", "base64");
  if (nonce.length !== 12 || body.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(body.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]).toString("utf8");
  } catch {
    return undefined; // the tag does not fit: another key, or a changed text
  }
}

/** The passphrase of the environment; undefined if neither variable is set. An empty one is allowed. */
export async function readPassphrase(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const value = env["PULUMI_CONFIG_PASSPHRASE"];
  if (value !== undefined) return value;
  const file = env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  if (!file) return undefined;
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (cause) {
    throw new EngineError("wrong-passphrase", `The passphrase file ${file} cannot be read.`, {
      hint: "PULUMI_CONFIG_PASSPHRASE_FILE is to name a file that has the passphrase; or set PULUMI_CONFIG_PASSPHRASE.",
      cause,
    });
  }
}
