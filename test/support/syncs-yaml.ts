import type { World } from "./world.ts";

/** A syncs.yaml over the world's places; its secrets are in SOURCE_SECRET and DR_SECRET. */
export const syncsYaml = ({ source, destination, execution }: World) => `
project: demo
backend: file://./state
source:
  host: ${source.server.url}
  clientId: ${source.clientId}
  clientSecret: \${env:SOURCE_SECRET}
connections:
  dr:
    execution: ${execution}
    instanceUrl: ${destination.server.url}
    machineIdentityClientId: ${destination.clientId}
    machineIdentityClientSecret: \${env:DR_SECRET}
syncs:
  app:
    connection: dr
    projectId: ${source.projectId}
    environment: ${source.environment}
    secretPath: ${source.secretPath}
    destinationConfig:
      projectId: ${destination.projectId}
      environment: ${destination.environment}
      secretPath: ${destination.secretPath}
    syncOptions: { initialSyncBehavior: overwrite-destination }
    removeSecretsOnDelete: true
`;
