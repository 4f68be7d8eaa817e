import { z } from "zod";
import { slug } from "../http/fields.ts";

const PROJECT_TYPES = [
  "secret-manager",
  "cert-manager",
  "kms",
  "ssh",
  "secret-scanning",
  "pam",
  "ai",
] as const;

export const projectType = z.enum(PROJECT_TYPES);

export const projectName = z.string().trim().min(1).max(64);
/** The longest that any version takes. */
export const projectSlug = slug(5, 64);

export const createBody = (slugLimit: number) =>
  z.object({
    projectName,
    projectDescription: z.string().trim().max(1024).optional(),
    slug: slug(5, slugLimit).optional(),
    kmsKeyId: z.string().optional(),
    template: z.string().max(64).default("default"),
    type: projectType.default("secret-manager"),
    shouldCreateDefaultEnvs: z.boolean().default(true),
    hasDeleteProtection: z.boolean().default(false),
  });

export const updateBody = z.object({
  name: projectName.optional(),
  description: z.string().trim().max(1024).optional(),
  slug: projectSlug.optional(),
  autoCapitalization: z.boolean().optional(),
  hasDeleteProtection: z.boolean().optional(),
  secretSharing: z.boolean().optional(),
  showSnapshotsLegacy: z.boolean().optional(),
  secretDetectionIgnoreValues: z.array(z.string()).optional(),
  enforceEncryptedSecretManagerSecretMetadata: z.boolean().optional(),
  pitVersionLimit: z.number().int().min(1).max(100).optional(),
});

export const searchBody = z.object({
  limit: z.number().int().min(1).max(100).default(100),
  offset: z.number().int().min(0).default(0),
  type: z.string().optional(),
  orderBy: z.string().optional(),
  orderDirection: z.enum(["asc", "desc"]).default("asc"),
  projectIds: z.array(z.string()).optional(),
  name: z.string().trim().optional(),
});
