/** The type of a resource, as URNs have it. */
export const typeToken = (name: "ExternalInfisicalSecretSync" | "ExternalInfisicalConnection") =>
  `pulumi-nodejs:dynamic/external-infisical:${name}`;
