/** What the command line asks for. */
import type { Job } from "../../../provider/infisical/control-plane/index.ts";
import { EngineError } from "../../engines/engine.ts";
import type { JobCommand, JobOptions } from "./options.ts";

/** A job of the instance, or what the engine does in its stead. */
export type JobRequest =
  | { command: JobCommand; execution: "native"; job: Job }
  | { command: "remove"; execution: "engine" };

/** @throws EngineError `invalid-config` */
export function requestOf(
  command: JobCommand,
  { behavior, execution }: Pick<JobOptions, "behavior" | "execution">,
): JobRequest {
  switch (command) {
    case "sync":
      return { command, execution: "native", job: { kind: "sync" } };
    case "import":
      if (behavior === undefined)
        throw new EngineError("invalid-config", "An import needs --behavior, which says which side wins.");
      return { command, execution: "native", job: { kind: "import", behavior } };
    case "remove":
      return execution === "engine"
        ? { command, execution }
        : { command, execution, job: { kind: "remove" } };
    default:
      return command satisfies never;
  }
}
