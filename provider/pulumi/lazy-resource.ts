import { CustomResource, type CustomResourceOptions, type Inputs } from "@pulumi/pulumi";
import { closureOf } from "./closure.ts";
import { requireSecretSettings } from "./secret-settings.ts";

/** A dynamic resource as the SDK makes them, but for its provider, which is text already. */
export class LazyResource extends CustomResource {
  constructor(
    kind: "connection" | "secretSync",
    type: string,
    name: string,
    properties: Inputs,
    options: CustomResourceOptions,
  ) {
    requireSecretSettings();
    const all = { ...properties, __provider: closureOf(kind) };
    super(`pulumi-nodejs:dynamic/external-infisical:${type}`, name, all, options);
  }
}
