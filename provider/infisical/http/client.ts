import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { ProjectFacts } from "../../engine/store.ts";
import { BridgeError, HttpError } from "../../errors.ts";
import { isLoopback } from "../../hosts.ts";
import { PHRASES } from "../../phrases.ts";
import { createRedactor, type Redactor } from "../../redaction/redactor.ts";
import type { SecretValue } from "../../secret-value.ts";
import { claimsOf } from "../auth/claims.ts";
import { type Login, secretOf } from "../auth/login.ts";
import { type AnswerContext, isCompleteJson, readAnswer, refusalError } from "./answer.ts";
import type { Answer, Call } from "./exchange.ts";
import { createGate, type Gate, type GateClock } from "./gate.ts";
import { getElsewhere } from "./get-elsewhere.ts";
import { identityDetails } from "./identity.ts";
import { createListingCache, type ListingCache, type SharedListings } from "./listing-cache.ts";
import type { Environment } from "./proxy.ts";
import { createTransport, type Following, type Outcome } from "./request.ts";
import { limitIn, mayHaveActed, retryDelayMs } from "./retry.ts";
import { createSession } from "./session.ts";
import { unreachable } from "./unreachable.ts";

/** Where and how to connect, and what the user calls that. */
export interface ClientOptions {
  /** Base URL, without `/api` and without a trailing slash. */
  origin: string;
  login: Login;
  /** Allow plain http to another machine. */
  allowInsecureHttp: boolean;
  /** Names of the user's arguments, for errors. */
  argumentNames: { url: string; credentials: string };
  /**
   * Longest wait for the beginning of an answer, and between two pieces of it. With all its repetitions a
   * request is under way for five times as long at most; waits before it is sent are not counted.
   *
   * @default 60000
   */
  timeoutMs?: number;
  /** Ends running requests, and refuses new ones, with the code `cancelled`. */
  signal?: AbortSignal;
  /** Largest answer that is read. @default 268435456 */
  mostAnswerBytes?: number;
  /** Gates by host, shared with the clients of other identities. @default the client has a gate of its own */
  gates?: Map<string, Gate>;
  /** What the clients of other identities have listed is stale once this one writes. @default there are no others */
  listings?: SharedListings;
  /** What is known of secrets, shared with the clients of other instances. @default the client knows its own only */
  redactor?: Redactor;
  /** Names the proxies, and may hold what a login needs. @default that of this process */
  environment?: Environment;
  /** Told when requests have to wait for the instance's rate limit. */
  onPause?: (ms: number) => void;
}

/** Parts of an instance's API that some versions lack; learnt once per client. */
export type Feature =
  | "secrets-v4"
  | "batch-v4"
  | "upsert"
  | "folders-v2"
  | "projects-v1"
  | "tags-v1"
  | "repeated-tags"
  | "versions"
  | "metadata";

/** All requests to one instance with one identity. */
export interface InfisicalClient extends AsyncDisposable {
  readonly origin: string;
  /** Logs in now instead of with the first request. */
  login(): Promise<void>;
  /** How the last login was made, where that is more than a client ID and its secret; what was sent, but nothing secret. */
  loginText(): string | undefined;
  /** The organization of the machine identity, where the instance tells it; asked for once. */
  organization(): Promise<{ id: string; name: string; slug?: string | undefined } | undefined>;
  /** The id of the machine identity, where its access token tells it. */
  identityId(): Promise<string | undefined>;
  call<T>(call: Call<T>): Promise<Answer<T>>;
  /** Asks for server-sent events, which are handed on as they come. Resolves when the instance ends them, or refuses. */
  follow(call: Omit<Call<undefined>, "answer">, events: Following): Promise<Answer<undefined>>;
  /** Resolves when all is answered that is under way at this moment; in a second at the latest, so that silence holds up nobody. */
  settled(): Promise<void>;
  readonly argumentNames: ClientOptions["argumentNames"];
  readonly missing: Set<Feature>;
  /** Project → what it says of itself: asked for once, however many places of it are looked at. */
  readonly projects: Map<string, Promise<ProjectFacts>>;
  /** Project → its name, for people; undefined also where the asking has failed. */
  readonly projectNames: Map<string, Promise<string | undefined>>;
  /** Project and environment, as JSON → whether a try to write there was not refused for lack of a right. */
  readonly mayWrite: Map<string, Promise<boolean>>;
  /** Option of the instance's syncs → whether it knows that: asked for once. */
  readonly syncOptions: Map<string, Promise<boolean>>;
  /** Requests that the instance takes in a while, as its last limited answer said; undefined where it tells none. */
  rateLimit(): number | undefined;
  readonly listings: ListingCache;
  /** Has to know every secret that an answer brings. */
  readonly redactor: Redactor;
}

/** The outside world, so that tests need not wait. */
export interface Runtime extends GateClock {
  random(): number;
}

