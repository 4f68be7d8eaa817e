/** Packages that only the fleet needs are optional: who only deploys does not install them. */
import { EngineError } from "../../engines/engine.ts";

/** @throws EngineError that says what to install, where the package is not there */
export async function optional<Module>(names: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND";
    if (!isMissing) throw cause;
    throw new EngineError("engine-failed", `The fleet needs ${names}, which is not installed.`, {
      hint: `Install it beside this package: npm install ${names}`,
      cause,
    });
  }
}
