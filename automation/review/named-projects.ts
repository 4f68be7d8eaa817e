/** What people call the projects of places, as far as previews have looked it up. */
import type { NamedProject } from "../../provider/engine/record/progress.ts";
import { hostOf } from "../../provider/hosts.ts";
import type { SyncReview } from "./sync-review.ts";

export type NamedProjects = readonly NamedProject[];

interface Places {
  source?: SyncReview["source"] | undefined;
  destination?: SyncReview["destination"] | undefined;
}

/** With the names of its projects. A copy of an instance has the same ids, and maybe other names. */
export function named<Sync extends Places>(sync: Sync, projects: NamedProjects = []): Sync {
  const nameOf = (side: NamedProject["side"], id: string, isThere: (origin: string) => boolean) => {
    const found = projects.find(
      ({ side: of, projectId, origin }) =>
        of === side && projectId === id && (origin === undefined || isThere(origin)),
    );
    return found && { projectName: found.projectName };
  };
  const { source, destination } = sync;
  return {
    ...sync,
    // A stack has one source instance.
    ...(source && { source: { ...source, ...nameOf("source", source.projectId, () => true) } }),
    ...(destination && {
      destination: {
        ...destination,
        ...nameOf(
          "destination",
          destination.projectId,
          (origin) => hostOf(origin) === hostOf(destination.instanceUrl),
        ),
      },
    }),
  };
}
