/** Lines for the user, which the engine shows under the resource that they are about. */
import grpc from "@grpc/grpc-js";
import { parseWarning } from "../engine/record/progress.ts";
import { engine, engineServices } from "./messages.ts";

export interface UserLog {
  tell(line: string, urn: string): void;
  /** Ends when all that was told has arrived: after the last answer, nobody may be there to show it. */
  arrived(): Promise<void>;
}

/** @param address of the engine, as it names itself to the plugins it starts */
export function createUserLog(address: string): UserLog {
  const client = new engineServices.EngineClient(address, grpc.credentials.createInsecure());
  let last = Promise.resolve();
  return {
    tell(line, urn) {
      const warning = parseWarning(line);
      const request = new engine.LogRequest();
      request.setSeverity(warning === undefined ? engine.LogSeverity.INFO : engine.LogSeverity.WARNING);
      request.setMessage(warning ?? line);
      request.setUrn(urn);
      // One after the other, in which order they are shown. Where the engine is gone there is nobody to tell.
      last = last.then(() => new Promise((resolve) => client.log(request, () => resolve())));
    },
    arrived: () => last,
  };
}
