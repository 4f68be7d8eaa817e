import { type CustomResourceOptions, type Input, mergeOptions, type Output, secret } from "@pulumi/pulumi";
import type { Execution, OnUnreachable } from "../schema.ts";
import { LazyResource } from "./lazy-resource.ts";

/** Arguments of an {@link ExternalInfisicalConnection}. Changes update it in place, unless they say otherwise. */
export interface ExternalInfisicalConnectionArgs {
  /**
   * Name of the connection: lower-case letters, digits and single hyphens, at most 64 characters. It also
   * names the connection's client secret in configuration and environment.
   */
  name: Input<string>;
  /** What the connection is for; at most 256 characters. */
  description?: Input<string>;
  /**
   * Base URL of the instance to connect to, for example `https://infisical.example.com`. A trailing `/` or
   * `/api` is removed. Syncs that use the connection do not take a changed URL as a new destination.
   */
  instanceUrl: Input<string>;
  /** Client ID (a UUID) of the Universal Auth of a machine identity on that instance. */
  machineIdentityClientId: Input<string>;
  /**
   * Client secret of that identity; kept encrypted in the state.
   *
   * Leave it out where preview and deployment use different identities: it is then taken from the secret
   * configuration `external-infisical:connectionSecrets` (a map by connection name), else from the environment
   * variable `EXTERNAL_INFISICAL_<NAME>_CLIENT_SECRET` (upper case, `-` as `_`).
   */
  machineIdentityClientSecret?: Input<string>;
  /**
   * Allow an `http://` URL of another machine; credentials and secrets then travel unencrypted.
   *
   * @default false
   */
  allowInsecureHttp?: Input<boolean>;
  /**
   * `engine`: this package alone knows the connection, and uses it during deployments. `native`: it is created
   * as an Infisical Connection of the source instance, for syncs that the instance runs by itself; a client
   * secret from configuration or environment is then sent with every update. Changing it replaces the
   * connection.
   *
   * @default "engine"
   */
  execution?: Input<Execution>;
  /**
   * When the instance does not answer while the connection is created or changed: `fail`, or `skip` the proof of
   * the login, with a warning; a later deployment makes up for it. Syncs of the connection do the same, unless
   * they say otherwise. A refused login always fails. `engine` only.
   *
   * @default "fail"
   */
  onUnreachable?: Input<OnUnreachable>;
  /**
   * Source project that the connection belongs to; without it, it belongs to the organization. `native` only.
   * Changing it replaces the connection.
   */
  projectId?: Input<string>;
  /**
   * Take over the connection of that name if the instance has one already, credentials included, instead of
   * failing. `native` only.
   *
   * @default false
   */
  adopt?: Input<boolean>;
}

/** The organization that a machine identity belongs to. */
export interface Organization {
  id: string;
  name: string;
  slug?: string;
}

/**
 * How to log in to another Infisical instance, with a machine identity's Universal Auth. Creating or changing a
 * connection proves the credentials by a real login there, in native execution from the source instance.
 *
 * The counterpart of the product's "Infisical Connection":
 * https://infisical.com/docs/integrations/app-connections/external-infisical
 */
export class ExternalInfisicalConnection extends LazyResource {
  /** Name of the connection. */
  declare readonly name: Output<string>;
  /** What the connection is for. */
  declare readonly description: Output<string | undefined>;
  /** Base URL of the connected instance. */
  declare readonly instanceUrl: Output<string>;
  /** Client ID of the machine identity. */
  declare readonly machineIdentityClientId: Output<string>;
  /** Client secret of the machine identity, if it was given as an argument; secret. */
  declare readonly machineIdentityClientSecret: Output<string | undefined>;
  /** Whether `http://` to another machine is allowed. */
  declare readonly allowInsecureHttp: Output<boolean | undefined>;
  /** Who uses the connection; absent means `engine`. */
  declare readonly execution: Output<Execution | undefined>;
  /** What is done when the instance does not answer; absent means `fail`. */
  declare readonly onUnreachable: Output<OnUnreachable | undefined>;
  /** `unreachable` while the login could not be proven yet. */
  declare readonly skipped: Output<"unreachable" | undefined>;
  /** Source project that a native connection belongs to. */
  declare readonly projectId: Output<string | undefined>;
  /** Id of the connection: in native execution the instance's, else derived from URL and client ID. */
  declare readonly connectionId: Output<string>;
  /** Always `external-infisical`. */
  declare readonly app: Output<string>;
  /** Always `machine-identity-universal-auth`. */
  declare readonly method: Output<string>;
  /** Organization of the identity, where the instance tells it; not in native execution. */
  declare readonly organization: Output<Organization | undefined>;
  /** Organization that a native connection belongs to. */
  declare readonly orgId: Output<string | undefined>;
  /** Always 1, as in the product; native execution only. */
  declare readonly version: Output<number | undefined>;
  /** Changes with every write of the credentials at the instance; native execution only. */
  declare readonly credentialsHash: Output<string | undefined>;
  /** When a native connection was created, ISO 8601. */
  declare readonly createdAt: Output<string | undefined>;
  /** When a native connection was last changed, ISO 8601. */
  declare readonly updatedAt: Output<string | undefined>;

  constructor(name: string, args: ExternalInfisicalConnectionArgs, options: CustomResourceOptions = {}) {
    const { machineIdentityClientSecret: given, ...rest } = args;
    super(
      "connection",
      "ExternalInfisicalConnection",
      name,
      {
        ...rest,
        // A property that is there but undefined would be unknown in a preview, and so would each sync's plan.
        ...(given !== undefined && { machineIdentityClientSecret: secret(given) }),
        skipped: undefined,
        connectionId: undefined,
        app: undefined,
        method: undefined,
        organization: undefined,
        orgId: undefined,
        version: undefined,
        credentialsHash: undefined,
        createdAt: undefined,
        updatedAt: undefined,
      },
      mergeOptions(options, { additionalSecretOutputs: ["machineIdentityClientSecret"] }),
    );
  }
}
