/** Patterns of hosts, places and keys. */
import { minimatch } from "minimatch";
import { pathBelow } from "../../provider/engine/tree-key.ts";
import { keyMatcher, GLOB as OPTIONS } from "../../provider/globs.ts";
import { hostOf } from "../../provider/hosts.ts";
import type { Place } from "../review/sync-review.ts";
import type { PlaceGlob } from "./places.ts";

/** Key names, as filters match them. */
export const matchesKey = (key: string, globs: readonly string[]): boolean => keyMatcher(globs)(key);

/** The host of a URL, with its port, unless that is the usual one. */
export const matchesHost = (url: string, glob: string): boolean =>
  minimatch(hostOf(url), glob, { ...OPTIONS, nocase: true });

export const matchesPlace = (
  { projectId, environment, secretPath }: Place,
  globs: readonly PlaceGlob[],
): boolean =>
  globs.some(
    ({ project, environment: slug, paths }) =>
      minimatch(projectId, project, { ...OPTIONS, nocase: true }) &&
      minimatch(environment, slug, { ...OPTIONS, nocase: true }) &&
      paths.some((path) => minimatch(secretPath, path, OPTIONS)),
  );

/** Nobody knows which folders a tree will have: all that there could be must be in one place that is named. */
export const matchesWholly = (place: Place, globs: readonly PlaceGlob[]): boolean =>
  globs.some((glob) =>
    (place.isTree ? ["", "-", "-/-"] : [""]).every((folder) =>
      matchesPlace({ ...place, secretPath: pathBelow(place.secretPath, folder) }, [glob]),
    ),
  );
