import type { Resolvable } from "../library.ts";
import type { GivenConnection } from "./destination-connection.ts";

/** Arguments of a `DataExternalInfisicalProjects`. */
export interface ProjectsArguments {
  /** Whose identity to look with; without it, the source's, of the provider. */
  readonly destinationConnection?: GivenConnection;
  /** Show this project only; the list is empty where the identity does not see it. */
  readonly projectId?: string;
  /**
   * List the folders too: one request for each environment.
   *
   * @default false
   */
  readonly includeFolders?: boolean | Resolvable;
}

/** What a `DataExternalInfisicalProjects` answers. */
export interface ProjectsResults {
  /** Projects that the identity belongs to. */
  readonly projects: readonly Project[];
}

/** A project. */
interface Project {
  /** Id, which syncs are given. */
  readonly id: string;
  /** Name. */
  readonly name: string;
  /** Slug. */
  readonly slug: string;
  /** `secret-manager` for a project that can hold secrets. */
  readonly type: string;
  /** Environments. */
  readonly environments: readonly ProjectEnvironment[];
}

/** An environment of a project. */
interface ProjectEnvironment {
  /** Slug, which syncs are given. */
  readonly slug: string;
  /** Name. */
  readonly name: string;
  /** Paths of all folders; null where they were not asked for. */
  readonly folders: readonly string[];
}
