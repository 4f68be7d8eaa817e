/** Names of projects and stacks, by Pulumi's own rules. */
import { EngineError } from "./engine.ts";

/** What Pulumi takes; `.` and `..` it takes too, but they name other folders where the state is kept in files. */
export const NAME = /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,100}$/;

export const NAME_RULE = "up to 100 letters, digits, hyphens, underscores and periods, and not . or ..";

export const isName = (text: string): boolean => NAME.test(text);

/** @throws EngineError `invalid-config` */
export function requireProjectName(name: string): void {
  if (isName(name)) return;
  throw new EngineError("invalid-config", `"${name}" is no name of a project.`, {
    hint: `Allowed are ${NAME_RULE}.`,
  });
}

/** The organization that there is where the state is kept in files. */
const OWN = "organization";

/**
 * The name by which engines know a stack: `organization/<project>/<stack>` is the same one as `<stack>`. Another
 * organization is one of a backend that has such, and stays in the name.
 *
 * @param project of the folder or file, if it is known
 * @throws EngineError `invalid-config`
 */
export function stackName(text: string, project?: string): string {
  const parts = text.split("/");
  const [organization, named] = parts.length > 1 ? parts : [OWN];
  if (parts.length > 3 || !parts.every(isName))
    throw new EngineError("invalid-config", `"${text}" is no name of a stack.`, {
      hint: `Allowed are ${NAME_RULE}; also organization/<project>/<stack>.`,
    });
  if (parts.length === 3 && project !== undefined && named !== project)
    throw new EngineError("invalid-config", `The stack ${text} is of another project than "${project}".`, {
      hint: "Name the folder or file of that project.",
    });
  return organization === OWN ? (parts.at(-1) ?? text) : text;
}

/** The same where the state is kept in files, and no organization is in it. @throws EngineError `invalid-config` */
export function nameInFiles(text: string, project: string): string {
  const name = stackName(text, project);
  if (!name.includes("/")) return name;
  throw new EngineError("invalid-config", `Where the state is kept in files there is no stack "${text}".`, {
    hint: `Name it <stack> or organization/${project}/<stack>; allowed are ${NAME_RULE}.`,
  });
}
