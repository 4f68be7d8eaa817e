// What the connection routes take (control-plane §2.2, §2.5, §2.6).
import { z } from "zod";
import { optionalText } from "../http/fields.ts";
import { connectionName, description, uuid } from "./fields.ts";

export const APP = "external-infisical";
export const METHOD = "machine-identity-universal-auth";

export const credentials = z.object({
  instanceUrl: z.string().trim().min(1).max(512).refine(URL.canParse, "Invalid URL"),
  machineIdentityClientId: z.string().trim().pipe(uuid),
  machineIdentityClientSecret: z.string().trim().min(1).max(512),
});

const NOT_SUPPORTED = "Not supported for Infisical Connections";

/** Fields of other apps; here they take nothing but their empty value. */
const unsupported = {
  isPlatformManagedCredentials: z.literal(false, NOT_SUPPORTED).optional(),
  gatewayId: z.null(NOT_SUPPORTED).optional(),
  isAutoRotationEnabled: z.literal(false, NOT_SUPPORTED).optional(),
  rotation: z.null(NOT_SUPPORTED).optional(),
};

export const createConnectionBody = z.object({
  name: connectionName,
  method: z.literal(METHOD),
  credentials,
  description,
  projectId: optionalText,
  ...unsupported,
});

export const updateConnectionBody = z.object({
  name: connectionName.optional(),
  credentials: credentials.optional(),
  description,
  ...unsupported,
});

export const byConnectionId = z.object({ connectionId: uuid });

export type CreateConnection = z.output<typeof createConnectionBody>;
export type UpdateConnection = z.output<typeof updateConnectionBody>;
