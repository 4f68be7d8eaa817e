import type { Environment, Project } from "../model.ts";

/** Contract §6.1. */
export const projectView = (project: Project) => ({
  id: project.id,
  _id: project.id,
  name: project.name,
  slug: project.slug,
  description: project.description,
  type: project.type,
  defaultProduct: null,
  orgId: project.organizationId,
  createdAt: project.createdAt,
  updatedAt: project.updatedAt,
  version: project.version ?? 3,
  upgradeStatus: null,
  pitVersionLimit: project.pitVersionLimit,
  auditLogsRetentionDays: project.auditLogsRetentionDays,
  autoCapitalization: project.autoCapitalization,
  hasDeleteProtection: project.hasDeleteProtection,
  secretSharing: project.secretSharing,
  showSnapshotsLegacy: project.showSnapshotsLegacy,
  enforceEncryptedSecretManagerSecretMetadata: project.enforceEncryptedSecretManagerSecretMetadata,
  secretDetectionIgnoreValues: project.secretDetectionIgnoreValues,
  kmsCertificateKeyId: null,
  kmsSecretManagerKeyId: null,
  environments: [...project.environments.values()]
    .sort((one, other) => one.position - other.position)
    .map(({ id, name, slug }) => ({ id, name, slug })),
});

/** Contract §6.3. */
export const environmentView = (environment: Environment) => ({
  id: environment.id,
  name: environment.name,
  slug: environment.slug,
  position: environment.position,
  projectId: environment.project.id,
  createdAt: environment.createdAt,
  updatedAt: environment.updatedAt,
});
