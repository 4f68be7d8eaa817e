import type { Resolvable } from "../library.ts";

/**
 * Arguments of an `ExternalInfisicalProvider`: the source instance and how to log in there. All can come from the
 * environment of `terraform` instead. One source instance for each provider; several providers by `alias`.
 */
export interface ProviderArguments {
  /**
   * Base URL of the source instance, for example `https://infisical.example.com`. A trailing `/` or `/api` is
   * removed. Environment: `INFISICAL_HOST`.
   *
   * @default "https://app.infisical.com"
   */
  readonly host?: string;
  /**
   * Client ID (a UUID) of the Universal Auth of a machine identity at the source. Environment:
   * `INFISICAL_UNIVERSAL_AUTH_CLIENT_ID`.
   */
  readonly clientId?: string;
  /** Client secret of that identity. Environment: `INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET`. Secret. */
  readonly clientSecret?: string;
  /** An access token, instead of client ID and secret. Environment: `INFISICAL_TOKEN`. Secret. */
  readonly token?: string;
  /**
   * Client secrets by connection name, for connections that do not give theirs as an argument. Environment:
   * `EXTERNAL_INFISICAL_<NAME>_CLIENT_SECRET` (upper case, `-` as `_`). Secret.
   */
  readonly connectionSecrets?: { readonly [connection: string]: string } | Resolvable;
  /**
   * Key, of at least 16 characters, of the fingerprints that stand for values with references or imports.
   * Environment: `EXTERNAL_INFISICAL_FINGERPRINT_KEY`. Secret.
   *
   * @default derived from the destination's client secret
   */
  readonly fingerprintKey?: string;
  /**
   * Allow an `http://` URL of another machine; credentials and secrets then travel unencrypted. Without it, such a
   * URL is refused with `insecure-url`.
   *
   * @default false
   */
  readonly allowInsecureHttp?: boolean | Resolvable;
}
