/** What an instance answered, read once: parsed, or told apart by what it means (data-plane §2). */
import { z } from "zod";
import { type BridgeError, HttpError } from "../../errors.ts";
import { parseJson } from "../../parse-json.ts";
import { oneLine } from "../../printable.ts";
import type { Redactor } from "../../redaction/redactor.ts";
import type { Answer, Call, MissingRight, Refusal } from "./exchange.ts";
import type { Outcome } from "./request.ts";

type Response = Extract<Outcome, { kind: "response" }>;

/** What the reading of answers needs to know of the client. */
export interface AnswerContext {
  origin: string;
  /** The user's argument that holds the URL. */
  urlArgument: string;
  redactor: Redactor;
}

const READABLE_BYTES = 65_536;
/** From here on a 500 may mean that the body was too large: the limit is 1 MiB (data-plane §1). */
const LARGE_BODY = 500_000;

/** What was refused. @throws where that cannot be: a request without an ETag has no unchanged answer */
export function refusalOf(answer: Exclude<Answer<unknown>, { kind: "ok" }>): Refusal {
  if (answer.kind === "unchanged") throw new Error("Only conditional requests can be unchanged.");
  return answer.refusal;
}

/** An answer for its asker, or an error for everybody: not an Infisical, limits, failures of the server. */
export function readAnswer<T>(call: Call<T>, response: Response, context: AnswerContext): Answer<T> {
  const { status } = response;
  if (status === 304 && call.etag !== undefined) return { kind: "unchanged" };
  if (status >= 300 && status < 400) throw redirected(call, response, context);
  if (status === 413) return { kind: "refused", refusal: readRefusal(call, response, context) };
  if (status === 429 || status >= 500) throw overloaded(call, response, context);
  if (!/^application\/(.+\+)?json\b/i.test(response.headers["content-type"] ?? "")) {
    const type = shown(response.headers["content-type"] ?? "no content type", context) ?? "something else";
    throw notInfisical(call, response, `the answer is not JSON but ${type}`, context);
  }
  if (status !== 200) return { kind: "refused", refusal: readRefusal(call, response, context) };
  return { kind: "ok", value: readValue(call, response, context), etag: response.headers["etag"] };
}

/** An error about what was answered, with the argument it is about. */
export function refusalError(
  refusal: Refusal,
  code: HttpError["code"],
  details: { path?: string | undefined; hint?: string | undefined; because?: string },
): HttpError {
  const { text, what, ...http } = refusal;
  const { status, requestId } = http;
  const request = requestId === undefined ? "" : `, request ${requestId}`;
  const because = details.because === undefined ? "" : `${details.because} `;
  const message = `Cannot ${what}: ${because}(${status}${request}) ${text}`.trim();
  return new HttpError(code, message, http, details);
}

/** True for JSON text that can be read: a server that died in mid-answer may still end it properly. */
export function isCompleteJson(response: Response): boolean {
  const text = response.text;
  const last = /\S\s*$/.exec(text.slice(-64));
  return last?.[0].startsWith("}") === true || last?.[0].startsWith("]") === true;
}

function readValue<T>(call: Call<T>, response: Response, context: AnswerContext): T {
  const json = parseJson(response.text);
  // The parsed rows are all that is needed from here on; the text may be tens of megabytes.
  response.text = "";
  if (json === undefined) throw notInfisical(call, response, "the answer is broken JSON", context);
  const parsed = call.answer.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "the answer" : issue.path.join(".");
  const what = `${where}: ${issue?.message ?? "unexpected shape"}`;
  throw notInfisical(call, response, shown(what, context) ?? "unexpected shape", context);
}

const right = z.object({
  action: z.unknown(),
  subject: z.unknown(),
  conditions: z.unknown().optional(),
});

/** Loose on purpose: a refusal in an unknown shape is still a refusal. */
const errorBody = z
  .object({
    message: z.unknown(),
    error: z.string().optional().catch(undefined),
    reqId: z.string().optional().catch(undefined),
    details: z.unknown(),
  })
  .partial()
  .catch({});

