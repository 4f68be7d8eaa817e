import type { dynamic } from "@pulumi/pulumi";

/**
 * The only code that Pulumi serialises. It is stored with every resource and shown beside each change, so it
 * captures a kind's name and nothing else, and its text must stay as it is: all else is loaded by name, at run
 * time, in the provider's process.
 */
function lazyProvider(kind: "connection" | "secretSync"): dynamic.ResourceProvider {
  const call = async (config: unknown, method: string, ...args: unknown[]) => {
    try {
      const provider = await import("external-infisical/pulumi/provider");
      return await provider.call(kind, method, config as never, args);
    } catch (error) {
      if ((error as { code?: string }).code === "ERR_MODULE_NOT_FOUND")
        throw new Error("external-infisical is missing in this project: npm install external-infisical");
      throw error;
    }
  };
  const provider = {
    config: undefined as unknown,
    async configure(request: { config: unknown }) {
      this.config = request.config;
    },
    check(olds: unknown, news: unknown) {
      return call(this.config, "check", olds, news);
    },
    diff(id: string, olds: unknown, news: unknown) {
      return call(this.config, "diff", id, olds, news);
    },
    create(inputs: unknown) {
      return call(this.config, "create", inputs);
    },
    read(id: string, outputs: unknown) {
      return call(this.config, "read", id, outputs);
    },
    update(id: string, olds: unknown, news: unknown) {
      return call(this.config, "update", id, olds, news);
    },
    delete(id: string, outputs: unknown) {
      return call(this.config, "delete", id, outputs);
    },
  };
  // The SDK types what each method answers; that is the called module's concern.
  return provider as dynamic.ResourceProvider;
}

/** One object per kind, so that the SDK serialises each once. */
export const connectionProvider = lazyProvider("connection");
export const secretSyncProvider = lazyProvider("secretSync");
