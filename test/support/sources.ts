/**
 * In the processes that run tests the package's names are its sources; what is compiled of them is kept for the next ones.
 * Vitest is told of every import, which takes longer than finding the file, and of use where it watches the files.
 */
import { enableCompileCache, registerHooks } from "node:module";
import manifest from "../../package.json" with { type: "json" };

const SOURCES = new Map(
  Object.entries(manifest.exports).flatMap(([name, exported]) => {
    if (typeof exported === "string") return [];
    const source = exported.default.replace("./dist/", "../../").replace(/\.js$/, ".ts");
    return [[name.replace(/^\./, manifest.name), new URL(source, import.meta.url).href] as const];
  }),
);

const isWatching = process.env["VITEST_MODE"] === "WATCH";

registerHooks({
  resolve(specifier, context, next) {
    if (!isWatching && /^\..*\.ts$/.test(specifier) && context.parentURL)
      return {
        url: new URL(specifier, context.parentURL).href,
        format: "module-typescript",
        shortCircuit: true,
      };
    return next(SOURCES.get(specifier) ?? specifier, context);
  },
});
enableCompileCache();
