// For the tests beside this file: a server with one project, and a client per identity that speaks plain HTTP.
import {
  type InfisicalServer,
  type InfisicalServerOptions,
  type Role,
  startInfisicalServer,
  systemClock,
} from "./index.ts";
import type { PathRule } from "./model.ts";

/** Whatever came back; tests look into it with matchers. */
export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads into answers of every shape, and a wrong path fails it
  body: any;
  text: string;
  headers: Headers;
}

export interface Client {
  token: string;
  get(path: string, query?: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  patch(path: string, body?: unknown): Promise<Answer>;
  delete(path: string, body?: unknown): Promise<Answer>;
}

export interface TestWorld extends AsyncDisposable {
  server: InfisicalServer;
  project: { id: string; slug: string };
  /** Member of the project with this role. */
  as(role: Role, paths?: PathRule[]): Promise<Client>;
  /** The first client: an admin of the project. */
  client: Client;
  now: { ms: number };
}

export async function startTestWorld(options: InfisicalServerOptions = {}): Promise<TestWorld> {
  const now = { ms: Date.UTC(2026, 0, 2, 3, 4, 5, 6) };
  const server = await startInfisicalServer({
    clock: { ...systemClock, now: () => now.ms },
    ...options,
  });
  const project = server.createProject({ name: "One", slug: "project-one" });
  const as = async (role: Role, paths: PathRule[] = []) =>
    connect(
      server,
      server.createIdentity({ name: role, memberships: [{ projectId: project.id, role, paths }] }),
    );
  return {
    server,
    project,
    as,
    client: await as("admin"),
    now,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

export async function connect(
  server: InfisicalServer,
  credentials: { clientId: string; clientSecret: string },
): Promise<Client> {
  const { body } = await login(server, credentials);
  return clientFor(server, body.accessToken);
}

export const login = (server: InfisicalServer, credentials: object) =>
  send(server, "POST", "/api/v1/auth/universal-auth/login", { body: credentials });

export function clientFor(server: InfisicalServer, token: string): Client {
  const authorization = { authorization: `Bearer ${token}` };
  const withBody = (method: string) => (path: string, body?: unknown) =>
    send(server, method, path, { body, headers: authorization });
  return {
    token,
    get: (path, query = {}, headers = {}) =>
      send(server, "GET", `${path}?${new URLSearchParams(query)}`, {
        headers: { ...authorization, ...headers },
      }),
    post: withBody("POST"),
    patch: withBody("PATCH"),
    delete: withBody("DELETE"),
  };
}

export async function send(
  server: InfisicalServer,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(server.url + path, {
    method,
    headers: { ...type, ...headers },
    redirect: "manual",
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") && text !== "";
  return {
    status: response.status,
    body: isJson ? JSON.parse(text) : undefined,
    text,
    headers: response.headers,
  };
}
