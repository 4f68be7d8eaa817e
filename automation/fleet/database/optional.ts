/** Packages that only the fleet needs are optional: who only deploys does not install them. */
import { createRequire } from "node:module";
import { lookUp } from "../../../provider/look-up.ts";
import { EngineError } from "../../engines/engine.ts";

const require = createRequire(import.meta.url);

/** @throws EngineError that says what to install, where the package is not there */
export async function optional<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw told(name, cause);
  }
}

/** Loads a package that comes with another one, for who cannot wait. @throws EngineError as `optional` does */
export function comesWith<Module>(name: string, inner: string): Module {
  try {
    // As that package finds it: not every package manager puts it where ours would.
    return createRequire(import.meta.resolve(name))(inner) as Module;
  } catch (cause) {
    throw told(name, cause);
  }
}

const MISSING: ReadonlySet<unknown> = new Set(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]);

const told = (name: string, cause: unknown): unknown =>
  cause instanceof Error && "code" in cause && MISSING.has(cause.code)
    ? new EngineError("engine-failed", `The fleet needs ${name}, which is not installed.`, {
        hint: `Install it beside this package: npm install ${allMissing(name).map(versioned).join(" ")}`,
        cause,
      })
    : cause;

/** What every fleet needs, whatever its database: who lacks one is told of all. */
const ALWAYS = ["pg-boss", "pino", "prom-client"];

const allMissing = (name: string): string[] => [
  ...new Set([name, ...ALWAYS.filter((each) => !isInstalled(each))]),
];

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** Where it has to be one version, that one. */
function versioned(name: string): string {
  const { peerDependencies } = require("external-infisical/package.json") as {
    peerDependencies: Record<string, string>;
  };
  const version = lookUp(peerDependencies, name) ?? "";
  return /^\d/.test(version) ? `${name}@${version}` : name;
}
