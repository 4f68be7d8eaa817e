/** Patterns of hosts, places and keys. */
import { minimatch } from "minimatch";
import type { Place } from "../report/sync-review.ts";

/** Plain globs: `!` and `#` at the beginning mean themselves, and names that begin with a dot are names. */
const OPTIONS = { dot: true, nonegate: true, nocomment: true, noext: true } as const;

/** Key names, whatever their case. */
export const matchesKey = (key: string, globs: readonly string[]): boolean =>
  globs.some((glob) => minimatch(key, glob, { ...OPTIONS, nocase: true }));

/** A host with its port, unless that is the usual one. */
export const matchesHost = (url: string, glob: string): boolean => {
  const { host } = new URL(url);
  return minimatch(host, hostOf(glob), { ...OPTIONS, nocase: true });
};

/** People write URLs for hosts. */
const hostOf = (glob: string): string => glob.replace(/^https?:\/\//i, "").replace(/\/+$/, "");

/**
 * Places as `environment`, `environment:/path` or `project:environment:/path`; what is left out is any. `/a/**`
 * has `/a` in it too.
 */
export const matchesPlace = (
  { projectId, environment, secretPath }: Place,
  globs: readonly string[],
): boolean =>
  globs.some((glob) => {
    const { project, environment: slug, path } = parts(glob);
    const paths = path.endsWith("/**") ? [path, path.slice(0, -3) || "/"] : [path];
    return (
      minimatch(projectId, project, OPTIONS) &&
      minimatch(environment, slug, { ...OPTIONS, nocase: true }) &&
      paths.some((each) => minimatch(secretPath, each, OPTIONS))
    );
  });

function parts(glob: string): { project: string; environment: string; path: string } {
  const [first = "*", second, third] = glob.split(":");
  if (third !== undefined) return { project: first, environment: second ?? "*", path: third };
  if (second === undefined) return { project: "*", environment: first, path: "/**" };
  return second.startsWith("/")
    ? { project: "*", environment: first, path: second }
    : { project: first, environment: second, path: "/**" };
}
