/** Who may see the page and press its buttons. Routes are closed, unless they say that they are open. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { EngineError } from "../../../engines/engine.ts";
import { isKnownHost, isLoopback } from "./hosts.ts";
import { createSessions, isSame, type Session } from "./session.ts";
import type { SignOuts } from "./sign-outs.ts";
import { createThrottle } from "./throttle.ts";

export interface AccessOptions {
  /** What the server listens on. */
  host: string;
  /** Who looks has to have it. */
  token?: string | undefined;
  /** Where people reach the page, if not at `host`. */
  pageUrl?: string | undefined;
  /** A clock that only goes forward. */
  monotonic?: () => number;
  now?: () => number;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Needs no token, no known host and no form of ours: it has its own proof of who asks, or tells nothing. */
    isOpen?: boolean;
    /** Closed but for the token itself. */
    isLogin?: boolean;
  }
}

export interface Access {
  /** Of a closed route. */
  sessionOf(request: FastifyRequest): Session;
  csrfToken(session: Session): string;
  /** With a token that is wrong it throws. */
  login(request: FastifyRequest, token: string): void;
  remember(reply: FastifyReply, session: Session): void;
  /** Ends a session, wherever its cookie is. */
  end(session: Session): Promise<void>;
  /** A new session. */
  begin(person: Pick<Session, "name" | "hasToken">): Session;
  readonly needsToken: boolean;
}

/** A refusal with its status. */
export class Refusal extends Error {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(statusCode: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.statusCode = statusCode;
    this.headers = headers;
  }
}

const LEAST_TOKEN = 16;

/** @throws EngineError `invalid-config` where the page would be open to a network */
export function guard(app: FastifyInstance, signOuts: SignOuts, options: AccessOptions): Access {
  const { host, token, pageUrl, now = Date.now, monotonic = () => performance.now() } = options;
  refuseOpenPage(options);
  const url = pageUrl === undefined ? undefined : new URL(pageUrl);
  const names = [host, ...(url ? [url.hostname] : [])];
  const sessions = createSessions({ token, isSecure: url?.protocol === "https:", now });
  const throttle = createThrottle(monotonic);

  const login = ({ ip }: FastifyRequest, given: string) => {
    if (token === undefined) return;
    const waitMs = throttle.waitMs(ip);
    if (waitMs > 0)
      throw new Refusal(429, "Too many wrong tokens came from this address.", {
        "retry-after": String(Math.ceil(waitMs / 1000)),
      });
    if (isSame(given, token)) return;
    throttle.failed(ip);
    throw new Refusal(401, "The token is wrong.");
  };

  app.decorateRequest("session", null);
  app.decorateRequest("isByHeader", false);
  app.addHook("onRequest", async (request, reply) => {
    const { isOpen, isLogin } = request.routeOptions.config;
    if (isOpen) return;
    if (!isKnownHost(request.headers.host, names))
      throw new Refusal(
        421,
        "This page does not go by the name that was asked for. Where it should, start it with --page-url.",
      );
    const given = sessions.read(request.headers.cookie);
    const session = given.hasToken && (await signOuts.has(given)) ? sessions.read(undefined) : given;
    request.setDecorator("session", session);
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (bearer !== undefined && token !== undefined) {
      login(request, bearer);
      request.setDecorator("isByHeader", true);
      return;
    }
    if (isLogin || token === undefined || session.hasToken) return;
    if (request.method !== "GET" || !request.headers.accept?.includes("text/html"))
      throw new Refusal(401, "A token is needed.", { "www-authenticate": "Bearer" });
    return reply.redirect(`/login?next=${encodeURIComponent(request.url)}`, 303);
  });
  app.addHook("preHandler", async (request) => {
    if (request.routeOptions.config.isOpen || request.method === "GET" || request.method === "HEAD") return;
    // A page of somebody else cannot send the header.
    if (request.getDecorator<boolean>("isByHeader")) return;
    const { csrf } = (request.body ?? {}) as { csrf?: unknown };
    const wanted = sessions.csrfToken(request.getDecorator<Session>("session"));
    if (!isOwnForm(request, url) || typeof csrf !== "string" || !isSame(csrf, wanted))
      throw new Refusal(403, "The form is not of this session. Load the page again, and then send it.");
  });

  return {
    sessionOf: (request) => request.getDecorator<Session>("session"),
    csrfToken: sessions.csrfToken,
    login,
    async end(session) {
      if (session.hasToken) await signOuts.add(session);
    },
    remember: (reply, session) => void reply.header("set-cookie", sessions.write(session)),
    begin: (person) => ({ ...sessions.read(undefined), ...person }),
    needsToken: token !== undefined,
  };
}

/** What browsers say of where a form was sent from. */
function isOwnForm({ headers }: FastifyRequest, page: URL | undefined): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return false;
  if (headers.origin === undefined) return true;
  const from = URL.parse(headers.origin)?.host;
  return from !== undefined && (from === headers.host || from === page?.host);
}

/** @throws EngineError `invalid-config` where the page would be open to a network */
export function refuseOpenPage({ host, token }: Pick<AccessOptions, "host" | "token">): void {
  if (token === undefined && !isLoopback(host))
    throw new EngineError("invalid-config", `Beyond this machine, at ${host}, the page needs a token.`, {
      hint: "Name a file that has one with --page-token-file, or set EXTERNAL_INFISICAL_FLEET_TOKEN.",
    });
  if (token !== undefined && token.length < LEAST_TOKEN)
    throw new EngineError("invalid-config", `The page's token is shorter than ${LEAST_TOKEN} characters.`, {
      hint: "Make one that cannot be guessed: openssl rand -base64 32",
    });
}
