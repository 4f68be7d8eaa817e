/** Places as policies name them. A text that no place could ever match is refused: the rule would guard nothing. */
import { z } from "zod";
import { literalsOf, nameProblem, pathProblem, withTops } from "../../provider/globs.ts";
import { normalPath } from "../../provider/normal-place.ts";

/** Globs of a place's parts; what the text leaves out is any. */
interface Parts {
  project: string;
  environment: string;
  path: string;
}

export interface PlaceGlob extends Omit<Parts, "path"> {
  /** A path is in the place that is matched by any of them. */
  paths: readonly string[];
}

const FORMS = /^[^:/]+(?::[^:/]+)?$|^[^:/]+(?::[^:/]+)?:\s*\/[^:]*$/;
const WHOLE_ID = /^[0-9a-f-]{24,36}$/i;
/** What ids and slugs are made of, whatever the version (data-plane §6.3). */
const ID = /^[0-9a-f-]*$/i;
const SLUG = /^[\w-]*$/;

/** `environment`, `environment:/path`, `project:environment` or `project:environment:/path`. */
export const placeGlob = z
  .string()
  .trim()
  .regex(
    FORMS,
    "must be environment, environment:/path, project:environment or project:environment:/path; a path begins with /",
  )
  .transform((text, context): PlaceGlob => {
    const { path, ...rest } = parts(text);
    for (const message of problems({ path, ...rest })) context.addIssue({ code: "custom", message });
    return { ...rest, paths: withTops(path) };
  });

function parts(text: string): Parts {
  const names = text.split(":").map((part) => part.trim());
  const path = names.at(-1)?.startsWith("/") ? normalPath(names.pop() ?? "") : "/**";
  const [environment = "*", project = "*"] = names.reverse();
  return { project, environment, path };
}

function problems({ project, environment, path }: Parts): string[] {
  const wrong = nameProblem([project, environment, ...path.split("/")]);
  if (wrong !== undefined) return [wrong];
  const wrongPath = pathProblem(path);
  const isId = ID.test(literalsOf(project)) && (WHOLE_ID.test(project) || /[*?[{]/.test(project));
  return [
    ...(isId
      ? []
      : [
          `"${project}" is no project: that is an id, not a name or slug, or a glob of ids. All of an environment is the environment alone`,
        ]),
    ...(SLUG.test(literalsOf(environment))
      ? []
      : [
          `"${environment}" has characters in it that no environment has in its slug: those are letters, digits and hyphens`,
        ]),
    ...(wrongPath === undefined ? [] : [wrongPath]),
  ];
}
