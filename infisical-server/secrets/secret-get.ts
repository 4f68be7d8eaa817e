import { membershipOf, requireCan, targetOf } from "../auth/permissions.ts";
import type { Context } from "../context.ts";
import { findFault } from "../faults/faults.ts";
import { pathOf } from "../folders/folders.ts";
import { notFound } from "../http/errors.ts";
import { folderAt } from "../http/lookup.ts";
import type { RequestState } from "../http/request-state.ts";
import type { Shown } from "../imports/secret-imports.ts";
import type { Folder, Project, Secret } from "../model.ts";
import type { Revision } from "../revisions/revision.ts";
import type { Expander } from "./references.ts";
import { earlierView, readView } from "./secret-view.ts";

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
  const expander = context.revision.createExpander(context.world, state.actor.identity);
  const found = input.type === "shared" ? find(context.revision, folder, input, expander) : undefined;
  if (!found) throw notFound(`Secret with name '${input.key}' not found`, "GetSecretByName");
  const secret = render(state, found, input.viewSecretValue);
  expander.throwIfDenied("secret");
  const isEarlier = input.version !== undefined && input.version !== folder.secrets.get(input.key)?.version;
  return { secret: isEarlier ? earlierView(secret) : secret };
}

export function getSecretById(context: Context, state: RequestState, id: string) {
  const secret = context.world.secrets.get(id);
  if (!secret) throw notFound(`Secret with ID '${id}' not found`, "GetSecretById");
  return { secret: render(state, { secret, value: () => secret.value }, true) };
}

function render({ actor, faults }: RequestState, { secret, value }: Shown, viewSecretValue: boolean) {
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
  return readView(secret, { path, value: isHidden ? "" : value(), isHidden });
}

function find(revision: Revision, folder: Folder, input: GetInput, expander: Expander): Shown | undefined {
  const { key, expandSecretReferences } = input;
  const own = folder.secrets.get(key);
  if (own) {
    const secret = atVersion(own, input.version);
    return {
      secret,
      value: () => (expandSecretReferences ? expander.expand(secret, [folder]) : secret.value),
    };
  }
  if (!input.includeImports) return undefined;
  const imported = revision.importsOf(folder, { ...input, answer: "secret", expander });
  return imported
    .toReversed()
    .flatMap(({ secrets }) => secrets)
    .find(({ secret }) => secret.key === key);
}

function atVersion(secret: Secret, version: number | undefined): Secret {
  if (version === undefined || version === secret.version) return secret;
  const earlier = secret.history?.[version - 1];
  if (!earlier)
    throw notFound(`Secret with name '${secret.key}' has no version ${version}`, "GetSecretByName");
  return { ...secret, ...earlier, version };
}
