/** The calls of Terraform's core, translated to those of our resources. */
import { lookUp } from "../look-up.ts";
import { readConfig } from "../resources/index.ts";
import type { Shared } from "../resources/process.ts";
import { type ProviderConfig, providerConfig } from "../schema.ts";
import { plan as planSource } from "./data-sources/plan.ts";
import { projects } from "./data-sources/projects.ts";
import { bridgedMessage, diagnosticMessage, type Problem, problemsOf } from "./diagnostics.ts";
import type { Log } from "./log.ts";
import type { CallContext, Context, DataSource, ManagedResource } from "./managed-resource.ts";
import { toProperties } from "./properties.ts";
import type { Message, RPCS, RpcName } from "./protocol.ts";
import { createResourceCalls } from "./resource-calls.ts";
import { connection } from "./resources/connection.ts";
import { secretSync } from "./resources/secret-sync.ts";
import { argumentsOf, mapAttributes, objectIn, objectType, schemaMessage } from "./schema.ts";
import { validateArguments } from "./validate.ts";
import { decodeValue, encodeValue, isUnknownIn, type ObjectValue } from "./value.ts";

type Environment = Context["environment"];

export type Handlers = {
  [Name in RpcName]: (request: Message<(typeof RPCS)[Name][0]>) => Promise<Message<(typeof RPCS)[Name][1]>>;
};

export const RESOURCES: Readonly<Record<string, ManagedResource>> = {
  externalinfisical_connection: connection,
  externalinfisical_secret_sync: secretSync,
};

export const DATA_SOURCES: Readonly<Record<string, DataSource>> = {
  externalinfisical_projects: projects,
  externalinfisical_plan: planSource,
};

// The environment may give every setting, so none is required, and none has a default in the schema.
export const CONFIG = mapAttributes(argumentsOf(providerConfig), ({ standard: _none, ...attribute }) => ({
  ...attribute,
  use: "optional",
}));

const DESCRIPTION =
  "Pushes secrets from one Infisical instance (the source, configured here) to others, as resources.";

const CAPABILITIES = { plan_destroy: true, get_provider_schema_optional: true };

/** One instance of the provider: it is configured once, and answers any number of calls. */
export function createServer(environment: Environment, log: Log, shared: Shared): Handlers {
  let config: ProviderConfig | undefined;
  let isBridged = false;
  const recorded = new Set<string>();
  const diagnosed = (problems: readonly Problem[]) => ({
    diagnostics: problems.map(isBridged ? bridgedMessage : diagnosticMessage),
  });

  const context = (): CallContext => ({
    config,
    environment,
    isBridged,
    recorded,
    log: (line) => log("info", line),
    now: () => new Date(),
    shared,
  });

  return {
    async GetMetadata() {
      return {
        server_capabilities: CAPABILITIES,
        resources: Object.keys(RESOURCES).map((type_name) => ({ type_name })),
        data_sources: Object.keys(DATA_SOURCES).map((type_name) => ({ type_name })),
      };
    },

    async GetProviderSchema() {
      const schemas = (kinds: Readonly<Record<string, ManagedResource | DataSource>>) =>
        Object.fromEntries(
          Object.entries(kinds).map(([name, { attributes, description }]) => [
            name,
            schemaMessage(attributes, description),
          ]),
        );
      return {
        provider: schemaMessage(CONFIG, DESCRIPTION),
        resource_schemas: schemas(RESOURCES),
        data_source_schemas: schemas(DATA_SOURCES),
        server_capabilities: CAPABILITIES,
      };
    },

    async ValidateProviderConfig(request) {
      return diagnosed(validateConfig(configIn(request.config)));
    },

    async ConfigureProvider(request) {
      isBridged = request.terraform_version?.includes("pulumi-terraform-bridge") === true;
      const given = configIn(request.config);
      // An unknown setting comes from a resource that is not there yet: what depends on it waits for the apply.
      if (isUnknownIn(given)) return {};
      try {
        config = readConfig(toProperties(CONFIG, given), environment);
        return {};
      } catch (error) {
        return diagnosed(problemsOf(error, CONFIG));
      }
    },

    ...createResourceCalls(RESOURCES, context, (id) => void recorded.add(id)),

    async ValidateDataResourceConfig() {
      return {};
    },

    async ReadDataSource(request) {
      const source = lookUp(DATA_SOURCES, request.type_name ?? "");
      if (!source) return diagnosed([noSuchType(request.type_name)]);
      const { attributes, pathOf } = source;
      const type = objectType(attributes);
      const given = objectIn(decodeValue(type, request.config)) ?? {};
      try {
        if (!config) throw new Error("The provider's configuration is not known yet.");
        return {
          state: encodeValue(type, { ...given, ...(await source.read(given, { ...context(), config })) }),
        };
      } catch (error) {
        return diagnosed(problemsOf(error, attributes, pathOf));
      }
    },

    async StopProvider() {
      log("info", "stopping after the requests in flight");
      shared.cancel();
      return {};
    },
  };
}

const configIn = (wire: Message<"DynamicValue"> | undefined): ObjectValue =>
  objectIn(decodeValue(objectType(CONFIG), wire)) ?? {};

const validateConfig = (given: ObjectValue) => validateArguments(providerConfig, CONFIG, given);

const noSuchType = (name: string | undefined): Problem => ({
  severity: "error",
  summary: "Unknown type",
  detail: `This provider has no ${name ?? "type without a name"}.`,
});
