/**
 * Settings of a Pulumi stack that are taken as secrets only. Who knows one can try out guesses of values by the
 * fingerprints that are made with it, and anybody who writes files of the stack can put one of their own there, but
 * encrypt none without the stack's passphrase.
 */
export const SECRET_SETTINGS: readonly string[] = [
  "external-infisical:fingerprintKey",
  "external-infisical:connectionSecrets",
];
