import type { dynamic } from "@pulumi/pulumi";

/**
 * The only code that Pulumi stores, in the form of `closure.ts`, which a test compares with this. It is kept with every
 * resource and shown beside each change, so it is one function that captures a kind's name; all else is loaded by
 * name, at run time, in the provider's process. Its text must stay as it is, or every user sees their resources change.
 *
 * The SDK calls `configure` before any other method, but does not wait for it: so nothing is awaited here.
 */
export function lazyProvider(kind: "connection" | "secretSync"): dynamic.ResourceProvider {
  const provider: Record<string, unknown> = {
    configure(request: { config: never }) {
      for (const method of ["check", "diff", "create", "read", "update", "delete"])
        this[method] = (...args: unknown[]) =>
          import("external-infisical/pulumi/provider").then(
            (module) => module.call(kind, method, request.config, args),
            (error) => {
              throw error.code === "ERR_MODULE_NOT_FOUND"
                ? new Error("Run: npm install external-infisical")
                : error;
            },
          );
    },
  };
  return provider as unknown as dynamic.ResourceProvider;
}
