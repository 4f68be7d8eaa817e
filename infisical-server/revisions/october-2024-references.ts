// References as the backend of October 2024 expands them: what is found is put into the whole text as a replacement string
// of JavaScript (`$$`, `$&`), and looked through for more. That backend works at all secrets of a list at once, with one
// expression that remembers where it was, and so leaves references within references to chance; here one secret follows the
// other, which is how it answers for a single one.
import { posix } from "node:path";
import { can, membershipOf } from "../auth/permissions.ts";
import { findFolder, pathOf } from "../folders/folders.ts";
import { ApiError, forbidden } from "../http/errors.ts";
import type { Folder, Identity, World } from "../model.ts";
import type { Expander } from "../secrets/references.ts";

const MAX_DEPTH = 10;
const reference = () => /\$\{([^}]+)\}/g;

/** That table is a plain object: `${toString}` is in it, too. */
const OF_EVERY_OBJECT: Readonly<Record<string, string>> = {};

interface Place {
  environment: string;
  secretPath: string;
}

export function createExpander(_world: World, reader: Identity): Expander {
  let failure: ApiError | undefined;
  return {
    expand({ value, skipMultilineEncoding }, [home]) {
      if (!home || !reference().test(value)) return value;
      try {
        const expanded = expand(value, home, reader);
        if (!skipMultilineEncoding || !expanded.includes("\n")) return expanded;
        return `"${expanded.replaceAll("\n", "\\n")}"`;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        failure = error;
        return value;
      }
    },
    throwIfDenied(answer) {
      if (answer === "secret" && failure) throw failure;
    },
  };
}

function expand(value: string, home: Folder, reader: Identity): string {
  const { project } = home.environment;
  const membership = membershipOf(reader, project);
  const pattern = reference();
  let expanded = value;

  const find = (key: string, place: Place): string => {
    if (!can(membership, "readValue", place))
      throw forbidden(
        `You are attempting to reference secret named ${key} from environment ${place.environment} in path ${place.secretPath} which you do not have access to.`,
      );
    const environment = project.environments.get(place.environment);
    const names = place.secretPath.split("/").filter(Boolean);
    const folder = environment && findFolder(environment, `/${names.join("/")}`);
    // It puts what it has found into a table that it has made for folders that are there.
    if (!folder) throw new ApiError(500, "InternalServerError", "Something went wrong");
    return folder.secrets.get(key)?.value ?? OF_EVERY_OBJECT[key] ?? "";
  };

  const stack = [
    { text: value, depth: 0, place: { environment: home.environment.slug, secretPath: pathOf(home) } },
  ];
  for (let top = stack.pop(); top; top = stack.pop()) {
    if (top.depth > MAX_DEPTH) continue;
    for (const written of top.text.match(pattern) ?? []) {
      const { key, place } = read(written, top.place);
      const found = find(key, place);
      // The pattern goes on where the text before it was found to have a reference.
      if (pattern.test(found)) stack.push({ text: found, depth: top.depth + 1, place });
      if (found !== "") expanded = expanded.replaceAll(written, found);
    }
  }
  return expanded;
}

/** `${KEY}` is in the place of the text, `${environment.folder.KEY}` wherever it says. */
function read(written: string, from: Place): { key: string; place: Place } {
  const parts = written.slice(2, -1).trim().split(".");
  const key = parts.pop() ?? "";
  const [environment, ...folders] = parts;
  if (environment === undefined) return { key, place: from };
  return { key, place: { environment, secretPath: posix.join("/", ...folders) } };
}
