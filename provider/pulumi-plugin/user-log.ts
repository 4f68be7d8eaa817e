/** Lines for the user, which the engine shows under the resource that they are about. */
import grpc from "@grpc/grpc-js";
import { parseWarning } from "../engine/record/progress.ts";
import { engine, engineServices } from "./messages.ts";

/** @param address of the engine, as it names itself to the plugins it starts */
export function createUserLog(address: string): (line: string, urn: string) => void {
  const client = new engineServices.EngineClient(address, grpc.credentials.createInsecure());
  return (line, urn) => {
    const warning = parseWarning(line);
    const request = new engine.LogRequest();
    request.setSeverity(warning === undefined ? engine.LogSeverity.INFO : engine.LogSeverity.WARNING);
    request.setMessage(warning ?? line);
    request.setUrn(urn);
    // Where the engine is gone there is nobody to tell.
    client.log(request, () => {});
  };
}