function readRefusal(call: Call<unknown>, response: Response, context: AnswerContext): Refusal {
  const isReadable = response.text.length <= READABLE_BYTES;
  const body = errorBody.parse(isReadable ? parseJson(response.text) : undefined);
  for (const secret of call.confidential?.() ?? []) context.redactor.add(secret);
  const show = (text: string) => shown(text, context);
  const message = messageText(body.message);
  // Most refusals are not told to anybody, and to look for ten thousand secrets in their texts takes its time.
  const words = once(() => {
    const error = body.error === undefined ? undefined : show(body.error);
    return {
      text: show(message) ?? [error, LEFT_OUT].filter(Boolean).join(": "),
      error,
      requestId: body.reqId === undefined ? undefined : show(body.reqId),
      rights: readRights(body.details, show),
    };
  });
  return {
    status: response.status,
    get text() {
      return words().text;
    },
    get error() {
      return words().error;
    },
    get requestId() {
      return words().requestId;
    },
    get rights() {
      return words().rights;
    },
    says: (pattern) => pattern.test(message),
    isAfterDoubt: response.isAfterDoubt === true,
    isRouteMissing: response.status === 404 && body.reqId === undefined && /^Route [A-Z]+:/.test(message),
    method: call.method,
    url: context.origin + call.route,
    what: call.what,
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const LEFT_OUT = "its own words are left out, since they quote a part of a secret";
const LONGEST_TEXT = 300;

/**
 * The one way in for an instance's own words. Whole secrets are cut out of them. Where a part of one stands in them, they
 * are not shown at all: next to it may be more of it, in a form that nobody thought of.
 */
function shown(text: string, { redactor }: Pick<AnswerContext, "redactor">): string | undefined {
  if (redactor.quotesPart(text)) return undefined;
  const line = oneLine(redactor.clean(text)).replace(/\s+/g, " ").trim();
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT - 1)}…` : line;
}

const issues = z.array(
  z.object({ message: z.string(), path: z.array(z.union([z.string(), z.number()])).catch([]) }),
);

/** A 422 has an array of issues where others have text (data-plane §2). */
function messageText(message: unknown): string {
  if (typeof message === "string") return message;
  const parsed = issues.safeParse(message);
  if (!parsed.success) return "";
  return parsed.data
    .map(({ path, message }) => [path.join("."), message].filter(Boolean).join(": "))
    .join("; ");
}

function readRights(details: unknown, show: (text: string) => string | undefined): MissingRight[] {
  const rights = z.array(right).safeParse(details);
  if (!rights.success) return [];
  const words = (value: unknown) =>
    show(
      [value]
        .flat()
        .filter((word) => typeof word === "string")
        .join(", "),
    ) ?? "";
  return rights.data.slice(0, 5).map(({ action, subject, conditions }) => ({
    action: words(action),
    subject: words(subject),
    conditions: conditions === undefined || conditions === null ? undefined : show(jsonOf(conditions)),
  }));
}

/** JSON may be nested more deeply than it can be written again. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return "…";
  }
}

function redirected(call: Call<unknown>, response: Response, context: AnswerContext): HttpError {
  const target = response.headers["location"] ?? "";
  const url = URL.canParse(target, context.origin) ? new URL(target, context.origin) : undefined;
  // As it came: a URL's host is in small letters, in which a secret would not be recognised.
  const [, host] = /^[a-z]+:\/\/(?:[^/?#@]*@)?([^/?#]+)/i.exec(target) ?? [];
  const origin = url && shown(`${url.protocol}//${host ?? url.host}`, context);
  const where = origin === undefined ? "elsewhere" : `to ${origin}`;
  return notInfisical(call, response, `it redirects ${where}, which is not followed`, context);
}

function notInfisical(
  call: Call<unknown>,
  { status, isAfterDoubt }: Response,
  what: string,
  context: AnswerContext,
): HttpError {
  return new HttpError(
    "not-infisical",
    `Cannot ${call.what}: ${context.origin} does not answer like an Infisical instance (${status}): ${what}.`,
    { status, isAfterDoubt, method: call.method, url: context.origin + call.route },
    {
      path: context.urlArgument,
      hint: "Check the URL: it is the base address of the instance, as in a browser, without a page's path. A login page or firewall in front of it must let API requests through.",
    },
  );
}

function overloaded(call: Call<unknown>, response: Response, context: AnswerContext): BridgeError {
  const refusal = readRefusal(call, response, context);
  const path = context.urlArgument;
  if (response.status === 429) {
    return refusalError(refusal, "rate-limited", {
      path,
      hint: "The instance kept refusing for too many requests. The limit counts all requests from this address; try again in a minute.",
    });
  }
  const bytes = Buffer.byteLength(call.body ?? "");
  const size = `The request had ${bytes} bytes; the instance, or a proxy before it, may accept less.`;
  return refusalError(refusal, "server-error", {
    path,
    hint: bytes > LARGE_BODY ? size : "Try again later; the instance's own log tells more about the request.",
  });
}
