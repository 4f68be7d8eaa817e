import type { World } from "./world.ts";

/** A sync of a folder as a syncs.yaml has it. @param head what stands before its connections; @param rest of the sync */
export const syncsYaml = (
  { source, destination }: World,
  { head, rest }: { head: string; rest: string },
): string => `${head}
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
    ${rest}
`;
