import { type CustomResourceOptions, mergeOptions, type Output, secret } from "@pulumi/pulumi";
import type { ConnectionInput, Execution, OnUnreachable } from "./arguments.ts";
import type { Inputs } from "./inputs.ts";
import { LazyResource } from "./lazy-resource.ts";

/** Arguments of an {@link ExternalInfisicalConnection}. Changes update it in place, unless they say otherwise. */
export interface ExternalInfisicalConnectionArgs extends Inputs<ConnectionInput> {}

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
  /** Client ID of the machine identity, where the login is Universal Auth. */
  declare readonly machineIdentityClientId: Output<string>;
  /** Client secret of the machine identity, if it was given as an argument; secret. */
  declare readonly machineIdentityClientSecret: Output<string | undefined>;
  /** How to log in without a client secret, if that was given. */
  declare readonly auth: Output<ConnectionInput["auth"]>;
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
  /** How the machine identity logs in, such as `machine-identity-universal-auth`. */
  declare readonly method: Output<string>;
  /** Organization of the identity at the destination, where that instance tells it; in engine execution only. */
  declare readonly organization: Output<Organization | undefined>;
  /** Id of the source's organization that a native connection belongs to; it is not that of `organization`. */
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
