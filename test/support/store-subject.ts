/** The HTTP store with a local server behind it. */

import type { IdentityCredentials, InfisicalServer } from "../../infisical-server/index.ts";
import type { Place } from "../../provider/engine/store.ts";
import { createClient, type InfisicalClient } from "../../provider/infisical/http/client.ts";
import { createStore } from "../../provider/infisical/secrets/store.ts";
import { SecretValue } from "../../provider/secret-value.ts";
import type { StoreSubject, SubjectSeed } from "./store-conformance.ts";

/** What the user would call the parts of a destination. */
export const ARGUMENT_NAMES = {
  projectId: "destinationConfig.projectId",
  environment: "destinationConfig.environment",
  secretPath: "destinationConfig.secretPath",
};

/** A client that waits for nothing between attempts. */
export function clientFor(
  server: Pick<InfisicalServer, "url">,
  identity: Pick<IdentityCredentials, "clientId" | "clientSecret">,
): InfisicalClient {
  return createClient(
    {
      origin: server.url,
      login: {
        method: "universal",
        clientId: identity.clientId,
        clientSecret: new SecretValue(identity.clientSecret),
      },
      allowInsecureHttp: false,
      argumentNames: { url: "instanceUrl", credentials: "machineIdentityClientSecret" },
    },
    { delay: async () => {}, now: Date.now, random: Math.random },
  );
}

/** A project of its own on the server, a member of it, and a store for one of its folders. */
export async function makeSubject(
  server: InfisicalServer,
  seed: SubjectSeed = {},
): Promise<StoreSubject & { place: Place; client: InfisicalClient; identity: IdentityCredentials }> {
  const { secretPath = "/", folderExists = true, secrets = {}, imports = [] } = seed;
  const importPaths = imports.map((_, index) => `/imported-${index}`);
  const importedSecrets = importPaths.map((path, index) => [path, imports[index] ?? {}] as const);
  const { projects } = server.seed({
    projects: [
      {
        folders: { dev: [...(folderExists ? [secretPath] : []), ...importPaths] },
        secrets: {
          dev: { ...Object.fromEntries(importedSecrets), ...(folderExists ? { [secretPath]: secrets } : {}) },
        },
        imports: importPaths.map((path) => ({
          environment: "dev",
          secretPath,
          from: { environment: "dev", secretPath: path },
        })),
      },
    ],
  });
  const projectId = projects[0]?.id ?? "";
  const place = { origin: server.url, projectId, environment: "dev", secretPath };
  const identity = server.createIdentity({ memberships: [{ projectId, role: "member" }] });
  const client = clientFor(server, identity);
  return {
    store: createStore(client, place, ARGUMENT_NAMES),
    place,
    client,
    identity,
    put: async (values) => server.putSecrets(place, values),
    read: async () => server.readSecrets(place),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}
