// biome-ignore-all format: an attribute is a line
/**
 * The attributes of everything in the provider. `npm run docs` writes them from the schema that it announces, since a
 * program with constructs loads neither that nor zod.
 */

export const provider = {
  optional: {
    host: "string",
    clientId: "string",
    clientSecret: "string",
    token: "string",
    auth: {"single":{"optional":{"organizationSlug":"string","oidc":{"single":{"optional":{"identityId":"string","tokenEnvironmentVariableName":"string","tokenPath":"string","audience":"string"}}},"kubernetes":{"single":{"optional":{"identityId":"string","serviceAccountTokenPath":"string","serviceAccountToken":"string"}}},"awsIam":{"single":{"optional":{"identityId":"string"}}},"jwt":{"single":{"optional":{"identityId":"string","tokenEnvironmentVariableName":"string","tokenPath":"string"}}},"universal":{"single":{"optional":{"clientId":"string","clientSecret":"string"}}},"token":"string"}}},
    connectionSecrets: "stringMap",
    fingerprintKey: "string",
    allowInsecureHttp: "boolean",
  },
} as const;

export const connection = {
  required: {
    name: "string",
    instanceUrl: "string",
  },
  optional: {
    description: "string",
    machineIdentityClientId: "string",
    machineIdentityClientSecret: "string",
    auth: {"single":{"optional":{"organizationSlug":"string","oidc":{"single":{"optional":{"identityId":"string","tokenEnvironmentVariableName":"string","tokenPath":"string","audience":"string"}}},"kubernetes":{"single":{"optional":{"identityId":"string","serviceAccountTokenPath":"string"}}},"awsIam":{"single":{"optional":{"identityId":"string"}}},"jwt":{"single":{"optional":{"identityId":"string","tokenEnvironmentVariableName":"string","tokenPath":"string"}}}}}},
    allowInsecureHttp: "boolean",
    execution: "string",
    projectId: "string",
    adopt: "boolean",
    machineIdentityClientSecretWo: "string",
    machineIdentityClientSecretWoVersion: "number",
  },
  writeOnly: ["machineIdentityClientSecretWo"],
  computed: {
    id: "string",
    organization: {"single":{"computed":{"id":"string","name":"string","slug":"string"}}},
    orgId: "string",
    credentialsHash: "string",
  },
} as const;

export const secretSync = {
  required: {
    destinationConnection: {"single":{"optional":{"id":"string","name":"string","instanceUrl":"string","machineIdentityClientId":"string","machineIdentityClientSecret":"string","auth":{"single":{"optional":{"organizationSlug":"string","oidc":{"single":{"optional":{"identityId":"string","tokenEnvironmentVariableName":"string","tokenPath":"string","audience":"string"}}},"kubernetes":{"single":{"optional":{"identityId":"string","serviceAccountTokenPath":"string"}}},"awsIam":{"single":{"optional":{"identityId":"string"}}},"jwt":{"single":{"optional":{"identityId":"string","tokenEnvironmentVariableName":"string","tokenPath":"string"}}}}}},"allowInsecureHttp":"boolean","execution":"string"}}},
    name: "string",
    projectId: "string",
    environment: "string",
    secretPath: "string",
    destinationConfig: {"single":{"required":{"projectId":"string","environment":"string","secretPath":"string"}}},
    syncOptions: {"single":{"required":{"initialSyncBehavior":"string"},"optional":{"disableSecretDeletion":"boolean","includeAllSubFolders":"boolean","subFolders":"string","removeEmptyFolders":"boolean","filter":{"single":{"optional":{"keys":{"single":{"optional":{"include":"strings","exclude":"strings"}}},"folders":{"single":{"optional":{"include":"strings","exclude":"strings"}}},"tags":"strings","metadata":"stringMap"}}},"copy":"strings","references":"string","unresolvedReferences":"string","unownedKeys":"string","maxDeletes":"string","ownershipMark":"boolean","takeOverFrom":"string","onFailure":"string","allowEmptySource":"boolean","allowPartialRead":"boolean","allowImportedReferences":"boolean","allowSameProjectId":"boolean"}}},
  },
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
} as const;

export const projects = {
  optional: {
    destinationConnection: {"single":{"optional":{"id":"string","name":"string","instanceUrl":"string","machineIdentityClientId":"string","machineIdentityClientSecret":"string","auth":{"single":{"optional":{"organizationSlug":"string","oidc":{"single":{"optional":{"identityId":"string","tokenEnvironmentVariableName":"string","tokenPath":"string","audience":"string"}}},"kubernetes":{"single":{"optional":{"identityId":"string","serviceAccountTokenPath":"string"}}},"awsIam":{"single":{"optional":{"identityId":"string"}}},"jwt":{"single":{"optional":{"identityId":"string","tokenEnvironmentVariableName":"string","tokenPath":"string"}}}}}},"allowInsecureHttp":"boolean","execution":"string"}}},
    projectId: "string",
    includeFolders: "boolean",
  },
  computed: {
    projects: {"list":{"computed":{"id":"string","name":"string","slug":"string","type":"string","environments":{"list":{"computed":{"slug":"string","name":"string","folders":"strings"}}}}}},
  },
} as const;

export const plan = {
  required: {
    destinationConnection: {"single":{"optional":{"id":"string","name":"string","instanceUrl":"string","machineIdentityClientId":"string","machineIdentityClientSecret":"string","auth":{"single":{"optional":{"organizationSlug":"string","oidc":{"single":{"optional":{"identityId":"string","tokenEnvironmentVariableName":"string","tokenPath":"string","audience":"string"}}},"kubernetes":{"single":{"optional":{"identityId":"string","serviceAccountTokenPath":"string"}}},"awsIam":{"single":{"optional":{"identityId":"string"}}},"jwt":{"single":{"optional":{"identityId":"string","tokenEnvironmentVariableName":"string","tokenPath":"string"}}}}}},"allowInsecureHttp":"boolean","execution":"string"}}},
    projectId: "string",
    environment: "string",
    secretPath: "string",
    destinationConfig: {"single":{"required":{"projectId":"string","environment":"string","secretPath":"string"}}},
    syncOptions: {"single":{"required":{"initialSyncBehavior":"string"},"optional":{"disableSecretDeletion":"boolean","includeAllSubFolders":"boolean","subFolders":"string","removeEmptyFolders":"boolean","filter":{"single":{"optional":{"keys":{"single":{"optional":{"include":"strings","exclude":"strings"}}},"folders":{"single":{"optional":{"include":"strings","exclude":"strings"}}},"tags":"strings","metadata":"stringMap"}}},"copy":"strings","references":"string","unresolvedReferences":"string","unownedKeys":"string","maxDeletes":"string","ownershipMark":"boolean","takeOverFrom":"string","onFailure":"string","allowEmptySource":"boolean","allowPartialRead":"boolean","allowImportedReferences":"boolean","allowSameProjectId":"boolean"}}},
  },
  optional: {
    name: "string",
    knownKeys: "stringMap",
  },
  computed: {
    actions: {"list":{"computed":{"key":"string","action":"string","why":"string","sourceRevision":"string","destinationRevision":"string"}}},
    counts: {"single":{"computed":{"create":"number","update":"number","delete":"number","import":"number","mark":"number","copy":"number","comment":"number","tags":"number","metadata":"number","multiline":"number","reminder":"number","unchanged":"number","kept":"number"}}},
  },
} as const;
