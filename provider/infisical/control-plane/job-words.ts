/**
 * The instance's own words about a failed job. What it moved by itself is in no memory of ours, so a value in a message
 * could not be recognised: only texts that are known are shown, with names, numbers and addresses in their places.
 */
import { z } from "zod";
import { parseJson } from "../../parse-json.ts";
import { oneLine } from "../../printable.ts";

/** A remote HTTP error, packed into the message as JSON text (control-plane §3.10). */
const packed = z.object({
  message: z.unknown(),
  error: z.object({ statusCode: z.number(), error: z.string() }).partial().catch({}),
  secretKey: z.string().optional().catch(undefined),
});

const WORD = String.raw`[\w.:/@-]{1,100}`;
const QUOTED = `['"\`]${WORD}['"\`]`;
const KEY = new RegExp(`^${WORD}$`);
const WORDS = `${WORD}(?:, ${WORD})*`;
const TWINS = `${QUOTED} in ${WORD}(?: and ${WORD})+`;
const KNOWN: readonly RegExp[] = [
  "Failed to run job",
  "Something went wrong",
  "Invalid source configuration: folder no longer exists",
  `Folder with path ${QUOTED}(?: in environment with slug ${QUOTED})?(?: in project.{0,8} ${QUOTED})? (?:was )?not found`,
  `(?:Project|Environment|Secret|Identity) with (?:ID|slug|name) ${QUOTED} not found`,
  `You are not allowed to ${WORD} on ${WORD}`,
  `Identity ${WORD} is not a member of project ${WORD}`,
  `Secret already exists: ${WORDS}`,
  `This destination stores secrets in a single flat list, so each name can be used only once\\. These names are used in more than one folder: ${TWINS}(?:; ${TWINS})*(?:, and \\d+ more)?\\. Rename or move one secret in each pair, or point the sync at a narrower secret path`,
  "This sync covers \\d+ secrets, which is above the limit of \\d+ for a single sync\\. Point the sync at a narrower secret path, or split it into several syncs",
  `Could not find the folder ${QUOTED} in environment ${QUOTED}\\. Update the sync's source environment and secret path`,
  "(?:Cannot import )?\\d+ secrets?: invalid secret name",
  "The stored value cannot be decrypted",
  "The remote instance sent an answer of an unknown shape",
  "(?:Access denied due to )?[Ii]nvalid credentials",
  "Too many requests\\. Please try again in \\d+ seconds",
  "Local IPs not allowed(?: as URL)?",
  "Request failed with status code \\d{3}",
  `(?:connect|read|write|getaddrinfo) E[A-Z_]+(?: ${WORD})?`,
  "socket hang up",
  "timeout of \\d+ ?ms exceeded",
  "certificate has expired",
  "self[- ]signed certificate(?: in certificate chain)?",
  "unable to (?:verify the first certificate|get local issuer certificate)",
].map((text) => new RegExp(`^${text}[.!]?$`));

/** What may be shown and recorded of a job's message: one line. */
export function jobWords(message: string): string {
  const { text, status, error, key } = partsOf(message);
  const known = KNOWN.some((pattern) => pattern.test(text)) ? text : undefined;
  const told =
    known ?? [error, "its own words are left out, since they may quote a value"].filter(Boolean).join(": ");
  const facts = [...(key === undefined ? [] : [`key ${key}`]), ...(status === undefined ? [] : [status])];
  return oneLine([told, ...facts.map((fact) => `(${fact})`)].join(" "));
}

function partsOf(message: string) {
  // May be cut off after 1024 characters, or plain text.
  const { data } = packed.safeParse(parseJson(message));
  if (typeof data?.message !== "string") return { text: message };
  const { statusCode, error } = data.error;
  return {
    text: data.message,
    status: statusCode,
    error: error !== undefined && /^\w{1,64}$/.test(error) ? error : undefined,
    key: data.secretKey !== undefined && KEY.test(data.secretKey) ? data.secretKey : undefined,
  };
}
