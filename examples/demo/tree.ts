import type { World } from "./world.ts";

/** A sync of a folder with all that are beneath it. */
export const syncsYaml = ({ source, destination }: World): string => `project: replica
connections:
  standby:
    instanceUrl: ${destination.url}
    machineIdentityClientId: ${destination.clientId}
    machineIdentityClientSecret: \${env:STANDBY_SECRET}
syncs:
  billing:
    connection: standby
    projectId: ${source.projectId}
    environment: prod
    secretPath: /billing
    destinationConfig:
      projectId: ${destination.projectId}
      environment: prod
      secretPath: /billing
    syncOptions:
      initialSyncBehavior: overwrite-destination
      includeAllSubFolders: true
`;
