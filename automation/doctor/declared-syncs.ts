/** The syncs to examine: those that a syncs.yaml declares, else those that the state has. */
import { secretSyncInputs } from "../../provider/resources/secret-sync/inputs.ts";
import type { StackHandle } from "../engines/engine.ts";
import { recordedSyncs } from "../recorded/syncs.ts";
import type { Session } from "../session.ts";
import { resolveSecrets } from "../syncs/secrets.ts";
import { loadSyncsFile } from "../syncs-file.ts";
import type { Target } from "../target.ts";

export interface DeclaredSync {
  /** Of the resource. */
  name: string;
  inputs: Record<string, unknown>;
}

export async function declaredSyncs(
  target: Target,
  stack: Pick<StackHandle, "exportStack" | "getAllConfig">,
  environment: Readonly<Record<string, string | undefined>>,
  { redactor }: Pick<Session, "redactor">,
): Promise<DeclaredSync[]> {
  if (target.kind === "folder")
    return recordedSyncs(await stack.exportStack(), redactor.add).map(({ resource, outputs }) => ({
      name: resource,
      inputs: outputs,
    }));
  const file = await loadSyncsFile(target.file);
  const config = await stack.getAllConfig();
  const secrets = await resolveSecrets(file, { environment, folder: target.folder, config });
  return [...file.syncs].map(([name, { connection: connectionName, ...sync }]) => {
    const connection = file.connections.get(connectionName);
    return {
      name,
      inputs: {
        ...sync,
        name,
        connectionName,
        // Known after a deployment only, and not asked for here.
        connectionId: connectionName,
        instanceUrl: connection?.instanceUrl,
        machineIdentityClientId: connection?.machineIdentityClientId,
        machineIdentityClientSecret: secrets.get(`connections.${connectionName}.machineIdentityClientSecret`),
        allowInsecureHttp: connection?.allowInsecureHttp,
        connectionExecution: connection?.execution,
      },
    };
  });
}

/** Native syncs whose connection is known by its id alone have no destination that could be examined from here. */
export const examinable = ({ inputs }: DeclaredSync) => secretSyncInputs.safeParse(inputs).data;
