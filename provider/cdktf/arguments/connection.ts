import type { Resolvable } from "../library.ts";
import type { OneOf } from "../table.ts";

/** Arguments of an `ExternalInfisicalConnection`. Changes update it in place, unless they say otherwise. */
export interface ConnectionArguments {
  /**
   * Name of the connection: lower-case letters, digits and single hyphens, at most 64 characters. It also
   * names the connection's client secret in the provider's `connectionSecrets` and in the environment.
   */
  readonly name: string;
  /** What the connection is for; at most 256 characters. */
  readonly description?: string;
  /**
   * Base URL of the instance to connect to, for example `https://infisical.example.com`. A trailing `/` or
   * `/api` is removed. Syncs that use the connection do not take a changed URL as a new destination.
   */
  readonly instanceUrl: string;
  /** Client ID (a UUID) of the Universal Auth of a machine identity on that instance. */
  readonly machineIdentityClientId: string;
  /**
   * Client secret of that identity; Terraform keeps it in its state. Not together with
   * `machineIdentityClientSecretWo`.
   *
   * Left out, it is taken from the provider's `connectionSecrets`, else from the environment variable
   * `EXTERNAL_INFISICAL_<NAME>_CLIENT_SECRET` (upper case, `-` as `_`); if it is nowhere, planning fails with
   * `missing-credentials`.
   */
  readonly machineIdentityClientSecret?: string;
  /**
   * The client secret, in no plan and no state (write-only: Terraform 1.11, OpenTofu 1.11). Syncs of this
   * connection then need it in the provider's `connectionSecrets` or in the environment. A new one is noticed by
   * `machineIdentityClientSecretWoVersion`.
   */
  readonly machineIdentityClientSecretWo?: string;
  /** Change this number whenever `machineIdentityClientSecretWo` changes. */
  readonly machineIdentityClientSecretWoVersion?: number;
  /**
   * Allow an `http://` URL of another machine; credentials and secrets then travel unencrypted. Without it, such a
   * URL is refused with `insecure-url`.
   *
   * @default false
   */
  readonly allowInsecureHttp?: boolean | Resolvable;
  /**
   * `engine`: the provider alone knows the connection, and uses it during an apply. `native`: it is created as an
   * Infisical Connection of the source instance, for syncs that the instance runs by itself. Changing it replaces
   * the connection.
   *
   * @default "engine"
   */
  readonly execution?: OneOf<"engine" | "native">;
  /**
   * Source project that the connection belongs to; without it, it belongs to the organization. `native` only.
   * Changing it replaces the connection.
   */
  readonly projectId?: string;
  /**
   * Take over the connection of that name if the instance has one already, credentials included, instead of
   * failing with `already-exists`. `native` only.
   *
   * @default false
   */
  readonly adopt?: boolean | Resolvable;
}

/** What an `ExternalInfisicalConnection` answers. */
export interface ConnectionResults {
  /** Id of the connection; in engine execution it is made from URL and client ID. */
  readonly id: string;
  /** Organization of the machine identity, where the instance tells it; not in native execution. */
  readonly organization: Organization;
  /** Organization that a native connection belongs to. */
  readonly orgId: string;
  /** Changes with every write of the credentials at the instance; native execution only. */
  readonly credentialsHash: string;
}

/** The organization that a machine identity belongs to. */
interface Organization {
  /** Id. */
  readonly id: string;
  /** Name. */
  readonly name: string;
  /** Slug. */
  readonly slug: string;
}
