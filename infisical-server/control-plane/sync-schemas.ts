// What the sync routes take (control-plane §1.3, §3.4, §3.5).
import { z } from "zod";
import * as field from "../http/fields.ts";
import { slug } from "../http/fields.ts";
import { description, syncName, uuid } from "./fields.ts";

const text = z.string().trim().min(1);
const environment = slug(1, 64);
const secretPath = text.pipe(field.secretPath);

const optionFields = {
  initialSyncBehavior: z.enum([
    "overwrite-destination",
    "import-prioritize-source",
    "import-prioritize-destination",
  ]),
  disableSecretDeletion: z.boolean().exactOptional(),
  // Taken and thrown away: between two instances, renamed keys would go round without end (control-plane §3.13).
  keySchema: z.string().exactOptional(),
  // Two names of one thing; each revision drops the other's before it gets here.
  recursive: z.boolean().exactOptional(),
  includeAllSubFolders: z.boolean().exactOptional(),
};

const withRules = (options: z.ZodObject<typeof optionFields>) =>
  options
    .superRefine(({ initialSyncBehavior, ...options }, issues) => {
      if (initialSyncBehavior === "overwrite-destination") return;
      for (const name of ["recursive", "includeAllSubFolders"] as const)
        if (options[name])
          issues.addIssue({
            code: "custom",
            path: [name],
            message:
              "A sync that includes subfolders cannot also import existing secrets from the destination, because there is no single folder to import them into. Turn off subfolders, or set the first sync to overwrite the destination.",
          });
    })
    .transform(({ keySchema: _keySchema, recursive, includeAllSubFolders, ...kept }) => ({
      ...kept,
      // Answers carry it only where it is on.
      ...(recursive && { recursive }),
      ...(includeAllSubFolders && { includeAllSubFolders }),
    }));

const syncOptions = withRules(z.object(optionFields));
/** In a file, a name that is none is a mistake. */
export const strictSyncOptions = withRules(z.strictObject(optionFields));

export const destinationConfig = z.object({ projectId: text, environment: text, secretPath: text });

export const createSyncBody = z.object({
  name: syncName,
  projectId: text,
  description,
  connectionId: uuid,
  environment,
  secretPath,
  isAutoSyncEnabled: z.boolean().default(true),
  syncOptions,
  destinationConfig,
});

export const updateSyncBody = z.object({
  name: syncName.optional(),
  description,
  connectionId: uuid.optional(),
  environment: environment.optional(),
  secretPath: secretPath.optional(),
  isAutoSyncEnabled: z.boolean().optional(),
  syncOptions: syncOptions.optional(),
  destinationConfig: destinationConfig.optional(),
});

export const bySyncId = z.object({ syncId: uuid });

export type CreateSync = z.output<typeof createSyncBody>;
export type UpdateSync = z.output<typeof updateSyncBody>;
