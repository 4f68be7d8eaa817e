/** What a refusal means: which argument is wrong, or which right is missing. */
import { BridgeError, type HttpError } from "../../errors.ts";
import { refusalError, refusalOf } from "../http/answer.ts";
import type { Answer, Call, Refusal } from "../http/exchange.ts";
import { getProject, listFolders, placeText } from "./endpoints.ts";
import type { Project } from "./rows.ts";
import { callEither, type Target } from "./target.ts";

/**
 * Whether the folder is there, in one request where project and environment are. Unknown ones are thrown as
 * errors of their own; a folder list answers an unknown path with an empty list (data-plane §7.2).
 *
 * @param notFound the refusal after which it is asked: versions of 2024 answer a folder list of an unknown project like
 *   one of somebody else's, though only to that list (data-plane §20)
 */
export async function folderExists(target: Target, notFound?: Refusal): Promise<boolean> {
  const { place } = target;
  const { parent, name } = splitPath(place.secretPath);
  const answer = await callEither(target, "folders-v2", (api) => listFolders(api, place, parent));
  if (answer.kind === "ok") {
    return name === undefined || answer.value.folders.some((folder) => folder.name === name);
  }
  if (notFound && answer.kind === "refused" && answer.refusal.status === 403)
    throw projectNotFound(target, notFound);
  throw await explainRefusal(target, answer, "read");
}

/** Parent and name of a folder; the root has no name. */
export function splitPath(path: string): { parent: string; name: string | undefined } {
  const at = path.lastIndexOf("/");
  return { parent: path.slice(0, at) || "/", name: path.slice(at + 1) || undefined };
}

/** The project as the instance describes it. @param more where the asker goes on without an answer */
export const readProject = (
  target: Target,
  more: Pick<Call<Project>, "isOptional"> = {},
): Promise<Answer<Project>> =>
  callEither(target, "projects-v1", (api) => ({ ...getProject(api, target.place.projectId), ...more }));

/** The error for a refusal that names no single secret; asks for the project where something is not found. */
export async function explainRefusal(
  target: Target,
  answer: Exclude<Answer<unknown>, { kind: "ok" }>,
  intent: "read" | "write",
): Promise<BridgeError> {
  const refusal = refusalOf(answer);
  if (refusal.status === 403) return forbidden(target, refusal, intent);
  if (refusal.status === 404) return notFound(target, refusal);
  return rejected(target, refusal);
}

/** Names the missing right, where the instance tells it (data-plane §2). */
export function forbidden(
  { place, argumentNames }: Target,
  refusal: Refusal,
  intent: "read" | "write" | "expand",
): HttpError {
  const rights = refusal.rights
    .filter(({ action, subject }) => action !== "" || subject !== "")
    .map(({ action, subject, conditions }) =>
      [`"${action}" on "${subject}"`, conditions === undefined ? "" : `where ${conditions}`].join(" ").trim(),
    );
  const role =
    intent === "write"
      ? `Give the identity at least the Member role in project "${place.projectId}".`
      : `Give the identity read access to the secrets of project "${place.projectId}" there.`;
  const references =
    intent === "expand"
      ? " As references are expanded, the identity also needs to read what they point to: one target that it may not read makes the whole list fail."
      : "";
  return refusalError(refusal, "forbidden", {
    because: rights.length === 0 ? "the identity lacks a right." : `the identity lacks ${rights.join(", ")}.`,
    path: argumentNames.projectId,
    hint: role + references,
  });
}

/** A 400, 409 or 422: the instance's own rules, in its own words. */
function rejected({ client, argumentNames }: Target, refusal: Refusal): HttpError {
  if (refusal.status === 413) {
    return refusalError(refusal, "rejected", {
      because: "the request is too large for the instance or a proxy before it.",
      path: client.argumentNames.url,
      hint: "Allow request bodies of 1 MiB there (in nginx: client_max_body_size).",
    });
  }
  return refusalError(refusal, "rejected", {
    because: "the instance refused.",
    path: argumentNames.secretPath,
    hint: "Nothing of this request was done.",
  });
}

function projectNotFound({ place, argumentNames }: Target, refusal: Refusal): HttpError {
  return refusalError(refusal, "project-not-found", {
    because: `there is no project "${place.projectId}" that the identity may see.`,
    path: argumentNames.projectId,
    hint: "Give the project's id, not its name or slug, and add the identity to the project.",
  });
}

/** The error for secrets that are not found in a folder that is there. */
export function secretsNotServed({ place, argumentNames }: Target, refusal: Refusal): HttpError {
  return refusalError(refusal, "wrong-project-type", {
    because: `project "${place.projectId}" has the folder, and yet no secrets for a machine identity.`,
    path: argumentNames.projectId,
    hint: "Projects of the old encryption (version 1) are like that: an administrator upgrades this one on the instance's web page, or another project is named.",
  });
}

/** The error for a folder that is needed and missing. */
export function folderNotFound({ place, argumentNames }: Target): BridgeError {
  return new BridgeError("folder-not-found", `There is no such folder: ${placeText(place)}.`, {
    path: argumentNames.secretPath,
    hint: "Folder names are case-sensitive.",
  });
}

async function notFound(target: Target, refusal: Refusal): Promise<BridgeError> {
  const { place, argumentNames } = target;
  const project = await readProject(target);
  if (project.kind === "refused" && project.refusal.status === 404)
    return projectNotFound(target, project.refusal);
  const slugs = project.kind === "ok" ? project.value.environments?.map(({ slug }) => slug) : undefined;
  if (slugs?.includes(place.environment) === true) {
    return refusalError(refusal, "folder-not-found", { path: argumentNames.secretPath });
  }
  return refusalError(refusal, "environment-not-found", {
    because: `project "${place.projectId}" has no environment "${place.environment}".`,
    path: argumentNames.environment,
    hint:
      slugs === undefined
        ? "Give the environment's slug, not its name."
        : `Its environments are: ${slugs.join(", ") || "none"}.`,
  });
}
