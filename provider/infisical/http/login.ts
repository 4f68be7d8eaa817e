import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import { PHRASES } from "../../phrases.ts";
import { SecretValue } from "../../secret-value.ts";
import { refusalError, refusalOf } from "./answer.ts";
import type { Answer, Call } from "./exchange.ts";

/** How to log in. */
export type Credentials =
  | { kind: "universal-auth"; clientId: string; clientSecret: SecretValue }
  | { kind: "token"; token: SecretValue };

/** The access token of one client: got when first needed, by one login however many ask at once. */
export interface Session {
  token(): Promise<SecretValue>;
  /** A token newer than the refused one, or undefined where there is no way to get one. */
  renew(refused: SecretValue): Promise<SecretValue | undefined>;
}

/** What a session needs from its client. */
export interface SessionContext {
  send<T>(call: Call<T>): Promise<Answer<T>>;
  host: string;
  credentialsArgument: string;
  /** Milliseconds since 1970. */
  now(): number;
  /** Called with each token, before it is used. */
  onToken(token: SecretValue): void;
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
});
type AccessToken = z.output<typeof accessToken>;

/** Nothing is sent before a token is asked for. */
export function createSession(credentials: Credentials, context: SessionContext): Session {
  if (credentials.kind === "token") {
    const { token } = credentials;
    return { token: async () => token, renew: async () => undefined };
  }
  const { clientId, clientSecret } = credentials;
  let current: { token: SecretValue; goodUntil: number } | undefined;
  let pending: Promise<SecretValue> | undefined;
  let refused: BridgeError | undefined;
  let away: { error: unknown; until: number } | undefined;

  const logIn = async (): Promise<SecretValue> => {
    const sentAt = context.now();
    const answer = await context.send(login(context.host, clientId, clientSecret)).catch((error: unknown) => {
      // Whoever asks next, for another sync, need not wait as long for the same.
      if (hasNoAnswer(error)) away = { error, until: context.now() + AWAY_MS };
      throw error;
    });
    if (answer.kind !== "ok") {
      // Three refused logins lock the identity for minutes (data-plane §5.1): one is enough to know.
      refused = refusedLogin(answer, context);
      throw refused;
    }
    context.onToken(answer.value.accessToken);
    current = { token: answer.value.accessToken, goodUntil: goodUntil(answer.value, sentAt) };
    return current.token;
  };
  const logInOnce = (): Promise<SecretValue> => {
    if (refused !== undefined) return Promise.reject(refused);
    if (away !== undefined && context.now() < away.until) return Promise.reject(away.error);
    pending ??= logIn().finally(() => {
      pending = undefined;
    });
    return pending;
  };

  return {
    async token() {
      return current !== undefined && context.now() < current.goodUntil ? current.token : logInOnce();
    },
    async renew(token) {
      // Another request may have met the same refusal and be back with a new token already.
      return current !== undefined && !current.token.equals(token) ? current.token : logInOnce();
    },
  };
}

const hasNoAnswer = (error: unknown): boolean =>
  error instanceof BridgeError && (error.code === "unreachable" || error.code === "timeout");

/** Repeating a login whose outcome is unknown costs a token at most. */
function login(host: string, clientId: string, clientSecret: SecretValue): Call<AccessToken> {
  return {
    method: "POST",
    route: "/api/v1/auth/universal-auth/login",
    body: JSON.stringify({ clientId, clientSecret: clientSecret.reveal() }),
    answer: accessToken,
    repeat: "safe",
    what: `log in to ${host} as ${clientId}`,
  };
}

/** A minute, or a tenth of a shorter life, is left for the request that the token is for. */
function goodUntil({ expiresIn }: AccessToken, sentAt: number): number {
  if (expiresIn === undefined || expiresIn <= 0) return Number.POSITIVE_INFINITY;
  return sentAt + (expiresIn - Math.min(60, expiresIn / 10)) * 1000;
}

function refusedLogin(
  answer: Exclude<Answer<AccessToken>, { kind: "ok" }>,
  context: SessionContext,
): BridgeError {
  const refusal = refusalOf(answer);
  if (refusal.isRouteMissing) {
    return refusalError(refusal, "not-infisical", {
      because: "the instance has no Universal Auth login.",
      path: context.credentialsArgument,
      hint: "Check that the URL is that of an Infisical instance.",
    });
  }
  return refusalError(refusal, "authentication", {
    because: `${PHRASES.credentialsRefused}.`,
    path: context.credentialsArgument,
    hint: "Check that client ID and client secret belong together and to this instance, that the secret is neither expired, revoked nor used up, and that this machine's address is trusted. It is not tried again: three refusals lock the identity, usually for five minutes.",
  });
}
