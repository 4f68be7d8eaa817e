/** Loaded into the processes of the program and of the provider before the SDK, of which their script is a file. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { deferHeavyModules } from "../../lazy-sdk.ts";

// A report of a crash lists the environment, where secrets stand.
process.report.excludeEnv = true;
endWithParent();
const script = process.argv[1] ?? "";
deferHeavyModules(script);
leaveSourceMapsAside(script);

/** The pipe to standard input closes when the process that started this one is gone, however it went. */
function endWithParent(): void {
  const input: { unref?(): void } = process.stdin
    .on("error", () => {})
    .on("end", () => process.exit(1))
    .resume();
  input.unref?.();
}

/** The SDK takes a stack trace with every promise, and would read the maps of its own sources for that. */
function leaveSourceMapsAside(file: string): void {
  const load = createRequire(file);
  const folder = dirname(load.resolve("@pulumi/pulumi/package.json"));
  const none = { url: "", map: { version: 3, sources: [], names: [], mappings: "" } };
  const support: SourceMapSupport = load("source-map-support");
  support.install({ retrieveSourceMap: (source) => (source.startsWith(folder) ? none : null) });
}

interface SourceMapSupport {
  install(options: { retrieveSourceMap(source: string): { url: string; map: object } | null }): void;
}
