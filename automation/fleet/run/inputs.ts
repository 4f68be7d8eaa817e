import { lookUp } from "../../../provider/look-up.ts";
import { engineConnectionId } from "../../../provider/resources/connection/engine.ts";
import { isPlain, omit, present } from "../../../provider/resources/properties.ts";
import type { Properties } from "../../../provider/resources/resource.ts";
import { connectionArgs } from "../../../provider/schema.ts";
import { EngineError } from "../../engines/engine.ts";
import type { SyncRow } from "../rows/rows.ts";
import type { Logins } from "./secrets.ts";

/** The arguments of a sync with its connection's, as the resources want them. */
export function inputsOf(
  { project, name, declared }: Pick<SyncRow, "project" | "name" | "declared">,
  { connections }: Logins,
): Properties {
  const connection = lookUp(connections, declared.connection);
  if (!connection)
    throw new EngineError("invalid-config", `${project} has no connection "${declared.connection}".`);
  const parsed = connectionArgs.parse({ ...connection, name: declared.connection });
  return present({
    // Who cannot be reached now is asked again soon.
    ...omit(declared.args, ["onUnreachable"]),
    name,
    connectionId: engineConnectionId(parsed),
    connectionName: declared.connection,
    connectionExecution: parsed.execution,
    instanceUrl: parsed.instanceUrl,
    machineIdentityClientId: parsed.machineIdentityClientId,
    machineIdentityClientSecret: parsed.machineIdentityClientSecret,
    auth: parsed.auth,
    allowInsecureHttp: parsed.allowInsecureHttp,
    ...(isMarking(declared.args["syncOptions"]) && { stack: `${project}/fleet` }),
  });
}

const isMarking = (options: unknown): boolean => isPlain(options) && options["ownershipMark"] === true;
