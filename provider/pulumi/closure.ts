/**
 * The text that Pulumi stores with every resource and shows beside each change: what the SDK makes of
 * `lazy-provider.ts`. Ready-made it needs no TypeScript at run time, and is the same with every version of both.
 */
export const closureOf = (kind: "connection" | "secretSync"): string => `exports.handler = __f0;

var __provider = {configure: __f1};

function __f1(__0) {
  return (function() {
    with({ kind: "${kind}", this: undefined, arguments: undefined }) {

return function /*configure*/(request) {
            for (const method of ["check", "diff", "create", "read", "update", "delete"])
                this[method] = (...args) => import("external-infisical/pulumi/provider").then((module) => module.call(kind, method, request.config, args), (error) => {
                    throw error.code === "ERR_MODULE_NOT_FOUND"
                        ? new Error("Run: npm install external-infisical")
                        : error;
                });
        };

    }
  }).apply(undefined, undefined).apply(this, arguments);
}

function __f0() {
  return (function() {
    with({ provider: __provider, this: undefined, arguments: undefined }) {

return () => provider;

    }
  }).apply(undefined, undefined).apply(this, arguments);
}
`;
