/** Patterns of hosts, places and keys. */
import { braceExpand, minimatch } from "minimatch";
import { hostOf } from "../../provider/hosts.ts";
import type { Place } from "../review/sync-review.ts";
import type { PlaceGlob } from "./places.ts";

/** Plain globs: `!` and `#` at the beginning mean themselves, and names that begin with a dot are names. */
const OPTIONS = { dot: true, nonegate: true, nocomment: true, noext: true } as const;

/** Key names, whatever their case. */
export const matchesKey = (key: string, globs: readonly string[]): boolean =>
  globs.some((glob) => minimatch(key, glob, { ...OPTIONS, nocase: true }));

/** The host of a URL, with its port, unless that is the usual one. */
export const matchesHost = (url: string, glob: string): boolean =>
  minimatch(hostOf(url), glob, { ...OPTIONS, nocase: true });

/** `/a/**` has `/a` in it too, also as one of several in braces. */
export const matchesPlace = (
  { projectId, environment, secretPath }: Place,
  globs: readonly PlaceGlob[],
): boolean =>
  globs.some(({ project, environment: slug, path }) => {
    const paths = braceExpand(path).flatMap((one) => {
      const top = one.replace(/(?:\/\*\*)+$/, "");
      return top === one ? [one] : [one, top || "/"];
    });
    return (
      minimatch(projectId, project, { ...OPTIONS, nocase: true }) &&
      minimatch(environment, slug, { ...OPTIONS, nocase: true }) &&
      paths.some((each) => minimatch(secretPath, each, OPTIONS))
    );
  });
