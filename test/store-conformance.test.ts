import { afterAll, beforeAll, describe } from "vitest";
import {
  type InfisicalServer,
  type InfisicalServerOptions,
  startInfisicalServer,
} from "../infisical-server/index.ts";
import { createMemoryStore } from "./support/memory-store.ts";
import { OCTOBER_2024_TRAITS, type Traits, testSecretStore } from "./support/store-conformance.ts";
import { makeSubject } from "./support/store-subject.ts";

testSecretStore("memory store", async ({ secretPath = "/", ...seed } = {}) => {
  const store = createMemoryStore({ ...seed, place: { secretPath } });
  return {
    store,
    put: async (secrets) => store.put(secrets),
    read: async () => store.read(),
    async [Symbol.asyncDispose]() {},
  };
});

const REVISIONS: [name: string, options: InfisicalServerOptions, traits?: Traits][] = [
  ["an instance with v4", {}],
  ["an instance that answers unknown folders with an empty list", { missingFolderList: "empty" }],
  ["an instance without v4", { withoutV4: true, withoutUpsertMode: true }],
  ["an instance without upsert", { withoutUpsertMode: true }],
  ["an instance of October 2024", { profile: "2024-10" }, OCTOBER_2024_TRAITS],
];

describe.each(REVISIONS)("HTTP store on %s", (name, options, traits) => {
  let server: InfisicalServer;
  beforeAll(async () => {
    server = await startInfisicalServer(options);
  });
  afterAll(() => server.close());

  testSecretStore(name, (seed) => makeSubject(server, seed), traits);
});
