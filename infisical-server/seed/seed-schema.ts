// The form of a seed: plain data, so that it can be written as YAML or JSON. Where the API has a rule for a field, it is
// the API's own; what concerns several parts is in seed-check.ts.
import { z } from "zod";
import { credentials } from "../auth/auth-routes.ts";
import { identityInput } from "../auth/identity-input.ts";
import { identityName, organizationRole } from "../auth/identity-routes.ts";
import { clientSecretSettings, isOrdered, ORDER } from "../auth/universal-auth-schema.ts";
import { connectionSeed, secretSyncSeed } from "../control-plane/seed.ts";
import { folderName, secretPath } from "../http/fields.ts";
import { ROLES } from "../model.ts";
import { environmentName, environmentSlug } from "../projects/environment-routes.ts";
import { projectName, projectSlug, projectType } from "../projects/project-schemas.ts";
import { tagColor, tagSlug } from "../projects/tag-routes.ts";
import { comment } from "../secrets/secret-schemas.ts";

/** The API makes ids; the database has room for those of its own length, and they stand in paths of requests. */
const id = z.string().regex(/^[\w-]{1,36}$/, "must be 1 to 36 letters, digits, - and _");

const isFolderPath = (path: string) =>
  path === "/" ||
  (path.startsWith("/") &&
    path
      .replace(/\/$/, "")
      .slice(1)
      .split("/")
      .every((name) => folderName.safeParse(name).data === name));
const PATH = "must be / or names of letters, digits, - and _ with a / before each";
const path = secretPath.refine(isFolderPath, PATH);
/** Records leave this name out without a word. */
const LOST = "__proto__";
const named = <Schema extends z.ZodRecord>(record: Schema) =>
  z.preprocess((value, { addIssue }) => {
    if (typeof value === "object" && value !== null && Object.hasOwn(value, LOST))
      addIssue({ code: "custom", path: [LOST], message: "is a name that a seed cannot have" });
    return value;
    // What goes in is what the record takes.
  }, record) as unknown as Schema;

/** As a name of a map it stays as it is written, so that none takes the place of another. */
const pathName = z.string().refine(isFolderPath, PATH);
const place = z.strictObject({ environment: z.string(), secretPath: path.default("/") });

const metadataName = z
  .string()
  .refine((name) => name !== "" && name === name.trim(), "must not be empty or have blanks around it");
const secretSeed = z.union([
  z.string(),
  z.strictObject({
    value: z.string(),
    comment: comment.optional(),
    /** Slugs of the project's tags; made when missing. */
    tags: z.array(tagSlug).optional(),
    metadata: named(z.record(metadataName, z.string().trim())).optional(),
    skipMultilineEncoding: z.boolean().optional(),
  }),
]);

const projectSeed = z.strictObject({
  id: id.optional(),
  name: projectName.optional(),
  slug: projectSlug.optional(),
  type: projectType.optional(),
  autoCapitalization: z.boolean().optional(),
  /** Of the old encryption: secrets are kept from machine identities. */
  version: z.literal(1).optional(),
  /** Slugs, or slug and name. @default dev, staging, prod */
  environments: z
    .array(z.union([environmentSlug, z.strictObject({ slug: environmentSlug, name: environmentName })]))
    .optional(),
  tags: z.array(z.strictObject({ slug: tagSlug, color: tagColor.optional() })).default([]),
  /** Environment slug → paths. */
  folders: named(z.record(z.string(), z.array(path))).default({}),
  /** Environment slug → path → key → secret. */
  secrets: named(
    z.record(z.string(), named(z.record(pathName, named(z.record(z.string(), secretSeed))))),
  ).default({}),
  imports: z.array(place.extend({ from: place })).default([]),
});

const membershipSeed = z.strictObject({
  /** Id or slug of a project. */
  project: z.string(),
  role: z.enum(ROLES),
  paths: z
    .array(
      z.strictObject({
        environment: z.string().optional(),
        secretPath: path,
        keys: z.array(z.string()).optional(),
        role: z.enum(ROLES),
      }),
    )
    .optional(),
});

const identitySeed = z
  .strictObject({
    ...identityInput.shape,
    identityId: id.optional(),
    name: identityName.optional(),
    clientId: credentials.shape.clientId.optional(),
    clientSecret: credentials.shape.clientSecret.optional(),
    orgRole: organizationRole.optional(),
    clientSecretNumUsesLimit: clientSecretSettings.numUsesLimit.optional(),
    clientSecretTTL: clientSecretSettings.ttl.optional(),
    memberships: z.array(membershipSeed).default([]),
  })
  .refine(isOrdered, { path: ["accessTokenTTL"], message: ORDER });

export const seedForm = z.strictObject({
  projects: z.array(projectSeed).default([]),
  identities: z.array(identitySeed).default([]),
  connections: z.array(connectionSeed).default([]),
  secretSyncs: z.array(secretSyncSeed).default([]),
});

export type SeedForm = z.output<typeof seedForm>;
export type ProjectSeed = z.output<typeof projectSeed>;
export type IdentitySeed = z.output<typeof identitySeed>;
