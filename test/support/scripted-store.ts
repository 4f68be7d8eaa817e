/** A store over a bare server with scripted answers, for what a well-behaved instance does not do. */
import { inspect } from "node:util";
import { expect } from "vitest";
import type { ListOptions, SecretStore } from "../../provider/engine/store.ts";
import type { BridgeError } from "../../provider/errors.ts";
import { createClient } from "../../provider/infisical/http/client.ts";
import { createStore } from "../../provider/infisical/secrets/store.ts";
import { SecretValue } from "../../provider/secret-value.ts";
import { type RawRequest, type RawServer, sendJson, startRawServer } from "./raw-server.ts";

export const RAW: ListOptions = { values: true, expand: false, imports: false };
export const ID = "5c1f0f3a-0a5e-4f5b-9d5e-0b6a6f2f7c11";
export const NAMES = {
  projectId: "cfg.projectId",
  environment: "cfg.environment",
  secretPath: "cfg.secretPath",
};

/** Status, JSON body and headers. */
export type Reply = [status: number, body: unknown, headers?: Record<string, string>];

/** A server that answers by "METHOD /path"; anything else is a route that the framework does not have. */
export async function startScripted(
  routes: Record<string, Reply | ((request: RawRequest) => Reply)>,
  secretPath = "/app",
): Promise<{ server: RawServer; store: SecretStore; sent: () => string[] }> {
  const server = await startRawServer((request, response) => {
    const route = `${request.method} ${request.path.split("?")[0]}`;
    const reply = routes[route] ?? routeMissing(route);
    const [status, body, headers] = typeof reply === "function" ? reply(request) : reply;
    if (status === 304) return void response.writeHead(304, headers).end();
    sendJson(response, status, body, headers);
  });
  const client = createClient(
    {
      origin: server.url,
      login: { method: "universal", clientId: ID, clientSecret: new SecretValue("canary-secret") },
      allowInsecureHttp: false,
      argumentNames: { url: "url", credentials: "credentials" },
    },
    { delay: async () => {}, now: () => 0, random: () => 1 },
  );
  const place = { origin: server.url, projectId: "p1", environment: "dev", secretPath };
  const sent = () => server.requests.map(({ method, path }) => `${method} ${path.split("?")[0]}`);
  return { server, store: createStore(client, place, NAMES), sent };
}

const routeMissing = (route: string): Reply => [
  404,
  { message: `Route ${route.replace(" ", ":")} not found`, error: "Not Found", statusCode: 404 },
];
export const row = (secretKey: string, secretValue: string, more: object = {}) => ({
  id: ID,
  secretKey,
  secretValue,
  version: 1,
  type: "shared",
  ...more,
});
export const list = (...secrets: object[]): Reply => [200, { secrets }];
export const folders = (...names: string[]): Reply => [200, { folders: names.map((name) => ({ name })) }];
export const project = (...slugs: string[]): Reply => [
  200,
  { project: { type: "secret-manager", environments: slugs.map((slug) => ({ slug })) } },
];
export const notFound: Reply = [404, { reqId: "req-1", message: "Not found", error: "NotFound" }];

/** The error of a call that must fail, looked through for planted secrets. */
export async function failure(promise: Promise<unknown>): Promise<BridgeError> {
  const error = await promise.then(
    (value) => expect.fail(`resolved: ${inspect(value)}`),
    (reason) => reason,
  );
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
  return error;
}
