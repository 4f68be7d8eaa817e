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
  defer(require, "./typescript-shim.js");
  // Up to version 3.270.
  defer(require, "@npmcli/arborist");
  defer(require, "./automation/index.js");
  // The packages that a function takes along, as those of this package do not. Its only function is exported anew at once.
  defer(require, "./runtime/closure/codePaths.js", (load) => ({
    computeCodePaths: (...args: unknown[]) =>
      Reflect.apply(Reflect.get(load(), "computeCodePaths"), null, args),
  }));
  // The module asks for spans, also where nothing is traced; these are what OpenTelemetry gives then.
  const newSpan = (name: string) => require("@opentelemetry/api").trace.getTracer("-").startSpan(name);
  defer(require, "./cmd/run/tracing.js", () => ({ newSpan }));
}

/**
 * The same for what is needed only where program and provider are processes of their own, as few are: for processes that run
 * no programs of others, which might use the modules themselves.
 */
export function deferTransport(from: string): void {
  const sdk = resolved(createRequire(from), "@pulumi/pulumi/package.json");
  if (sdk === undefined) return;
  const require = createRequire(sdk);
  defer(require, "@grpc/grpc-js", (load) => ({
    makeGenericClientConstructor: lateClients(load as () => Grpc),
  }));
  // Compares the versions of providers that are referred to.
  defer(require, "semver");
}

type Client = new (...args: unknown[]) => object;
interface Grpc {
  makeGenericClientConstructor(service: object, ...more: unknown[]): Client;
}

/** The modules of messages make classes of clients while they are loaded. */
function lateClients(load: () => Grpc): Grpc["makeGenericClientConstructor"] {
  return (service, ...more) => {
    const standIn: Client = class {};
    let made: Client | undefined;
    const construct = (_: object, args: unknown[]): object => {
      made ??= load().makeGenericClientConstructor(service, ...more);
      return new made(...args);
    };
    return new Proxy<Client>(standIn, {
      construct,
      get: (_, key) => (key === "service" ? service : undefined),
    });
  };
}

/** Puts a stand-in where the module will be looked for. Use of an export that is not one of `early` loads the module. */
function defer(
  require: NodeJS.Require,
  name: string,
  early: (load: () => object) => object = () => ({}),
): void {
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
  const known: Record<string | symbol, unknown> = { ...early(load), __esModule: true };
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
