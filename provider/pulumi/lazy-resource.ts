import { CustomResource, type CustomResourceOptions, type Inputs } from "@pulumi/pulumi";
import { closureOf } from "./closure.ts";
import { requireSecretSettings } from "./secret-settings.ts";
import { typeToken } from "./type-token.ts";

/** A dynamic resource as the SDK makes them, but for its provider, which is text already. */
export class LazyResource extends CustomResource {
  constructor(
    kind: "connection" | "secretSync",
    type: Parameters<typeof typeToken>[0],
    name: string,
    properties: Inputs,
    options: CustomResourceOptions,
  ) {
    requireSecretSettings();
    const all = { ...properties, __provider: closureOf(kind) };
    super(typeToken(type), name, all, options);
  }
}
