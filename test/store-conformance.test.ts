import { createMemoryStore } from "./support/memory-store.ts";
import { testSecretStore } from "./support/store-conformance.ts";

testSecretStore("memory store", async ({ secretPath = "/", ...seed } = {}) => {
  const store = createMemoryStore({ ...seed, place: { secretPath } });
  return {
    store,
    put: async (secrets) => store.put(secrets),
    read: async () => store.read(),
    async [Symbol.asyncDispose]() {},
  };
});
