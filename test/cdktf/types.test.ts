/** What the compiler knows of the constructs: `tsc` checks it, and running it only says that it was looked at. */
import type * as cdktf from "cdktf";
import type * as cdktn from "cdktn";
import { expectTypeOf, test } from "vitest";
import type {
  ConnectionResults,
  PlanResults,
  ProjectsResults,
  SecretSyncResults,
} from "../../provider/attributes.ts";
import type {
  ConnectionArguments,
  PlanArguments,
  ProjectsArguments,
  ProviderArguments,
  SecretSyncArguments,
  SyncOptions,
} from "../../provider/cdktf/arguments.ts";
import type * as forCdktf from "../../provider/cdktf/cdktf.ts";
import * as forCdktn from "../../provider/cdktf/cdktn.ts";
import type { Resolvable } from "../../provider/cdktf/library.ts";
import type * as tables from "../../provider/cdktf/tables.ts";

test("choices are suggested, and tokens fit everywhere", () => {
  type Behavior = "overwrite-destination" | "import-prioritize-source" | "import-prioritize-destination";
  expectTypeOf<SyncOptions["initialSyncBehavior"]>().toEqualTypeOf<
    Behavior | (string & Record<never, never>)
  >();
  expectTypeOf<NonNullable<SyncOptions["allowEmptySource"]>>().toEqualTypeOf<boolean | Resolvable>();
  expectTypeOf<NonNullable<SyncOptions["maxDeletes"]>>().toEqualTypeOf<number | string>();
  expectTypeOf<cdktf.IResolvable>().toExtend<SecretSyncArguments["syncOptions"]>();
  expectTypeOf<SecretSyncArguments>().not.toHaveProperty("onUnreachable");
  expectTypeOf<ConnectionArguments["machineIdentityClientSecretWo"]>().toEqualTypeOf<string | undefined>();
});

test("types and tables have the same arguments and results", () => {
  type Part<T, Use extends string> = Use extends keyof T ? keyof T[Use] : never;
  type Names<T> = Part<T, "required"> | Part<T, "optional">;
  expectTypeOf<keyof ProviderArguments>().toEqualTypeOf<Names<typeof tables.provider>>();
  expectTypeOf<keyof ConnectionArguments>().toEqualTypeOf<Names<typeof tables.connection>>();
  expectTypeOf<keyof SecretSyncArguments>().toEqualTypeOf<Names<typeof tables.secretSync>>();
  expectTypeOf<keyof ProjectsArguments>().toEqualTypeOf<Names<typeof tables.projects>>();
  expectTypeOf<keyof PlanArguments>().toEqualTypeOf<Names<typeof tables.plan>>();
  expectTypeOf<keyof ConnectionResults>().toEqualTypeOf<keyof typeof tables.connection.computed>();
  expectTypeOf<keyof SecretSyncResults>().toEqualTypeOf<keyof typeof tables.secretSync.computed>();
  expectTypeOf<keyof ProjectsResults>().toEqualTypeOf<keyof typeof tables.projects.computed>();
  expectTypeOf<keyof PlanResults>().toEqualTypeOf<keyof typeof tables.plan.computed>();
});

test("classes are those of their library", () => {
  expectTypeOf<forCdktf.ExternalInfisicalSecretSync>().toExtend<cdktf.TerraformResource>();
  expectTypeOf<forCdktn.ExternalInfisicalSecretSync>().toExtend<cdktn.TerraformResource>();
  expectTypeOf<forCdktf.ExternalInfisicalSecretSync>().not.toExtend<cdktn.TerraformResource>();
  expectTypeOf<forCdktf.ExternalInfisicalProvider>().toExtend<cdktf.TerraformProvider>();
  expectTypeOf<forCdktf.DataExternalInfisicalPlan>().toExtend<cdktf.TerraformDataSource>();
  expectTypeOf(
    forCdktn.ExternalInfisicalConnection.generateConfigForImport,
  ).returns.toEqualTypeOf<cdktn.ImportableResource>();
});

test("attributes have types", () => {
  type Sync = forCdktf.ExternalInfisicalSecretSync;
  expectTypeOf<Sync["id"]>().toEqualTypeOf<string>();
  expectTypeOf<Sync["keys"]>().toEqualTypeOf<cdktf.StringMap>();
  expectTypeOf<Sync["isAutoSyncEnabled"]>().toEqualTypeOf<boolean | cdktf.IResolvable>();
  expectTypeOf<Sync["syncOptions"]>().toExtend<cdktf.ComplexObject>();
  expectTypeOf<Sync["syncOptions"]["maxDeletes"]>().toEqualTypeOf<string>();
  expectTypeOf<Sync["waitTimeoutSeconds"]>().toEqualTypeOf<number>();
  expectTypeOf<Sync["resetTriggers"]>().toEqualTypeOf<() => void>();
  expectTypeOf<Sync>().not.toHaveProperty("resetName");
  expectTypeOf<Sync["executionInput"]>().toEqualTypeOf<SecretSyncArguments["execution"]>();
  type Projects = forCdktn.DataExternalInfisicalProjects["projects"];
  expectTypeOf<ReturnType<ReturnType<Projects["get"]>["environments"]["get"]>["folders"]>().toEqualTypeOf<
    string[]
  >();
});

test("arguments are checked", () => {
  type Config = ConstructorParameters<typeof forCdktf.ExternalInfisicalSecretSync>[2];
  expectTypeOf<Config>().toExtend<forCdktf.ExternalInfisicalSecretSyncConfig>();
  expectTypeOf<forCdktf.ExternalInfisicalSecretSyncConfig>().toExtend<Config>();
  expectTypeOf<forCdktf.ExternalInfisicalConnection>().toExtend<Config["destinationConnection"]>();
  expectTypeOf<cdktf.IResolvable>().toExtend<Config["destinationConnection"]>();
  expectTypeOf<number>().not.toExtend<Config["destinationConnection"]>();
  expectTypeOf<{ id: string }>().toExtend<Config["destinationConnection"]>();
  expectTypeOf<forCdktf.ExternalInfisicalSecretSync>().not.toExtend<Config["destinationConnection"]>();
  expectTypeOf<forCdktf.DataExternalInfisicalPlan>().not.toExtend<Config["destinationConnection"]>();
  expectTypeOf<cdktf.TerraformResource>().not.toExtend<Config["destinationConnection"]>();
  type Plan = ConstructorParameters<typeof forCdktf.DataExternalInfisicalPlan>[2];
  expectTypeOf<forCdktf.ExternalInfisicalSecretSync>().not.toExtend<
    NonNullable<Plan>["destinationConnection"]
  >();
  expectTypeOf<{ name: string }>().not.toExtend<Config>();
});
