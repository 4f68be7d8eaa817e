/** The syncs to examine: those that a syncs.yaml declares, else those that the state has. */
import type { Properties } from "../../../provider/resources/resource.ts";
import { secretSyncInputs } from "../../../provider/resources/sync/inputs.ts";
import type { StackHandle } from "../../engines/engine.ts";
import { recordedSyncs } from "../../stack/recorded-syncs.ts";
import { loadSyncsFile } from "../../stack/syncs-file.ts";
import type { Target } from "../../stack/target.ts";
import { resolveSecrets } from "../../syncs/secrets.ts";
import type { Session } from "../../terminal/session.ts";

export interface DeclaredSync {
  /** Of the resource. */
  name: string;
  inputs: Properties;
  /** Outputs of its connection, where that is an object of the instance and on record. */
  connection?: Properties;
}

export async function declaredSyncs(
  target: Target,
  stack: Pick<StackHandle, "exportStack" | "getAllConfig">,
  environment: Readonly<Record<string, string | undefined>>,
  { redactor }: Pick<Session, "redactor">,
): Promise<DeclaredSync[]> {
  const recorded = recordedSyncs(await stack.exportStack(), redactor.add);
  if (target.kind === "folder")
    return recorded.map(({ resource, outputs, connection }) => ({
      name: resource,
      inputs: outputs,
      ...(connection && { connection }),
    }));
  const file = await loadSyncsFile(target.file);
  const config = await stack.getAllConfig();
  const secrets = await resolveSecrets(file, { environment, folder: target.folder, config });
  return [...file.syncs].map(([name, { connection: connectionName, ...sync }]) => {
    const connection = file.connections.get(connectionName);
    // Objects of the instance that were deployed are looked at by their ids, whatever they are called now.
    const known = recorded.find(({ resource, execution }) => resource === name && execution === "native");
    return {
      name,
      ...(known?.connection && { connection: known.connection }),
      inputs: {
        ...sync,
        name,
        connectionName,
        // Known after a deployment only, and not asked for here.
        connectionId: known?.outputs["connectionId"] ?? connectionName,
        ...(known && { syncId: known.id }),
        instanceUrl: connection?.instanceUrl,
        machineIdentityClientId: connection?.machineIdentityClientId,
        machineIdentityClientSecret: secrets.get(`connections.${connectionName}.machineIdentityClientSecret`),
        auth: connection?.auth,
        allowInsecureHttp: connection?.allowInsecureHttp,
        connectionExecution: connection?.execution,
      },
    };
  });
}

/** Native syncs whose connection is known by its id alone have no destination that could be examined from here. */
export const examinable = ({ inputs }: DeclaredSync) => secretSyncInputs.safeParse(inputs).data;
