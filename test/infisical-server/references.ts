// Contract §12.
import { forbidden } from "./errors.ts";
import { findFolder, pathOf } from "./folders.ts";
import type { Folder, Identity, Project, Secret, World } from "./model.ts";
import { can, targetOf } from "./permissions.ts";

const REFERENCE = /\$\{([@a-zA-Z0-9_.-]+)\}/g;
const MAX_DEPTH = 10;

export interface Expander {
  /** `scopes`: the folders in which a local reference is looked up, in order. */
  expand(secret: Pick<Secret, "value" | "skipMultilineEncoding">, scopes: readonly Folder[]): string;
  /** Call after the last expansion: one unreadable target fails the whole answer. */
  throwIfDenied(): void;
}

export function createExpander(world: World, identity: Identity): Expander {
  const unreadable: { environment: string; secretPath: string; secretKey: string }[] = [];

  const replace = (value: string, scopes: readonly Folder[], chain: readonly Secret[]): string =>
    value.replace(REFERENCE, (text, name: string) => {
      const target = resolve(world, name, scopes);
      // A missing target, a circle and too deep a chain leave the text as it is.
      if (!target || chain.includes(target) || chain.length >= MAX_DEPTH) return text;
      if (!isReadable(identity, target)) {
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

function resolve(world: World, name: string, scopes: readonly Folder[]): Secret | undefined {
  const parts = name.split(".");
  if (parts.length === 1) {
    for (const scope of scopes) {
      const found = scope.secrets.get(name);
      if (found) return found;
    }
    return undefined;
  }
  const project = name.startsWith("@")
    ? world.projectsBySlug.get((parts.shift() ?? "").slice(1))
    : projectOf(scopes);
  const environment = project?.environments.get(parts.shift() ?? "");
  const key = parts.pop();
  if (!environment || key === undefined) return undefined;
  return findFolder(environment, `/${parts.join("/")}`)?.secrets.get(key);
}

const projectOf = (scopes: readonly Folder[]): Project | undefined => scopes[0]?.environment.project;

function isReadable(identity: Identity, secret: Secret): boolean {
  const { environment } = secret.folder;
  const membership = environment.project.memberships.get(identity.id);
  const target = targetOf(environment, pathOf(secret.folder), secret.key);
  return membership !== undefined && can(membership, "readValue", target);
}
