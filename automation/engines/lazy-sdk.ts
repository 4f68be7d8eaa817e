/**
 * The SDK loads at once what it needs only to turn functions into text (TypeScript, and in older versions a package
 * manager of some hundred modules), to trace programs, and to run the CLI (its Automation API). That is most of its start, so it is
 * loaded when first used instead. Only for processes that are this package's own: a program that uses the package as a
 * library keeps its SDK as it is.
 */
import { createRequire, Module } from "node:module";

/** Arranges it for the SDK that the module `from` (a path or file URL) sees; to be called before that is loaded. */
export function deferHeavyModules(from: string): void {
  const sdk = resolved(createRequire(from), "@pulumi/pulumi/package.json");
  if (sdk === undefined) return;
  const require = createRequire(sdk);
  defer(require, "./typescript-shim.js", {});
  // Up to version 3.270.
  defer(require, "@npmcli/arborist", {});
  defer(require, "./automation/index.js", {});
  // The module asks for spans, also where nothing is traced; these are what OpenTelemetry gives then.
  const newSpan = (name: string) => require("@opentelemetry/api").trace.getTracer("-").startSpan(name);
  defer(require, "./cmd/run/tracing.js", { newSpan });
}

/** Puts a stand-in where the module will be looked for. Use of an export that is not in `early` loads the module. */
function defer(require: NodeJS.Require, name: string, early: Record<string, unknown>): void {
  const path = resolved(require, name);
  // Another version of the SDK may do without it, and what is loaded already costs nothing.
  if (path === undefined || require.cache[path]) return;
  const standIn = new Module(path);
  let real: object | undefined;
  const load = (): object => {
    if (real) return real;
    if (require.cache[path] === standIn) delete require.cache[path];
    real = require(path) as object;
    return real;
  };
  // Compiled imports take such exports as they are, and would copy those of others one by one.
  const known: Record<string | symbol, unknown> = { ...early, __esModule: true };
  standIn.filename = path;
  standIn.loaded = true;
  standIn.exports = new Proxy(class {}, {
    get: (_, key) => (!real && Object.hasOwn(known, key) ? known[key] : Reflect.get(load(), key)),
    has: (_, key) => Reflect.has(load(), key),
    // An ES module that imports it is given the exports that are its own.
    getOwnPropertyDescriptor: (_, key) => {
      const found = Reflect.getOwnPropertyDescriptor(load(), key);
      return found && { ...found, configurable: true };
    },
    construct: (_, args, target) => Reflect.construct(load() as never, args, target),
  });
  require.cache[path] = standIn;
}

function resolved(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}
