/** One instance of the provider, free of its protocol: properties in, properties out. */
import { BridgeError, describeError } from "../errors.ts";
import { lookUp } from "../look-up.ts";
import { oneLine } from "../printable.ts";
import { given } from "../resources/given.ts";
import type { Shared } from "../resources/process.ts";
import type { Context, Properties } from "../resources/resource.ts";
import type { ProviderConfig } from "../schema.ts";
import { configProblems, readPluginConfig } from "./config.ts";
import { createConnections } from "./connections.ts";
import { argumentProblems, FUNCTIONS } from "./functions.ts";
import { createResourceCalls, type Kind } from "./resource-calls.ts";
import { TOKENS } from "./schema.ts";

export interface Surroundings {
  environment: Context["environment"];
  shared: Shared;
  /** Shows a line to the user, under the resource with this URN. */
  tell(line: string, urn: string): void;
}

/** What a function answers. */
type Invoked = { outputs: Properties; failures?: never } | { failures: string[] };

export type Plugin = ReturnType<typeof createPlugin>;

export function createPlugin({ environment, shared, tell }: Surroundings) {
  const connections = createConnections();
  let settings: Properties = {};
  let config: ProviderConfig | undefined;

  const context = (urn: string): Context => {
    // With the first call that needs it: a failure belongs to a resource then, and is told with it.
    config ??= readPluginConfig(settings, environment);
    return {
      config,
      environment,
      shared,
      log: (line) => shared.isToldFirst(`line ${urn} ${oneLine(line)}`) && tell(oneLine(line), urn),
      now: () => new Date(),
    };
  };

  return {
    resources: createResourceCalls(connections, context),
    checkConfig: configProblems,

    configure(given: Properties): void {
      settings = given;
      config = undefined;
    },

    async invoke(token: string, args: Properties): Promise<Invoked> {
      const called = lookUp(FUNCTIONS, token);
      if (!called) throw new BridgeError("invalid-arguments", `This provider has no function ${token}.`);
      const written = given(args);
      const failures = argumentProblems(called, written);
      if (failures.length > 0) return { failures };
      const resolved = connections.resolve(written);
      if ("failures" in resolved) return resolved;
      try {
        return { outputs: await called.run(resolved.inputs, context("")) };
      } catch (error) {
        return { failures: [describeError(error)] };
      }
    },

    cancel: () => shared.cancel(),
  };
}

/** @throws Error for a resource that this provider does not have */
export function kindOf(urn: string): Kind {
  const type = urn.split("::").at(2)?.split("$").at(-1);
  if (type === TOKENS.connection) return "connection";
  if (type === TOKENS.secretSync) return "secretSync";
  throw new Error(`This provider has no resource ${type}.`);
}
