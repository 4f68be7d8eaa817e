/** In the processes that run tests the package's names are its sources; what is compiled of them is kept for the next ones. */
import { enableCompileCache, registerHooks } from "node:module";
import manifest from "../../package.json" with { type: "json" };

const SOURCES = new Map(
  Object.entries(manifest.exports).flatMap(([name, exported]) => {
    if (typeof exported === "string") return [];
    const source = exported.default.replace("./dist/", "../../").replace(/\.js$/, ".ts");
    return [[name.replace(/^\./, manifest.name), new URL(source, import.meta.url).href] as const];
  }),
);

registerHooks({
  resolve: (specifier, context, next) => next(SOURCES.get(specifier) ?? specifier, context),
});
enableCompileCache();
