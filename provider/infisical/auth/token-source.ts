/** Where the token of a login comes from. It is asked for anew at each login, and kept nowhere. */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import { isLoopback } from "../../hosts.ts";
import { lookUp } from "../../look-up.ts";
import { parseJson } from "../../parse-json.ts";
import { PHRASES } from "../../phrases.ts";
import { SecretValue } from "../../secret-value.ts";
import { type Claims, claimsOf } from "./claims.ts";

export type TokenSource =
  | { from: "variable"; name: string }
  | { from: "file"; path: string }
  /** GitHub Actions, which issues a token for any audience to a job that may ask. */
  | { from: "github"; audience?: string | undefined }
  | { from: "argument"; token: SecretValue };

/** A token, and what it says of itself. */
export interface IdentityToken {
  token: SecretValue;
  claims: Claims;
}

/** What a source is asked with. */
export interface Asking {
  environment: Readonly<Record<string, string | undefined>>;
  /** Another server's answer to a GET: the text, or why there is none. */
  get(url: URL, headers: Record<string, string>): Promise<{ text: string } | { problem: string }>;
  /** Completes "Cannot …", for errors. */
  what: string;
  /** The user's argument. */
  path: string;
}

/** By these variables a job of GitHub Actions asks for its token. */
export const GITHUB_URL = "ACTIONS_ID_TOKEN_REQUEST_URL";
const GITHUB_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";
/** Tokens are a few kilobytes at most; what is larger is another file. */
const MOST_BYTES = 65_536;

/** The source in words. */
export function sourceText(source: TokenSource): string {
  switch (source.from) {
    case "variable":
      return `the environment variable ${source.name}`;
    case "file":
      return `the file ${source.path}`;
    case "github":
      return "GitHub Actions";
    case "argument":
      return "the configuration";
    default:
      return source satisfies never;
  }
}

/**
 * Asks for the token. What is none leaves this machine in no request: a variable or a file may have been named by who must
 * not know what is in it.
 *
 * @throws BridgeError `missing-credentials`
 */
export async function askForToken(source: TokenSource, asking: Asking): Promise<IdentityToken> {
  const found = await textOf(source, asking);
  if ("problem" in found) throw missing(source, asking, found.problem);
  const text = found.text.trim();
  const claims = claimsOf(text);
  if (claims === undefined) throw missing(source, asking, "what is there is no JWT");
  return { token: new SecretValue(text), claims };
}

type Found = { text: string } | { problem: string };

async function textOf(source: TokenSource, asking: Asking): Promise<Found> {
  switch (source.from) {
    case "variable": {
      const text = lookUp(asking.environment, source.name);
      return text ? { text } : { problem: "it is not set" };
    }
    case "file":
      return fileText(source.path);
    case "github":
      return githubToken(source.audience, asking);
    case "argument":
      return { text: source.token.reveal() };
    default:
      return source satisfies never;
  }
}

/** Whoever names it may name a pipe that nobody writes to, or a device that has no end. */
async function fileText(path: string): Promise<Found> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await file.stat()).isFile()) return { problem: "it is no file" };
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES + 1));
    return bytesRead > MOST_BYTES
      ? { problem: "it is too large for a token" }
      : { text: buffer.toString("utf8", 0, bytesRead) };
  } catch {
    return { problem: "it cannot be read" };
  } finally {
    await file?.close();
  }
}

async function githubToken(audience: string | undefined, { environment, get }: Asking): Promise<Found> {
  const [address, bearer] = [lookUp(environment, GITHUB_URL), lookUp(environment, GITHUB_TOKEN)];
  const url = address ? URL.parse(address) : null;
  if (!url || !bearer) return { problem: "the job may not ask for a token" };
  if (url.protocol !== "https:" && !isLoopback(url)) return { problem: `${GITHUB_URL} is not https` };
  if (audience !== undefined) url.searchParams.set("audience", audience);
  const answer = await get(url, { authorization: `Bearer ${bearer}` });
  if ("problem" in answer) return answer;
  const token = valueIn(answer.text);
  return token === undefined ? { problem: "its answer has no token" } : { text: token };
}

const issued = z.object({ value: z.string() });
const valueIn = (json: string): string | undefined => issued.safeParse(parseJson(json)).data?.value;

const missing = (source: TokenSource, { what, path }: Asking, problem: string) =>
  new BridgeError(
    "missing-credentials",
    `Cannot ${what}: ${PHRASES.noToken} ${sourceText(source)}: ${problem}.`,
    { path, hint: HINTS[source.from] },
  );

const HINTS: Readonly<Record<TokenSource["from"], string>> = {
  variable:
    "Let the CI system set it to a token for this instance: in GitLab by id_tokens, elsewhere by its own means. In GitHub Actions no variable is needed: the job's permissions say id-token: write.",
  file: "Check that the file is there for the user of this process: Kubernetes mounts a service account's token unless automountServiceAccountToken is false, another one by a projected volume.",
  github: "Give the job the permission id-token: write. Pull requests from forks do not get it.",
  argument: "Give the token itself, three parts in base64url with dots between them.",
};
