/** Places as policies name them. A text that no place could ever match is refused: the rule would guard nothing. */
import { z } from "zod";
import { normalPath } from "../../provider/normal-place.ts";

/** Globs of a place's parts; what the text leaves out is any. */
export interface PlaceGlob {
  project: string;
  environment: string;
  path: string;
}

const FORMS = /^[^:/]+(?::[^:/]+)?$|^[^:/]+(?::[^:/]+)?:\s*\/[^:]*$/;
/** Of names and folders, and of globs: nothing else stands in an environment's slug or in a folder's path. */
const NAMES = /^[\w\-./*?[\]{},^!]+$/;
const PROJECT = /^[0-9a-f-]{24,36}$|[*?[{]/i;

/** `environment`, `environment:/path`, `project:environment` or `project:environment:/path`. */
export const placeGlob = z
  .string()
  .trim()
  .regex(
    FORMS,
    "must be environment, environment:/path, project:environment or project:environment:/path; a path begins with /",
  )
  .transform((text, context): PlaceGlob => {
    const glob = parts(text);
    for (const message of problems(glob)) context.addIssue({ code: "custom", message });
    return glob;
  });

function parts(text: string): PlaceGlob {
  const names = text.split(":").map((part) => part.trim());
  const path = names.at(-1)?.startsWith("/") ? normalPath(names.pop() ?? "") : "/**";
  const [environment = "*", project = "*"] = names.reverse();
  return { project, environment, path };
}

function problems({ project, environment, path }: PlaceGlob): string[] {
  const all = [project, environment, ...path.split("/")];
  return [
    ...(PROJECT.test(project)
      ? []
      : [
          `"${project}" is no project: that is an id, not a name or slug, or a glob of ids. All of an environment is the environment alone`,
        ]),
    ...([project, environment, path].every((part) => NAMES.test(part))
      ? []
      : ["has characters in it that no environment and no folder has in its name"]),
    ...(all.some((part) => part === "." || part === "..") ? ["must have no . or .. in it"] : []),
    ...(all.some((part) => part.startsWith("!")) ? ["has a ! in it, but nothing is negated here"] : []),
  ];
}
