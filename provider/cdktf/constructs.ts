/**
 * Constructs for the resources of the Terraform provider. cdktf and its fork cdktn have the same classes but
 * cannot share objects, so everything is made for one of them by {@link createConstructs}.
 */
import type { Construct } from "constructs";
import type { ConnectionResults, PlanResults, ProjectsResults, SecretSyncResults } from "../attributes.ts";
import { lookUp } from "../look-up.ts";
import { defineAttributes, defineSettings, GIVEN, valuesIn } from "./accessors.ts";
import type {
  ConnectionArguments,
  PlanArguments,
  ProjectsArguments,
  ProviderArguments,
  SecretSyncArguments,
} from "./arguments.ts";
import type { Library } from "./library.ts";
import { toHcl, toJson, type Values } from "./render.ts";
import { type Table, toSnakeCase } from "./table.ts";
import * as tables from "./tables.ts";
import type { DataSourceClass, ProviderClass, ResourceClass } from "./types.ts";

const PROVIDER = "externalinfisical";
const SOURCE = "external-infisical/externalinfisical";
// Without a version: the provider comes from the same package, and users pin that.
const METADATA = { providerName: PROVIDER };

/** The classes made for a library. */
export interface Constructs<L extends Library> {
  ExternalInfisicalProvider: ProviderClass<L, ProviderArguments>;
  ExternalInfisicalConnection: ResourceClass<L, ConnectionArguments, ConnectionResults>;
  ExternalInfisicalSecretSync: ResourceClass<L, SecretSyncArguments, SecretSyncResults>;
  DataExternalInfisicalProjects: DataSourceClass<L, ProjectsArguments, ProjectsResults>;
  DataExternalInfisicalPlan: DataSourceClass<L, PlanArguments, PlanResults>;
}

/** Makes the classes for `typeof import("cdktf")` or `typeof import("cdktn")`. */
export function createConstructs<L extends Library>(library: L): Constructs<L> {
  // The types follow from the arguments' interfaces, the classes from the tables, and those fit each other.
  return {
    ExternalInfisicalProvider: providerClass(library),
    ExternalInfisicalConnection: resourceClass(library, `${PROVIDER}_connection`, tables.connection),
    ExternalInfisicalSecretSync: resourceClass(library, `${PROVIDER}_secret_sync`, tables.secretSync),
    DataExternalInfisicalProjects: dataSourceClass(library, `${PROVIDER}_projects`, tables.projects),
    DataExternalInfisicalPlan: dataSourceClass(library, `${PROVIDER}_plan`, tables.plan),
  } as unknown as Constructs<L>;
}

function resourceClass(library: Library, terraformResourceType: string, table: Table) {
  class Resource extends library.TerraformResource {
    static readonly tfResourceType = terraformResourceType;
    readonly [GIVEN]: Record<string, unknown>;

    static generateConfigForImport(
      scope: Construct,
      importToId: string,
      importFromId: string,
      provider?: object,
    ) {
      const config = { terraformResourceType, importId: importFromId, provider };
      return new library.ImportableResource(scope, importToId, config as never);
    }

    constructor(scope: Construct, id: string, config: Values) {
      super(scope, id, { ...config, terraformResourceType, terraformGeneratorMetadata: METADATA } as never);
      this[GIVEN] = valuesIn(table, config);
    }

    protected synthesizeAttributes() {
      return markWriteOnly(this, table, toJson(table, this[GIVEN]));
    }

    protected synthesizeHclAttributes() {
      return toHcl(table, this[GIVEN]);
    }
  }
  defineAttributes(library, Resource.prototype, table);
  return Resource;
}

function dataSourceClass(library: Library, terraformResourceType: string, table: Table) {
  class DataSource extends library.TerraformDataSource {
    static readonly tfResourceType = terraformResourceType;
    readonly [GIVEN]: Record<string, unknown>;

    constructor(scope: Construct, id: string, config: Values = {}) {
      super(scope, id, { ...config, terraformResourceType, terraformGeneratorMetadata: METADATA } as never);
      this[GIVEN] = valuesIn(table, config);
    }

    protected synthesizeAttributes() {
      return toJson(table, this[GIVEN]);
    }

    protected synthesizeHclAttributes() {
      return toHcl(table, this[GIVEN]);
    }
  }
  defineAttributes(library, DataSource.prototype, table);
  return DataSource;
}

function providerClass(library: Library) {
  const table = tables.provider;
  class Provider extends library.TerraformProvider {
    static readonly tfResourceType = PROVIDER;
    readonly [GIVEN]: Record<string, unknown>;
    alias: string | undefined;

    constructor(scope: Construct, id: string, { alias, ...config }: Values & { alias?: string } = {}) {
      super(scope, id, {
        terraformResourceType: PROVIDER,
        terraformGeneratorMetadata: METADATA,
        terraformProviderSource: SOURCE,
      } as never);
      this.alias = alias;
      this[GIVEN] = valuesIn(table, config);
    }

    protected synthesizeAttributes() {
      return toJson(table, sealed(library, this[GIVEN]));
    }

    protected synthesizeHclAttributes() {
      return toHcl(table, sealed(library, this[GIVEN]));
    }
  }
  defineSettings(Provider.prototype, table);
  return Provider;
}

/** The libraries write every key below a provider in snake_case; these are names of connections. */
function sealed(library: Library, given: Values): Values {
  const { connectionSecrets } = given;
  if (connectionSecrets === undefined) return given;
  return { ...given, connectionSecrets: library.Lazy.anyValue({ produce: () => connectionSecrets }) };
}

/** cdktn refuses write-only attributes where the versions that a project targets have none; cdktf knows of none. */
function markWriteOnly(resource: object, { writeOnly = [] }: Table, values: Values): Values {
  const { markWriteOnlyAttribute: mark } = resource as {
    markWriteOnlyAttribute?(value: unknown): unknown;
  };
  if (!mark) return values;
  const names = writeOnly.map(toSnakeCase).filter((name) => Object.hasOwn(values, name));
  return {
    ...values,
    ...Object.fromEntries(names.map((name) => [name, mark.call(resource, lookUp(values, name))])),
  };
}
