import { can, hasKeyRules, membershipOf, requireCan } from "../auth/permissions.ts";
import type { Context } from "../context.ts";
import { findFault } from "../faults/faults.ts";
import { findFolder, type PlacedFolder, walkFolders } from "../folders/folders.ts";
import { environmentBySlug, folderAt } from "../http/lookup.ts";
import type { RequestState } from "../http/request-state.ts";
import type { Imported, Shown } from "../imports/secret-imports.ts";
import type { Membership, Project, Secret, SecretMetadata } from "../model.ts";
import { importedView, type Rendering, readView } from "./secret-view.ts";

export interface ListInput {
  apiVersion: 3 | 4;
  project: Project;
  environment: string;
  secretPath: string;
  viewSecretValue: boolean;
  expandSecretReferences: boolean;
  recursive: boolean;
  includeImports: boolean;
  tagSlugs: readonly string[] | undefined;
  metadataFilter: readonly Pick<SecretMetadata, "key" | "value">[] | undefined;
}

/** Contract §10.1 with the visibility of §9.6. */
export function listSecrets(context: Context, { actor, faults }: RequestState, input: ListInput) {
  if (!actor) throw new Error("Secret list without an actor");
  const membership = membershipOf(actor.identity, input.project);
  requireCan(membership, "describeSecret", input);
  const listed = listedFolder(context, input);
  if (!listed) return { secrets: [], imports: [] };

  const expander = context.revision.createExpander(context.world, actor.identity);
  const isForcedHidden = findFault(faults, "hide-values") !== undefined;
  const omitted = new Set(findFault(faults, "omit")?.keys);
  const isWanted = filterOf(input);

  const render = ({ secret, value }: Shown, place: Rendered): Rendering | undefined => {
    const sight = place.sightOf(secret.key);
    if (sight === "omitted" || omitted.has(secret.key)) return undefined;
    const isHidden = isForcedHidden || !input.viewSecretValue || sight === "hidden";
    return { path: place.path, isHidden, value: isHidden ? "" : value() };
  };

  const placed = input.recursive ? walkFolders(listed.folder, listed.path) : [listed];
  const secrets = [];
  const imports = [];
  for (const { folder, path } of placed) {
    const below = folder !== listed.folder;
    const place = {
      path,
      sightOf: sightAt(membership, input.environment, path, below && input.viewSecretValue),
    };
    for (const secret of [...folder.secrets.values(), ...(folder.doubles ?? [])]) {
      const value = () => (input.expandSecretReferences ? expander.expand(secret, [folder]) : secret.value);
      const rendering = isWanted(secret) ? render({ secret, value }, place) : undefined;
      if (rendering) secrets.push(readView(secret, rendering));
    }
    if (!input.includeImports) continue;
    const imported = context.revision.importsOf(folder, { ...input, answer: "list", expander });
    imports.push(...imported.map((one) => importView(one, membership, render)));
  }
  expander.throwIfDenied("list");
  return { secrets, ...(input.includeImports ? { imports } : {}) };
}

type Sight = "clear" | "hidden" | "omitted";

interface Rendered {
  path: string;
  sightOf: (key: string) => Sight;
}

/**
 * Below the listed folder, a list with values leaves out what it may not show; in the listed folder itself such
 * secrets come with hidden values (contract §9.6).
 */
function sightAt(membership: Membership, environment: string, secretPath: string, isHiddenOmitted: boolean) {
  const judge = (secretKey?: string): Sight => {
    const target = { environment, secretPath, secretKey };
    if (!can(membership, "describeSecret", target)) return "omitted";
    if (can(membership, "readValue", target)) return "clear";
    return isHiddenOmitted ? "omitted" : "hidden";
  };
  if (hasKeyRules(membership)) return judge;
  const same = judge();
  return () => same;
}

function listedFolder(
  context: Context,
  { project, environment, secretPath, recursive }: ListInput,
): PlacedFolder | undefined {
  if (context.revision.missingFolderList === "not-found") {
    return { folder: folderAt(project, environment, secretPath), path: secretPath || "/" };
  }
  const found = recursive ? environmentBySlug(project, environment) : project.environments.get(environment);
  const folder = found && findFolder(found, secretPath);
  return folder && { folder, path: secretPath || "/" };
}

/** Any of the tags (not confirmed by the contract); all of the metadata pairs, unencrypted ones only. */
function filterOf({ tagSlugs, metadataFilter }: ListInput): (secret: Secret) => boolean {
  const slugs = tagSlugs && new Set(tagSlugs);
  return (secret) =>
    (!slugs || secret.tags.some((tag) => slugs.has(tag.slug))) &&
    (!metadataFilter ||
      metadataFilter.every(({ key, value }) =>
        secret.metadata.some((one) => !one.isEncrypted && one.key === key && one.value === value),
      ));
}

function importView(
  { import: one, source, secrets }: Imported,
  membership: Membership,
  render: (shown: Shown, place: Rendered) => Rendering | undefined,
) {
  const environment = one.environment.slug;
  const place = { path: one.path, sightOf: sightAt(membership, environment, one.path, false) };
  const views = secrets.flatMap((shown) => {
    const rendering = render(shown, place);
    return rendering ? [importedView(shown.secret, rendering)] : [];
  });
  return { secretPath: one.path, environment, folderId: source.id, secrets: views };
}
