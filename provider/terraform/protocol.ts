/**
 * The messages of Terraform's plugin protocol 6 that are used, as data: field → [type, number]. Names and
 * numbers are the published ones (tfplugin6.proto); `[]` repeats, `{}` is a map by string.
 */
const MESSAGES = {
  Empty: {},
  DynamicValue: { msgpack: ["bytes", 1], json: ["bytes", 2] },
  RawState: { json: ["bytes", 1] },
  Step: { attribute_name: ["string", 1], element_key_string: ["string", 2], element_key_int: ["int64", 3] },
  AttributePath: { steps: ["Step[]", 1] },
  Diagnostic: {
    severity: ["int32", 1],
    summary: ["string", 2],
    detail: ["string", 3],
    attribute: ["AttributePath", 4],
  },
  Attribute: {
    name: ["string", 1],
    type: ["bytes", 2],
    description: ["string", 3],
    required: ["bool", 4],
    optional: ["bool", 5],
    computed: ["bool", 6],
    sensitive: ["bool", 7],
    description_kind: ["int32", 8],
    nested_type: ["Nested", 10],
    write_only: ["bool", 11],
  },
  Nested: { attributes: ["Attribute[]", 1], nesting: ["int32", 3] },
  Block: {
    version: ["int64", 1],
    attributes: ["Attribute[]", 2],
    description: ["string", 4],
    description_kind: ["int32", 5],
  },
  Schema: { version: ["int64", 1], block: ["Block", 2] },
  ServerCapabilities: { plan_destroy: ["bool", 1], get_provider_schema_optional: ["bool", 2] },
  ClientCapabilities: { write_only_attributes_allowed: ["bool", 2] },
  TypeName: { type_name: ["string", 1] },
  Diagnostics: { diagnostics: ["Diagnostic[]", 1] },

  GetMetadataResponse: {
    server_capabilities: ["ServerCapabilities", 1],
    diagnostics: ["Diagnostic[]", 2],
    data_sources: ["TypeName[]", 3],
    resources: ["TypeName[]", 4],
  },
  GetProviderSchemaResponse: {
    provider: ["Schema", 1],
    resource_schemas: ["Schema{}", 2],
    data_source_schemas: ["Schema{}", 3],
    diagnostics: ["Diagnostic[]", 4],
    server_capabilities: ["ServerCapabilities", 6],
  },
  ValidateProviderConfigRequest: { config: ["DynamicValue", 1] },
  ValidateProviderConfigResponse: { diagnostics: ["Diagnostic[]", 2] },
  ConfigureProviderRequest: { terraform_version: ["string", 1], config: ["DynamicValue", 2] },
  ValidateConfigRequest: {
    type_name: ["string", 1],
    config: ["DynamicValue", 2],
    client_capabilities: ["ClientCapabilities", 3],
  },
  UpgradeResourceStateRequest: {
    type_name: ["string", 1],
    version: ["int64", 2],
    raw_state: ["RawState", 3],
  },
  UpgradeResourceStateResponse: { upgraded_state: ["DynamicValue", 1], diagnostics: ["Diagnostic[]", 2] },
  ReadResourceRequest: {
    type_name: ["string", 1],
    current_state: ["DynamicValue", 2],
    private: ["bytes", 3],
  },
  ReadResourceResponse: {
    new_state: ["DynamicValue", 1],
    diagnostics: ["Diagnostic[]", 2],
    private: ["bytes", 3],
  },
  PlanResourceChangeRequest: {
    type_name: ["string", 1],
    prior_state: ["DynamicValue", 2],
    proposed_new_state: ["DynamicValue", 3],
    config: ["DynamicValue", 4],
    prior_private: ["bytes", 5],
  },
  PlanResourceChangeResponse: {
    planned_state: ["DynamicValue", 1],
    requires_replace: ["AttributePath[]", 2],
    planned_private: ["bytes", 3],
    diagnostics: ["Diagnostic[]", 4],
  },
  ApplyResourceChangeRequest: {
    type_name: ["string", 1],
    prior_state: ["DynamicValue", 2],
    planned_state: ["DynamicValue", 3],
    config: ["DynamicValue", 4],
    planned_private: ["bytes", 5],
  },
  ApplyResourceChangeResponse: {
    new_state: ["DynamicValue", 1],
    private: ["bytes", 2],
    diagnostics: ["Diagnostic[]", 3],
  },
  ImportResourceStateRequest: { type_name: ["string", 1], id: ["string", 2] },
  ImportedResource: { type_name: ["string", 1], state: ["DynamicValue", 2], private: ["bytes", 3] },
  ImportResourceStateResponse: {
    imported_resources: ["ImportedResource[]", 1],
    diagnostics: ["Diagnostic[]", 2],
  },
  ReadDataSourceRequest: { type_name: ["string", 1], config: ["DynamicValue", 2] },
  ReadDataSourceResponse: { state: ["DynamicValue", 1], diagnostics: ["Diagnostic[]", 2] },
  StopProviderResponse: { Error: ["string", 1] },
} as const;

/** Method of `tfplugin6.Provider` → its request and response. */
export const RPCS = {
  GetMetadata: ["Empty", "GetMetadataResponse"],
  GetProviderSchema: ["Empty", "GetProviderSchemaResponse"],
  ValidateProviderConfig: ["ValidateProviderConfigRequest", "ValidateProviderConfigResponse"],
  ConfigureProvider: ["ConfigureProviderRequest", "Diagnostics"],
  ValidateResourceConfig: ["ValidateConfigRequest", "Diagnostics"],
  ValidateDataResourceConfig: ["ValidateConfigRequest", "Diagnostics"],
  UpgradeResourceState: ["UpgradeResourceStateRequest", "UpgradeResourceStateResponse"],
  ReadResource: ["ReadResourceRequest", "ReadResourceResponse"],
  PlanResourceChange: ["PlanResourceChangeRequest", "PlanResourceChangeResponse"],
  ApplyResourceChange: ["ApplyResourceChangeRequest", "ApplyResourceChangeResponse"],
  ImportResourceState: ["ImportResourceStateRequest", "ImportResourceStateResponse"],
  ReadDataSource: ["ReadDataSourceRequest", "ReadDataSourceResponse"],
  StopProvider: ["Empty", "StopProviderResponse"],
} as const satisfies Record<string, readonly [MessageName, MessageName]>;

type Messages = typeof MESSAGES;
export type MessageName = keyof Messages;
export type RpcName = keyof typeof RPCS;

type Field<T> = T extends "string"
  ? string
  : T extends "bytes"
    ? Uint8Array
    : T extends "bool"
      ? boolean
      : T extends "int32" | "int64"
        ? number
        : T extends `${infer Element}[]`
          ? readonly Field<Element>[]
          : T extends `${infer Element}{}`
            ? Readonly<Record<string, Field<Element>>>
            : T extends MessageName
              ? Message<T>
              : never;

/** A message as plain data; fields that are not set are absent. */
export type Message<Name extends MessageName> = {
  [F in keyof Messages[Name]]?:
    | (Messages[Name][F] extends readonly [infer T, number] ? Field<T> : never)
    | undefined;
};

/** The fields of all messages, for the codec. */
export const messages: Readonly<Record<string, Readonly<Record<string, readonly [string, number]>>>> =
  MESSAGES;
