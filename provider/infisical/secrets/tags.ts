/** The tags of a project: secrets are given them by id, and each project has its own (data-plane §6.5). */
import { toLabel } from "../../engine/label.ts";
import type { Tag } from "../../engine/store.ts";
import { BridgeError } from "../../errors.ts";
import { refusalError } from "../http/answer.ts";
import type { Answer } from "../http/exchange.ts";
import { createTag, listTags } from "./endpoints.ts";
import { callEither, type Target } from "./target.ts";

export interface ProjectTags {
  /** Makes those that the project lacks. */
  make(tags: readonly Tag[]): Promise<void>;
  /** Of a tag that is there. */
  idOf(slug: string): string;
}

/** Asks for nothing before a tag is needed, and then once. */
export function tagsOf(target: Target): ProjectTags {
  const ids = new Map<string, string>();
  const look = async () => {
    const answer = await callEither(target, "tags-v1", (api) => listTags(api, target.place.projectId));
    if (answer.kind !== "ok") throw refused(target, answer);
    for (const { id, slug } of answer.value) ids.set(slug, id);
  };
  const lacking = (tags: readonly Tag[]) => tags.filter(({ slug }) => !ids.has(slug));
  return {
    async make(tags) {
      if (lacking(tags).length === 0) return;
      await look();
      const made = lacking(tags);
      if (made.length === 0) return;
      for (const tag of made) {
        const answer = await callEither(target, "tags-v1", (api) =>
          createTag(api, target.place.projectId, tag),
        );
        // Somebody else may have made it meanwhile: the next look tells.
        if (answer.kind === "refused" && answer.refusal.status !== 400) throw refused(target, answer);
      }
      await look();
      const [missing] = lacking(tags);
      if (missing) throw notMade(target, missing);
    },
    idOf(slug) {
      const id = ids.get(slug);
      if (id === undefined) throw new Error("A tag is made before it is written.");
      return id;
    },
  };
}

function refused({ argumentNames }: Target, answer: Answer<unknown>): BridgeError {
  if (answer.kind !== "refused") throw new Error("Only a request with an ETag can be answered so.");
  const code = answer.refusal.status === 403 ? "forbidden" : "rejected";
  return refusalError(answer.refusal, code, {
    path: argumentNames.projectId,
    hint: "Give the identity the rights to read and create tags of that project, or take tags out of syncOptions.copy.",
  });
}

const notMade = ({ place, argumentNames }: Target, { slug }: Tag) =>
  new BridgeError("rejected", `Project "${place.projectId}" has not taken the tag "${toLabel(slug)}".`, {
    path: argumentNames.projectId,
    hint: "Make the tag there, or take tags out of syncOptions.copy.",
  });
