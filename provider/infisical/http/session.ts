import { z } from "zod";
import { BridgeError, HttpError } from "../../errors.ts";
import { SecretValue } from "../../secret-value.ts";
import { type Login, METHOD_ROUTES, whoOf } from "../auth/login.ts";
import { type Proof, type Provable, prove } from "../auth/proof.ts";
import type { Asking } from "../auth/token-source.ts";
import type { Answer, Call } from "./exchange.ts";
import { failedLogin, refusedLogin } from "./refused-login.ts";

/** The access token of one client: got when first needed, by one login however many ask at once. */
export interface Session {
  token(): Promise<SecretValue>;
  /** A token newer than the refused one, or undefined where there is no way to get one. */
  renew(refused: SecretValue): Promise<SecretValue | undefined>;
  /** How the last login was made, where that is more than a client ID and its secret. */
  text(): string | undefined;
}

/** What a session needs from its client. */
export interface SessionContext extends Pick<Asking, "environment" | "get"> {
  send<T>(call: Call<T>): Promise<Answer<T>>;
  host: string;
  credentialsArgument: string;
  /** Milliseconds since 1970. */
  now(): number;
  /** Called with each token and all else that is secret, before it is used. */
  onSecret(secret: string): void;
}

/** So long an instance counts as away that has not answered a login, with all its attempts. */
const AWAY_MS = 10_000;

/** What a header can carry: anything else would fail with each request that it is sent with. */
const SENDABLE = /^[\x21-\x7e]+$/;
const accessToken = z.object({
  accessToken: z
    .string()
    .regex(SENDABLE, "no token that a request could carry")
    .transform((text) => new SecretValue(text)),
  expiresIn: z.number().optional(),
  accessTokenMaxTTL: z.number().optional().catch(undefined),
});
type AccessToken = z.output<typeof accessToken>;

/** A token that is in use; times in milliseconds since 1970. */
interface Current {
  token: SecretValue;
  /** From then on a new one is looked for. */
  goodUntil: number;
  /** Until then it can be renewed, in place of a login. */
  renewableUntil: number;
  /** When the session must end, however often it is renewed. */
  endsAt: number;
}

/** Nothing is sent before a token is asked for. */
export function createSession(login: Login, context: SessionContext): Session {
  if (login.method === "token") {
    const { token } = login;
    return { token: async () => token, renew: async () => undefined, text: () => undefined };
  }
  const what = `log in to ${context.host} as ${whoOf(login)}`;
  let current: Current | undefined;
  let pending: Promise<SecretValue> | undefined;
  let refused: BridgeError | undefined;
  let text: string | undefined;
  let away: { error: unknown; until: number } | undefined;

  const ask = async (): Promise<Proof> => {
    const { environment, get, credentialsArgument: path } = context;
    const proof = await prove(login, { environment, get, what, path, now: new Date(context.now()) });
    for (const secret of proof.secrets) context.onSecret(secret);
    return proof;
  };
  const logIn = async (proof: Proof): Promise<SecretValue> => {
    const sentAt = context.now();
    const answer = await context.send(loginCall(login, proof, what)).catch((error: unknown) => {
      // Whoever asks next, for another sync, need not wait as long for the same.
      if (hasNoAnswer(error)) away = { error, until: context.now() + AWAY_MS };
      throw error instanceof HttpError ? failedLogin(error, proof) : error;
    });
    if (answer.kind !== "ok") {
      // Three refused logins lock a client id for minutes (data-plane §5.1): one is enough to know.
      refused = refusedLogin(answer, login, proof, context.credentialsArgument);
      throw refused;
    }
    text = proof.says && `${whoOf(login)}; ${proof.says}`;
    return use(answer.value, sentAt, endOf(answer.value, sentAt));
  };
  const use = (answer: AccessToken, sentAt: number, endsAt: number): SecretValue => {
    context.onSecret(answer.accessToken.reveal());
    current = currentOf(answer, sentAt, endsAt);
    return current.token;
  };
  /** A token that cannot be had anew, as in a variable, may have expired: then the session lives on while it can. */
  const prolong = async (before: Current): Promise<SecretValue> => {
    const proof = await ask().catch(() => undefined);
    const isFresh = proof !== undefined && !hasExpired(proof, context.now());
    const token = isFresh ? await logIn(proof).catch(() => undefined) : undefined;
    if (token) return token;
    refused = undefined;
    const sentAt = context.now();
    if (sentAt < before.renewableUntil) {
      const answer = await context.send(renewal(before.token, context.host)).catch(() => undefined);
      if (answer?.kind === "ok") return use(answer.value, sentAt, before.endsAt);
    }
    // It is good for a little while yet, and what it is refused for is told then.
    current = { ...before, goodUntil: Number.POSITIVE_INFINITY };
    return before.token;
  };
  const once = (start: () => Promise<SecretValue>): Promise<SecretValue> => {
    if (refused !== undefined) return Promise.reject(refused);
    if (away !== undefined && context.now() < away.until) return Promise.reject(away.error);
    pending ??= start().finally(() => {
      pending = undefined;
    });
    return pending;
  };
  const logInOnce = () => once(async () => logIn(await ask()));

  return {
    text: () => text,
    async token() {
      if (current === undefined) return logInOnce();
      const before = current;
      if (context.now() < before.goodUntil) return before.token;
      return login.method === "universal" ? logInOnce() : once(() => prolong(before));
    },
    async renew(token) {
      // Another request may have met the same refusal and be back with a new token already.
      return current !== undefined && !current.token.equals(token) ? current.token : logInOnce();
    },
  };
}

const hasNoAnswer = (error: unknown): boolean =>
  error instanceof BridgeError && (error.code === "unreachable" || error.code === "timeout");

const hasExpired = ({ claims }: Proof, now: number): boolean =>
  claims?.exp !== undefined && claims.exp * 1000 <= now;

/** Repeating a login whose outcome is unknown costs a token at most. */
const loginCall = ({ method }: Provable, { body, secrets }: Proof, what: string): Call<AccessToken> => ({
  method: "POST",
  route: `/api/v1/auth/${METHOD_ROUTES[method]}/login`,
  body: JSON.stringify(body),
  confidential: () => secrets,
  answer: accessToken,
  repeat: "safe",
  what,
});

const renewal = (token: SecretValue, host: string): Call<AccessToken> => ({
  method: "POST",
  route: "/api/v1/auth/token/renew",
  body: JSON.stringify({ accessToken: token.reveal() }),
  answer: accessToken,
  repeat: "safe",
  what: `renew the session at ${host}`,
});

/** A maximum of 0 is none. */
const endOf = ({ accessTokenMaxTTL: most }: AccessToken, startedAt: number): number =>
  most ? startedAt + most * 1000 : Number.POSITIVE_INFINITY;

/**
 * Time is left for the request that the token is for. Versions up to 2025 delete a token that is to be renewed beyond the
 * session's end (data-plane §5.2).
 */
function currentOf({ accessToken: token, expiresIn }: AccessToken, sentAt: number, endsAt: number): Current {
  if (expiresIn === undefined || expiresIn <= 0) {
    const never = Number.POSITIVE_INFINITY;
    return { token, goodUntil: never, renewableUntil: never, endsAt };
  }
  const [life, spare] = [expiresIn * 1000, spareMs(expiresIn)];
  return { token, goodUntil: sentAt + life - spare, renewableUntil: endsAt - life - spare, endsAt };
}

/** A minute, or a tenth of a shorter life. */
const spareMs = (expiresIn: number) => Math.min(60, expiresIn / 10) * 1000;
