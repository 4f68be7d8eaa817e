// Inside one project of a seed: environments, folders, keys and imports.
import type { Revision } from "../revisions/revision.ts";
import { BODY_LIMIT, hasRoomFor, KEY_LIMIT } from "../secrets/secret-rules.ts";
import { DEFAULT_ENVIRONMENTS } from "../world.ts";
import { noEnvironment, type Tell } from "./seed-names.ts";
import type { ProjectSeed } from "./seed-schema.ts";

export const environmentsOf = ({ environments }: ProjectSeed): string[] =>
  (environments ?? DEFAULT_ENVIRONMENTS).map((one) => (typeof one === "string" ? one : one.slug));

/** @param tell takes paths from the project on */
export function checkProject(project: ProjectSeed, revision: Revision, tell: Tell): void {
  const slugs = environmentsOf(project);
  tellRepeated(slugs, (slug, index) => tell(["environments", index], `the slug "${slug}" already exists`));
  const tags = project.tags.map(({ slug }) => slug);
  tellRepeated(tags, (slug, index) => tell(["tags", index, "slug"], `the slug "${slug}" already exists`));
  const isThere = (slug: string) => slugs.includes(slug);
  for (const part of ["folders", "secrets"] as const)
    for (const slug of Object.keys(project[part]))
      if (!isThere(slug)) tell([part, slug], noEnvironment(slug));
  for (const [slug, byPath] of Object.entries(project.secrets))
    checkKeys(byPath, revision, (path, message) => tell(["secrets", slug, ...path], message));
  checkImports(project, isThere, revision, tell);
}

function checkKeys(byPath: ProjectSeed["secrets"][string], revision: Revision, tell: Tell): void {
  const seen = new Set<string>();
  for (const [path, secrets] of Object.entries(byPath)) {
    for (const [name, secret] of Object.entries(secrets)) {
      const key = name.trim();
      const refusal = revision.refuseKey(key);
      if (refusal)
        tell(
          [path, name],
          refusal.issues
            ? "as a key must have characters, but no : or /"
            : "is no key that the instance takes",
        );
      else if (!hasRoomFor(key)) tell([path, name], `as a key has more than ${KEY_LIMIT} characters`);
      const place = `${normal(path)}\n${key}`;
      if (seen.has(place)) tell([path, name], `the key "${key}" already exists in the folder`);
      seen.add(place);
      if (Buffer.byteLength(JSON.stringify([key, secret])) > BODY_LIMIT)
        tell([path, name], "is larger than any request may be, 1 MiB");
    }
  }
}

function checkImports(
  project: ProjectSeed,
  isThere: (slug: string) => boolean,
  revision: Revision,
  tell: Tell,
): void {
  const folders = new Set<string>();
  const add = (slug: string, path: string) => {
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1))
      folders.add(nameOf(slug, path.slice(0, end)));
    folders.add(nameOf(slug, "/"));
  };
  for (const slug of environmentsOf(project)) add(slug, "/");
  for (const [slug, paths] of Object.entries(project.folders)) for (const path of paths) add(slug, path);
  for (const [slug, byPath] of Object.entries(project.secrets))
    for (const path of Object.keys(byPath)) add(slug, normal(path));

  const seen = new Set<string>();
  project.imports.forEach(({ environment, secretPath, from }, index) => {
    const at = ["imports", index] as const;
    if (!isThere(environment)) tell([...at, "environment"], noEnvironment(environment));
    // Made when missing, as for secrets.
    add(environment, secretPath);
    const here = nameOf(environment, secretPath);
    const there = nameOf(from.environment, from.secretPath);
    if (!isThere(from.environment)) tell([...at, "from", "environment"], noEnvironment(from.environment));
    else if (!folders.has(there))
      tell(
        [...at, "from", "secretPath"],
        `there is no folder ${from.secretPath} in environment "${from.environment}"`,
      );
    if (here === there && !revision.takesAnyImport) tell([...at, "from"], "a folder cannot import itself");
    const pair = `${here}\n${there}`;
    if (seen.has(pair) && !revision.takesAnyImport) tell([...at, "from"], "this import already exists");
    seen.add(pair);
  });
}

const nameOf = (slug: string, path: string) => `${slug}:${path}`;
const normal = (path: string) => (path === "/" ? path : path.replace(/\/$/, ""));

function tellRepeated(names: readonly string[], tell: (name: string, index: number) => void): void {
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) tell(name, index);
  });
}
