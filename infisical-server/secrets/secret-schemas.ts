import { z } from "zod";
import * as field from "../http/fields.ts";

const value = z.string().transform(field.normaliseValue);
export const comment = z.string().trim();
const metadataItem = z.object({
  key: z.string().trim().min(1),
  value: z.string().trim().default(""),
  isEncrypted: z.boolean().default(false),
});

const created = {
  secretMetadata: z.array(metadataItem).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  tagIds: z.array(z.string()).optional(),
};

const attributes = {
  ...created,
  secretReminderNote: z.string().max(1024).nullish(),
  secretReminderRepeatDays: z.number().nullish(),
};

export const secretType = z.enum(["shared", "personal"]);

/** Where a write goes, apart from the project, which v3 and v4 name differently. */
const place = { environment: field.environment, secretPath: field.secretPath.default("/") };

export const byName = z.object({ secretName: field.key });

export const createOne = z.object({
  ...place,
  ...attributes,
  secretValue: value,
  secretComment: comment.default(""),
  skipMultilineEncoding: z.boolean().nullish(),
  type: secretType.default("shared"),
});

export const updateOne = z.object({
  ...place,
  ...attributes,
  secretValue: value.optional(),
  newSecretName: field.key.min(1).optional(),
  // Contract §9.3: not trimmed on a single update.
  secretComment: z.string().optional(),
  skipMultilineEncoding: z.boolean().nullish(),
  type: secretType.default("shared"),
});

export const deleteOne = z.object({ ...place, type: secretType.default("shared") });

export const createMany = z.object({
  ...place,
  secrets: z
    .array(
      z.object({
        // Contract §10.3: no reminders.
        ...created,
        secretKey: field.key,
        secretValue: value,
        secretComment: comment.default(""),
        skipMultilineEncoding: z.boolean().nullish(),
      }),
    )
    .min(1),
});

export const updateMany = z.object({
  ...place,
  mode: z.enum(["failOnNotFound", "ignore", "upsert"]).default("failOnNotFound"),
  secrets: z
    .array(
      z.object({
        ...attributes,
        secretKey: field.key,
        secretValue: value.optional(),
        secretPath: field.secretPath.optional(),
        secretComment: comment.optional(),
        newSecretName: field.key.min(1).optional(),
        skipMultilineEncoding: z.boolean().optional(),
      }),
    )
    .min(1),
});

export const deleteMany = z.object({
  ...place,
  secrets: z.array(z.object({ secretKey: field.key, type: secretType.default("shared") })).min(1),
});

/** `key=a,value=b|key=c,value=d`, at most 10 pairs (contract §10.1). An empty filter filters nothing, like empty tags. */
export const metadataFilter = field.optionalText
  .transform((text) =>
    text?.split("|").map((pair) => {
      const match = /^key=(.*?),value=(.*)$/.exec(pair.trim());
      return { key: match?.[1]?.trim() ?? "", value: match?.[2]?.trim() ?? "" };
    }),
  )
  .refine((pairs) => !pairs || (pairs.length <= 10 && pairs.every(({ key }) => key !== "")), {
    message: "Expected key=…,value=… pairs separated by |, at most 10",
  });

export const tagSlugs = field.optionalText.transform((text) => text?.split(",").map((one) => one.trim()));
