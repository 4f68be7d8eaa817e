import type { Resolvable } from "../library.ts";

/**
 * Where to log in at the destination: an `ExternalInfisicalConnection`, given whole, or these fields of one. In
 * native execution the id is enough.
 */
export interface DestinationConnection {
  /** Id of the connection. */
  readonly id?: string;
  /** Name of the connection. */
  readonly name?: string;
  /** Base URL of the instance. */
  readonly instanceUrl?: string;
  /** Client ID (a UUID) of the machine identity's Universal Auth there. */
  readonly machineIdentityClientId?: string;
  /**
   * Client secret of that identity. Left out, it is taken from the provider's `connectionSecrets` or from
   * `EXTERNAL_INFISICAL_<NAME>_CLIENT_SECRET`.
   */
  readonly machineIdentityClientSecret?: string;
  /** Allow an `http://` URL of another machine. */
  readonly allowInsecureHttp?: boolean | Resolvable;
  /** The connection's own `execution`. */
  readonly execution?: string;
}

/** Every construct has an id, and most have a name: only one with credentials is a connection. */
export type GivenConnection =
  | (DestinationConnection & { readonly node?: never })
  | (DestinationConnection & { readonly instanceUrl: string; readonly machineIdentityClientId: string })
  | Resolvable;