const RUNTIME: Runtime = {
  delay: (ms, signal) => delay(ms, undefined, { signal }),
  now: () => Date.now(),
  random: () => Math.random(),
};

const EVENT_STREAM = "text/event-stream";
const SETTLED_MS = 1000;
const MIB = 1_048_576;
const NEVER = new AbortController().signal;
const OVERDUE: Outcome = { kind: "failure", reason: "cancelled", detail: "since its time was over" };

/** Makes a client; nothing is sent yet. Throws `insecure-url` for plain http to another machine. */
export function createClient(options: ClientOptions, runtime: Runtime = RUNTIME): InfisicalClient {
  const { origin, login, argumentNames, timeoutMs = 60_000, mostAnswerBytes = 256 * MIB } = options;
  const { protocol, host } = requireSecure(options);
  const limits = { timeoutMs, mostBytes: mostAnswerBytes };
  const { redactor = createRedactor(), environment = process.env } = options;
  const transport = createTransport(origin, limits, environment);
  const secret = secretOf(login);
  if (secret) redactor.add(secret.reveal());
  const context: AnswerContext = { origin, urlArgument: argumentNames.url, redactor };
  const listings = createListingCache(undefined, options.listings);
  const gate = gateOf(host, options, runtime);
  let rateLimit: number | undefined;

  const send = async <T>(call: Call<T>, token?: SecretValue): Promise<Answer<T>> => {
    const outcome = await attempt(call, token);
    if (outcome.kind === "response") return readAnswer(call, outcome, context);
    throw unreachable(outcome, { what: call.what, host, protocol, path: argumentNames.url });
  };

  const attempt = async (call: Call<unknown>, token: SecretValue | undefined): Promise<Outcome> => {
    const outgoing = {
      method: call.method,
      path: call.route + queryText(call.query),
      headers: headersOf(call, token),
      ...(call.body === undefined ? {} : { body: call.body }),
    };
    const { signal } = options;
    let leftMs = 5 * timeoutMs;
    let isAfterDoubt = false;
    for (let count = 1; ; count++) {
      let wait: number | undefined;
      const outcome = await gate.pass(
        { lane: call.lane ?? "", isRepetition: count > 1, signal },
        async () => {
          const sentAt = runtime.now();
          const mayTakeMs = Math.min(leftMs, call.msLeft?.() ?? leftMs);
          if (mayTakeMs <= 0) return OVERDUE;
          const deadline = AbortSignal.timeout(Math.ceil(mayTakeMs));
          const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
          const outcome = withoutBrokenJson(await transport.send(outgoing, stop));
          const now = runtime.now();
          leftMs = Math.max(1, leftMs - (now - sentAt));
          wait = retryDelayMs(outcome, call, count, { now, random: runtime.random() });
          // What is refused to one is refused to all: the gate waits, and not each for itself.
          if (isRateLimited(outcome) && wait !== undefined) gate.pause(wait);
          if (outcome.kind === "response") rateLimit = limitIn(outcome.headers) ?? rateLimit;
          return outcome;
        },
      );
      if (wait === undefined) return outcome.kind === "response" ? { ...outcome, isAfterDoubt } : outcome;
      isAfterDoubt ||= mayHaveActed(outcome);
      if (isRateLimited(outcome)) continue;
      try {
        await runtime.delay(wait, signal ?? NEVER);
      } catch {
        return { kind: "failure", reason: "cancelled", detail: "while waiting to try again" };
      }
    }
  };

  const session = createSession(login, {
    send,
    host,
    environment,
    get: (url, headers) =>
      getElsewhere(url, headers, { limits, environment, signal: options.signal ?? NEVER, runtime }),
    credentialsArgument: argumentNames.credentials,
    now: runtime.now,
    onSecret: (secret) => redactor.add(secret),
  });

  const answered = async <T>(ask: (token: SecretValue) => Promise<Answer<T>>): Promise<Answer<T>> => {
    const token = await session.token();
    const answer = await ask(token);
    if (!isTokenRefused(answer)) return answer;
    const renewed = await session.renew(token);
    const second = renewed === undefined ? answer : await ask(renewed);
    if (isTokenRefused(second)) throw refusedToken(second, login, argumentNames.credentials);
    return second;
  };

  const underWay = new Set<Promise<unknown>>();
  const call = <T>(request: Call<T>): Promise<Answer<T>> => {
    const answer = answered((token) => send(request, token));
    const done: Promise<unknown> = answer.catch(() => {}).then(() => underWay.delete(done));
    underWay.add(done);
    return answer;
  };

  /** It goes on for hours: it has no turn at the gate, and whoever asks tries it again. */
  const followOnce = async (
    call: Call<undefined>,
    events: Following,
    token: SecretValue,
  ): Promise<Answer<undefined>> => {
    const { signal } = options;
    const { method, route: path, body } = call;
    const outcome = await transport.follow(
      {
        ...{ method, path, headers: { ...headersOf(call, token), accept: EVENT_STREAM } },
        ...(body === undefined ? {} : { body }),
      },
      signal === undefined ? events : { ...events, signal: AbortSignal.any([signal, events.signal]) },
    );
    if (outcome.kind !== "response")
      throw unreachable(outcome, { what: call.what, host, protocol, path: argumentNames.url });
    return outcome.headers["content-type"]?.startsWith(EVENT_STREAM)
      ? { kind: "ok", value: undefined, etag: undefined }
      : readAnswer(call, outcome, context);
  };

  let organization: ReturnType<InfisicalClient["organization"]> | undefined;
  const readOrganization = async () => {
    const answer = await call(identityDetails(host)).catch((error: unknown) => {
      // Versions of 2024 take the route's last word for an identity's id, and fail at it (data-plane §20).
      if (error instanceof HttpError && error.status === 500) return undefined;
      throw error;
    });
    return answer?.kind === "ok" ? answer.value.identityDetails.organization : undefined;
  };

  return {
    origin,
    argumentNames,
    missing: new Set(),
    projects: new Map(),
    projectNames: new Map(),
    mayWrite: new Map(),
    syncOptions: new Map(),
    rateLimit: () => rateLimit,
    listings,
    redactor,
    call,
    follow: (request, events) =>
      answered((token) => followOnce({ ...request, answer: z.undefined() }, events, token)),
    async settled() {
      if (underWay.size === 0) return;
      const late = new AbortController();
      const longest = runtime.delay(SETTLED_MS, late.signal).catch(() => {});
      await Promise.race([Promise.all(underWay), longest]);
      late.abort();
    },
    async login() {
      await session.token();
    },
    loginText: session.text,
    organization() {
      organization ??= readOrganization();
      return organization;
    },
    identityId: async () => claimsOf((await session.token()).reveal())?.identityId,
    async [Symbol.asyncDispose]() {
      listings[Symbol.dispose]();
      if (options.gates === undefined) gate.close();
      await transport.close();
    },
  };
}

