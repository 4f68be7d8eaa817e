/** The JSON Schemas that `schema --of` prints. */
import { cancelJsonSchema } from "./cancel/document.ts";
import { declaredJsonSchema } from "./declare/document.ts";
import { doctorJsonSchema } from "./doctor/document.ts";
import { driftJsonSchema } from "./drift/document.ts";
import { jobsJsonSchema } from "./jobs/document.ts";
import { policiesJsonSchema } from "./policies/schema.ts";
import { reportJsonSchema } from "./report/json.ts";
import { rollbackJsonSchema } from "./rollback/document.ts";
import { statusJsonSchema } from "./status/document.ts";
import { syncsJsonSchema } from "./syncs-file.ts";
import { validationJsonSchema } from "./validate/document.ts";

export const SCHEMAS = {
  syncs: syncsJsonSchema,
  report: reportJsonSchema,
  jobs: jobsJsonSchema,
  drift: driftJsonSchema,
  status: statusJsonSchema,
  validate: validationJsonSchema,
  policies: policiesJsonSchema,
  doctor: doctorJsonSchema,
  rollback: rollbackJsonSchema,
  cancel: cancelJsonSchema,
  init: declaredJsonSchema,
};

export type SchemaName = keyof typeof SCHEMAS;
export const SCHEMA_NAMES = Object.keys(SCHEMAS) as SchemaName[];
