/** The attributes of everything in the provider, as its schema has them. */
import type { ConnectionResults, PlanResults, ProjectsResults, SecretSyncResults } from "../attributes.ts";
import type {
  ConnectionArguments,
  DestinationConfig,
  DestinationConnection,
  PlanArguments,
  ProjectsArguments,
  ProviderArguments,
  SecretSyncArguments,
  SyncOptions,
} from "./arguments.ts";
import type { TableOf } from "./table.ts";

/** The provider block. */
export const provider = {
  optional: {
    host: "string",
    clientId: "string",
    clientSecret: "string",
    token: "string",
    connectionSecrets: "stringMap",
    fingerprintKey: "string",
    allowInsecureHttp: "boolean",
  },
} satisfies TableOf<ProviderArguments, object>;

/** `externalinfisical_connection`. */
export const connection = {
  required: { name: "string", instanceUrl: "string", machineIdentityClientId: "string" },
  optional: {
    description: "string",
    machineIdentityClientSecret: "string",
    machineIdentityClientSecretWo: "string",
    machineIdentityClientSecretWoVersion: "number",
    allowInsecureHttp: "boolean",
    execution: "string",
    projectId: "string",
    adopt: "boolean",
  },
  writeOnly: ["machineIdentityClientSecretWo"],
  computed: {
    id: "string",
    organization: { single: { computed: { id: "string", name: "string", slug: "string" } } },
    orgId: "string",
    credentialsHash: "string",
  },
} satisfies TableOf<ConnectionArguments, ConnectionResults>;

const destinationConnection = {
  optional: {
    id: "string",
    name: "string",
    instanceUrl: "string",
    machineIdentityClientId: "string",
    machineIdentityClientSecret: "string",
    allowInsecureHttp: "boolean",
    execution: "string",
  },
} satisfies TableOf<DestinationConnection, object>;

const destinationConfig = {
  required: { projectId: "string", environment: "string", secretPath: "string" },
} satisfies TableOf<DestinationConfig, object>;

const syncOptions = {
  required: { initialSyncBehavior: "string" },
  optional: {
    disableSecretDeletion: "boolean",
    references: "string",
    unresolvedReferences: "string",
    unownedKeys: "string",
    maxDeletes: "string",
    ownershipMark: "boolean",
    takeOverFrom: "string",
    onFailure: "string",
    allowEmptySource: "boolean",
    allowPartialRead: "boolean",
    allowImportedReferences: "boolean",
    allowSameProjectId: "boolean",
  },
} satisfies TableOf<SyncOptions, object>;

const places = {
  destinationConnection: { single: destinationConnection },
  projectId: "string",
  environment: "string",
  secretPath: "string",
  destinationConfig: { single: destinationConfig },
  syncOptions: { single: syncOptions },
} as const;

/** `externalinfisical_secret_sync`. */
export const secretSync = {
  required: { name: "string", ...places },
  optional: {
    description: "string",
    execution: "string",
    isAutoSyncEnabled: "boolean",
    triggers: "stringMap",
    removeSecretsOnDelete: "boolean",
    onDestinationChange: "string",
    adopt: "boolean",
    waitForSync: "boolean",
    waitTimeoutSeconds: "number",
  },
  computed: {
    id: "string",
    keys: "stringMap",
    takenOver: "stringMap",
    status: "string",
    lastSyncedAt: "string",
  },
} satisfies TableOf<SecretSyncArguments, SecretSyncResults>;

/** Data source `externalinfisical_projects`. */
export const projects = {
  optional: {
    destinationConnection: { single: destinationConnection },
    projectId: "string",
    includeFolders: "boolean",
  },
  computed: {
    projects: {
      list: {
        computed: {
          id: "string",
          name: "string",
          slug: "string",
          type: "string",
          environments: {
            list: { computed: { slug: "string", name: "string", folders: "strings" } },
          },
        },
      },
    },
  },
} satisfies TableOf<ProjectsArguments, ProjectsResults>;

/** Data source `externalinfisical_plan`. */
export const plan = {
  required: places,
  optional: { name: "string", knownKeys: "stringMap" },
  computed: {
    actions: {
      list: {
        computed: {
          key: "string",
          action: "string",
          why: "string",
          sourceRevision: "string",
          destinationRevision: "string",
        },
      },
    },
    counts: {
      single: {
        computed: {
          create: "number",
          update: "number",
          delete: "number",
          import: "number",
          mark: "number",
          unchanged: "number",
          kept: "number",
        },
      },
    },
  },
} satisfies TableOf<PlanArguments, PlanResults>;
