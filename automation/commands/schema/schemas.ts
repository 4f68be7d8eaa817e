/** The JSON Schemas that `schema --of` prints, of all commands; each is loaded when it is asked for. */
export const SCHEMAS = {
  syncs: async () => (await import("../../stack/syncs-file.ts")).syncsJsonSchema(),
  report: async () => (await import("../../report/json.ts")).reportJsonSchema(),
  jobs: async () => (await import("../sync-import-remove/document.ts")).jobsJsonSchema(),
  drift: async () => (await import("../drift/document.ts")).driftJsonSchema(),
  status: async () => (await import("../status/document.ts")).statusJsonSchema(),
  validate: async () => (await import("../validate/document.ts")).validationJsonSchema(),
  policies: async () => (await import("../../policies/schema.ts")).policiesJsonSchema(),
  doctor: async () => (await import("../doctor/document.ts")).doctorJsonSchema(),
  rollback: async () => (await import("../rollback/document.ts")).rollbackJsonSchema(),
  cancel: async () => (await import("../cancel/document.ts")).cancelJsonSchema(),
  init: async () => (await import("../declare/document.ts")).declaredJsonSchema(),
};

export type SchemaName = keyof typeof SCHEMAS;
export const SCHEMA_NAMES = Object.keys(SCHEMAS) as SchemaName[];
