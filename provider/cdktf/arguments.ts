/** What the constructs may be given: the arguments of the provider, some of which are known only when Terraform runs. */
import type {
  DestinationConnectionInput,
  PlanInput,
  ProjectsInput,
  WriteOnlySecretInput,
} from "../attributes.ts";
import type {
  ConnectionInput,
  DestinationConfigInput,
  ProviderConfigInput,
  SecretSyncInput,
  SyncOptionsInput,
} from "../schema.ts";
import type { Resolvable } from "./library.ts";

type Arguments<Input> = { readonly [K in keyof Input]: Argument<Exclude<Input[K], undefined>> };

type Argument<Value> = [Value] extends [boolean]
  ? boolean | Resolvable
  : [Value] extends [string]
    ? string extends Value
      ? string
      : OneOf<Value>
    : [Value] extends [string | number]
      ? Value
      : string extends keyof Value
        ? { readonly [name: string]: string } | Resolvable
        : Arguments<Value> | Resolvable;

/** Text with suggestions: a token is a text too. */
type OneOf<T extends string> = T | (string & Record<never, never>);

/** Arguments that Terraform does not have. */
type PulumiOnly = "onUnreachable";

/**
 * Arguments of an `ExternalInfisicalProvider`: the source instance and how to log in there. All can come from the
 * environment of `terraform` instead. One source instance for each provider; several providers by `alias`.
 */
export interface ProviderArguments extends Arguments<ProviderConfigInput> {}

/** Arguments of an `ExternalInfisicalConnection`. Changes update it in place, unless they say otherwise. */
export interface ConnectionArguments
  extends Arguments<Omit<ConnectionInput, PulumiOnly> & WriteOnlySecretInput> {}

/**
 * Where to log in at the destination: an `ExternalInfisicalConnection`, given whole, or these fields of one. In
 * native execution the id is enough.
 */
export interface DestinationConnection extends Arguments<DestinationConnectionInput> {}

/** Every construct has an id, and most have a name: only one with credentials is a connection. */
type GivenConnection =
  | (DestinationConnection & { readonly node?: never })
  | (DestinationConnection & { readonly instanceUrl: string; readonly machineIdentityClientId: string })
  | Resolvable;

/** Where a sync writes, on the connection's instance. */
export interface DestinationConfig extends Arguments<DestinationConfigInput> {}

/**
 * How secrets are compared, imported and deleted. Changes take effect with the next run. What an option refuses is
 * refused before anything is written.
 */
export interface SyncOptions extends Arguments<SyncOptionsInput> {}

/** Arguments of an `ExternalInfisicalSecretSync`. Changes update it in place, unless they say otherwise. */
export interface SecretSyncArguments extends Arguments<Omit<SecretSyncInput, PulumiOnly>> {
  /**
   * Where to log in at the destination: an `ExternalInfisicalConnection`, given whole, or its fields. In native
   * execution the id of an Infisical Connection that the source instance has already is enough.
   */
  readonly destinationConnection: GivenConnection;
}

/** Arguments of a `DataExternalInfisicalProjects`. */
export interface ProjectsArguments extends Arguments<ProjectsInput> {
  /** Whose identity to look with; without it, the source's, of the provider. */
  readonly destinationConnection?: GivenConnection;
}

/** Arguments of a `DataExternalInfisicalPlan`: the places and options of a sync, which need not exist. */
export interface PlanArguments extends Arguments<PlanInput> {
  /** Where to log in at the destination: an `ExternalInfisicalConnection`, given whole, or its fields. */
  readonly destinationConnection: GivenConnection;
}