function requireSecure({ origin, allowInsecureHttp, argumentNames }: ClientOptions): URL {
  const url = new URL(origin);
  if (url.protocol === "https:" || isLoopback(url) || allowInsecureHttp) return url;
  throw new BridgeError("insecure-url", `${url.origin} is plain http: secrets would travel unencrypted.`, {
    path: argumentNames.url,
    hint: "Use https, or set allowInsecureHttp where the network is trusted.",
  });
}

/** All that is sent to one host from here counts against one limit. */
function gateOf(host: string, { gates, onPause }: ClientOptions, runtime: Runtime): Gate {
  const gate = gates?.get(host) ?? createGate(runtime, onPause && { onPause });
  gates?.set(host, gate);
  return gate;
}

const isRateLimited = (outcome: Outcome) => outcome.kind === "response" && outcome.status === 429;

function headersOf(call: Call<unknown>, token: SecretValue | undefined): Record<string, string> {
  return {
    accept: "application/json",
    "user-agent": "external-infisical",
    ...(call.body === undefined ? {} : { "content-type": "application/json" }),
    ...(call.etag === undefined ? {} : { "if-none-match": call.etag }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` }),
  };
}

function queryText(query: Record<string, string> | undefined): string {
  if (query === undefined) return "";
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `?${pairs.join("&")}`;
}

/** An answer that stops in the middle is a dropped connection, even where the server ended it politely. */
function withoutBrokenJson(outcome: Outcome): Outcome {
  if (outcome.kind !== "response" || outcome.status !== 200) return outcome;
  const isJson = /json/i.test(outcome.headers["content-type"] ?? "");
  if (!isJson || isCompleteJson(outcome)) return outcome;
  return { kind: "failure", reason: "dropped", detail: "the answer is incomplete" };
}

type Refused = Extract<Answer<unknown>, { kind: "refused" }>;

/**
 * Expired tokens come as 401 or as 403 `TokenError`; any other 403 is about rights (data-plane §5.3). A 401 may also be
 * about the request's own fields, in versions of 2024 (§20): a new token would change nothing.
 */
function isTokenRefused(answer: Answer<unknown>): answer is Refused {
  if (answer.kind !== "refused") return false;
  const { refusal } = answer;
  // Its words are looked at only here: of most refusals nobody wants them, and to clean them takes its time.
  if (refusal.status === 401) return refusal.error !== "ValidationFailure";
  return refusal.status === 403 && refusal.error === "TokenError";
}

function refusedToken({ refusal }: Refused, login: Login, path: string): HttpError {
  const hint =
    login.method === "token"
      ? "The access token is wrong, expired or revoked: get a new one, or use client ID and client secret."
      : "A fresh token was refused as well: check that the identity still belongs to the organization and that this machine's address is trusted.";
  return refusalError(refusal, "authentication", { because: `${PHRASES.tokenRefused}.`, path, hint });
}
