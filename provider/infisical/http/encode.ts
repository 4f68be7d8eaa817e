import type { EncodedWrite, MetadataItem } from "../../engine/store.ts";
import { BridgeError } from "../../errors.ts";
import { SecretValue } from "../../secret-value.ts";

/** What a server sends in place of a value that may not be read (data-plane §9.6). It is never written. */
export const HIDDEN_VALUE = "<hidden-by-infisical>";

/** One item of a batch body, as JSON text. Only what is to be written travels: absent fields keep what they hold. */
export function encodeWrite(
  key: string,
  value: SecretValue | undefined,
  exists: boolean,
  metadata?: readonly MetadataItem[],
): EncodedWrite {
  const text = value?.reveal();
  if (text?.trim() === HIDDEN_VALUE) {
    throw new BridgeError("partial-read", `The value of "${key}" was hidden by the server that listed it.`, {
      hint: "Let the identity read the values there, not only describe the secrets.",
    });
  }
  const body = JSON.stringify({ secretKey: key, secretValue: text, secretMetadata: metadata });
  return { key, bytes: Buffer.byteLength(body), exists, body: new SecretValue(body) };
}

/** The same item with the folder that it is for, where a request is for several. */
export const withPath = (write: EncodedWrite, secretPath: string): EncodedWrite => ({
  ...write,
  body: new SecretValue(pathPart(secretPath) + write.body.reveal().slice(1)),
});

/** How much longer it is then. */
export const bytesOfPath = (secretPath: string): number => Buffer.byteLength(pathPart(secretPath)) - 1;

const pathPart = (secretPath: string): string => `${JSON.stringify({ secretPath }).slice(0, -1)},`;
