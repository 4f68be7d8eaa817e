/** The answers as a declaration, and as the inputs of a first run. */
import type { Properties } from "../../../provider/resources/resource.ts";
import { type SecretSyncInputs, secretSyncInputs } from "../../../provider/resources/sync/inputs.ts";
import { type Args, type Declaration, needsInsecureHttp } from "../declare/declaration.ts";
import type { Answers } from "./questions.ts";

/**
 * @param all what was answered to each sync; the instances are the same
 * @param project name of the Pulumi project
 */
export function declarationOf(
  all: readonly [Answers, ...Answers[]],
  project: string,
  allowInsecureHttp: boolean,
): Declaration {
  const [answers] = all;
  const { sourceUrl, sourceClientId, connectionName } = answers;
  const isInsecure = (url: string) => allowInsecureHttp && needsInsecureHttp(url);
  return {
    project,
    source: { host: sourceUrl, clientId: sourceClientId, allowInsecureHttp: isInsecure(sourceUrl) },
    connections: [
      {
        name: connectionName,
        args: {
          execution: answers.execution === "native" ? "native" : undefined,
          instanceUrl: answers.destinationUrl,
          machineIdentityClientId: answers.destinationClientId,
          allowInsecureHttp: isInsecure(answers.destinationUrl) || undefined,
        },
      },
    ],
    syncs: all.map((each) => ({ name: each.name, connection: connectionName, args: syncArgs(each) })),
    isTakenOver: false,
  };
}

/** What the connection would be deployed with. */
export const connectionInputs = (answers: Answers, allowInsecureHttp: boolean): Properties => ({
  name: answers.connectionName,
  execution: answers.execution,
  ...credentials(answers, allowInsecureHttp),
});

/** What the sync would be deployed with. */
export const inputsOf = (answers: Answers, allowInsecureHttp: boolean): SecretSyncInputs =>
  secretSyncInputs.parse({
    ...syncArgs(answers),
    name: answers.name,
    connectionId: answers.connectionName,
    connectionName: answers.connectionName,
    connectionExecution: answers.execution,
    ...credentials(answers, allowInsecureHttp),
  });

const credentials = (answers: Answers, allowInsecureHttp: boolean) => ({
  instanceUrl: answers.destinationUrl,
  machineIdentityClientId: answers.destinationClientId,
  machineIdentityClientSecret: answers.destinationClientSecret,
  allowInsecureHttp,
});

/** Defaults are left out, but not what was asked about keys of others. */
const syncArgs = (answers: Answers): Args => ({
  description: answers.description || undefined,
  projectId: answers.sourceProjectId,
  environment: answers.sourceEnvironment,
  secretPath: answers.sourceSecretPath,
  destinationConfig: {
    projectId: answers.destinationProjectId,
    environment: answers.destinationEnvironment,
    secretPath: answers.destinationSecretPath,
  },
  isAutoSyncEnabled: answers.autoSync === "no" ? false : undefined,
  syncOptions: {
    initialSyncBehavior: answers.initialSyncBehavior,
    includeAllSubFolders: answers.includeAllSubFolders === "yes" || undefined,
    disableSecretDeletion: answers.disableSecretDeletion === "yes" || undefined,
    unownedKeys: answers.unownedKeys,
  },
});
