/** pulumirpc.Engine: messages of the program and the provider, and the root resource. */
import type { Diagnostic } from "../../engine.ts";
import type { EngineMessages, Handler } from "../protocol/sdk.ts";
import type { Run } from "../steps/run.ts";

export function engineHandlers(run: Run): Record<string, Handler> {
  let root = "";
  const { GetRootResourceResponse, SetRootResourceResponse, RequirePulumiVersionResponse } = run.sdk.engine;
  return {
    log(request: EngineMessages.LogRequest) {
      const severity = SEVERITIES[request.getSeverity()];
      if (severity && !request.getEphemeral()) {
        run.events.diagnose(severity, request.getMessage().trimEnd(), request.getUrn());
      }
      return run.sdk.empty();
    },
    getRootResource: () => new GetRootResourceResponse().setUrn(root),
    setRootResource(request: EngineMessages.SetRootResourceRequest) {
      root = request.getUrn();
      return new SetRootResourceResponse();
    },
    requirePulumiVersion: () => new RequirePulumiVersionResponse(),
    startDebugging: () => run.sdk.empty(),
  };
}

/** By pulumirpc.LogSeverity; debug messages are left out. */
const SEVERITIES: readonly (Diagnostic["severity"] | undefined)[] = [undefined, "info", "warning", "error"];
