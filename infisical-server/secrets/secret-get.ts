import { membershipOf, requireCan, targetOf } from "../auth/permissions.ts";
import type { Context } from "../context.ts";
import { findFault } from "../faults/faults.ts";
import { pathOf } from "../folders/folders.ts";
import { notFound } from "../http/errors.ts";
import { folderAt } from "../http/lookup.ts";
import type { RequestState } from "../http/request-state.ts";
import { mergeImported, sourceOf } from "../imports/secret-imports.ts";
import type { Folder, Project, Secret } from "../model.ts";
import { createExpander } from "./references.ts";
import { readView } from "./secret-view.ts";

export interface GetInput {
  apiVersion: 3 | 4;
  project: Project;
  environment: string;
  secretPath: string;
  key: string;
  type: "shared" | "personal";
  version?: number | undefined;
  viewSecretValue: boolean;
  expandSecretReferences: boolean;
  includeImports: boolean;
}

/** Contract §10.2. */
export function getSecret(context: Context, state: RequestState, input: GetInput) {
  if (!state.actor) throw new Error("Secret read without an actor");
  const membership = membershipOf(state.actor.identity, input.project);
  requireCan(membership, "describeSecret", { ...input, secretKey: input.key });
  const folder = folderAt(input.project, input.environment, input.secretPath, "GetSecretByName");
  const found = input.type === "shared" ? find(folder, input) : undefined;
  if (!found) throw notFound(`Secret with name '${input.key}' not found`, "GetSecretByName");
  const scopes = input.apiVersion === 4 ? [folder, found.folder] : [found.folder];
  return { secret: render(context, state, atVersion(found, input.version), scopes, input) };
}

export function getSecretById(context: Context, state: RequestState, id: string) {
  const secret = context.world.secrets.get(id);
  if (!secret) throw notFound(`Secret with ID '${id}' not found`, "GetSecretById");
  const all = { viewSecretValue: true, expandSecretReferences: false };
  return { secret: render(context, state, secret, [secret.folder], all) };
}

function render(
  context: Context,
  { actor, faults }: RequestState,
  secret: Secret,
  scopes: readonly Folder[],
  { viewSecretValue, expandSecretReferences }: Pick<GetInput, "viewSecretValue" | "expandSecretReferences">,
) {
  if (!actor) throw new Error("Secret read without an actor");
  const { environment } = secret.folder;
  const path = pathOf(secret.folder);
  const action = viewSecretValue ? "readValue" : "describeSecret";
  requireCan(
    membershipOf(actor.identity, environment.project),
    action,
    targetOf(environment, path, secret.key),
  );
  const isHidden = !viewSecretValue || findFault(faults, "hide-values") !== undefined;
  let { value } = secret;
  if (!isHidden && expandSecretReferences) {
    const expander = createExpander(context.world, actor.identity, context.revision.references);
    value = expander.expand(secret, scopes);
    expander.throwIfDenied();
  }
  return readView(secret, { path, value, isHidden });
}

function find(folder: Folder, { key, includeImports }: GetInput): Secret | undefined {
  const own = folder.secrets.get(key);
  if (own || !includeImports) return own;
  for (const one of folder.imports.toReversed()) {
    const source = sourceOf(one);
    const imported = source && mergeImported(source).get(key);
    if (imported) return imported;
  }
  return undefined;
}

function atVersion(secret: Secret, version: number | undefined): Secret {
  if (version === undefined || version === secret.version) return secret;
  const earlier = secret.history?.[version - 1];
  if (!earlier)
    throw notFound(`Secret with name '${secret.key}' has no version ${version}`, "GetSecretByName");
  return { ...secret, ...earlier, version };
}
