// Contract §12.

import { can, targetOf } from "../auth/permissions.ts";
import { findFolder, pathOf } from "../folders/folders.ts";
import { forbidden } from "../http/errors.ts";
import type { Folder, Identity, Project, Secret, World } from "../model.ts";

const REFERENCE = /\$\{([@a-zA-Z0-9_.-]+)\}/g;
const MAX_DEPTH = 10;

export interface Expander {
  /** `scopes`: the folders in which a local reference is looked up, in order. */
  expand(secret: Pick<Secret, "value" | "skipMultilineEncoding">, scopes: readonly Folder[]): string;
  /** Call after the last expansion: one unreadable target fails the whole answer, of a list or of one secret. */
  throwIfDenied(answer: "list" | "secret"): void;
}

/** @param reader an identity with its rights, or what decides instead of rights; it may throw */
export function createExpander(world: World, reader: Identity | ((target: Secret) => boolean)): Expander {
  const mayRead = typeof reader === "function" ? reader : (target: Secret) => isReadable(reader, target);
  const unreadable: { environment: string; secretPath: string; secretKey: string }[] = [];

  const replace = (value: string, scopes: readonly Folder[], chain: readonly Secret[]): string =>
    value.replace(REFERENCE, (text, name: string) => {
      const target = resolve(world, name, scopes);
      // A missing target, a circle and too deep a chain leave the text as it is.
      if (!target || chain.includes(target) || chain.length >= MAX_DEPTH) return text;
      if (!mayRead(target)) {
        unreadable.push({
          environment: target.folder.environment.slug,
          secretPath: pathOf(target.folder),
          secretKey: target.key,
        });
        return text;
      }
      return replace(target.value, [target.folder], [...chain, target]);
    });

  return {
    expand(secret, scopes) {
      if (!secret.value.includes("${")) return secret.value;
      const expanded = replace(secret.value, scopes, []);
      if (!secret.skipMultilineEncoding || !expanded.includes("\n")) return expanded;
      return `"${expanded.replaceAll("\n", "\\n")}"`;
    },
    throwIfDenied() {
      if (unreadable.length === 0) return;
      throw forbidden(
        "Failed to expand secret references: no read access to a target",
        "ForbiddenReadSecretError",
        unreadable,
      );
    },
  };
}

/** The folders that a value's references name, without the value's own; a local reference names none. */
export function referencedFolders(world: World, { value, folder }: Secret): Folder[] {
  if (!value.includes("${")) return [];
  return [...value.matchAll(REFERENCE)].flatMap(([, name = ""]) => {
    return locate(world, name, folder.environment.project)?.folder ?? [];
  });
}

function resolve(world: World, name: string, scopes: readonly Folder[]): Secret | undefined {
  if (name.includes(".")) {
    const found = locate(world, name, projectOf(scopes));
    return found?.folder.secrets.get(found.key);
  }
  for (const scope of scopes) {
    const found = scope.secrets.get(name);
    if (found) return found;
  }
  return undefined;
}

/** Where a reference with an environment points. */
function locate(world: World, name: string, own: Project | undefined) {
  const parts = name.split(".");
  if (parts.length === 1) return undefined;
  const project = name.startsWith("@") ? world.projectsBySlug.get((parts.shift() ?? "").slice(1)) : own;
  const environment = project?.environments.get(parts.shift() ?? "");
  const key = parts.pop();
  const folder = environment && findFolder(environment, `/${parts.join("/")}`);
  return folder && key !== undefined ? { folder, key } : undefined;
}

const projectOf = (scopes: readonly Folder[]): Project | undefined => scopes[0]?.environment.project;

function isReadable(identity: Identity, secret: Secret): boolean {
  const { environment } = secret.folder;
  const membership = environment.project.memberships.get(identity.id);
  const target = targetOf(environment, pathOf(secret.folder), secret.key);
  return membership !== undefined && can(membership, "readValue", target);
}
