// One version of the product: what it has, and how it answers where versions differ. The routes are those of the newest
// version; what an older one reads and answers otherwise is translated on the way in and out (translate.ts), so that the
// routes need to ask only about what happens to the data.
import type { ApiError } from "../http/errors.ts";
import type { ImportsOf } from "../imports/secret-imports.ts";
import type { Identity, World } from "../model.ts";
import type { Expander } from "../secrets/references.ts";

/** A route as it is registered: `GET /api/v1/workspace/:projectId`. */
export type RouteName = string;

/** Fields of some requests. */
interface Fields {
  routes: RegExp;
  query?: readonly string[];
  body?: readonly string[];
  /** Of each of the `secrets` in the body. */
  items?: readonly string[];
  /** Of the `syncOptions` in the body. */
  syncOptions?: readonly string[];
}

/** An answer other than success, before it is sent. */
export interface ErrorAnswer {
  status: number;
  body: Record<string, unknown>;
}

export interface Revision {
  /** Routes that are not there at all: the framework's 404. */
  lacks: readonly RegExp[];
  /** Routes that have nothing for a machine identity. */
  refuses: ReadonlyMap<RouteName, () => ApiError>;
  /** What it does not know, and drops like every unknown field (contract §1). */
  unknownFields: readonly Fields[];
  /** What its schemas ask for beyond those of the newest version. */
  requiredFields: readonly Fields[];
  /** A folder's path as it is looked up. */
  readPath: (path: string, route: RouteName) => string;
  /** A successful answer in this version's fields, made from the newest's. */
  answer: ((body: unknown, route: RouteName) => unknown) | undefined;
  error: (answer: ErrorAnswer, route: RouteName) => ErrorAnswer;

  /** The answer to a secret list of a folder or environment that does not exist (contract §9.4). */
  missingFolderList: "empty" | "not-found";
  /** A wrong key, as the error of the write that would create it (contract §9.1). */
  refuseKey: (key: string) => ApiError | undefined;
  /** A folder has each key once; otherwise a batch that names one twice makes two secrets of it. */
  hasUniqueKeys: boolean;
  /** Secrets of one batch may have a tag in common. */
  takesRepeatedTags: boolean;
  /** A batch looks at the rights on the folder before it looks for the secrets. */
  checksRightsFirst: boolean;
  enforcesCapitalization: boolean;
  /** What projects show that nobody has switched. */
  autoCapitalization: boolean;
  /** The same import again, of the folder itself, of a folder that is not there; but not of one that imports this one. */
  takesAnyImport: boolean;
  createExpander: (world: World, reader: Identity) => Expander;
  /** What its imports bring to a folder. */
  importsOf: ImportsOf;
  /**
   * Three failures lock an identity out; an unknown client id is answered like a wrong secret (contract §5.1); tokens
   * name the organization; a token that lacks what is looked for is refused, and not failed at (contract §21.2); an identity
   * has one way to log in (contract §21.1).
   */
  login: {
    locksOut: boolean;
    tellsUnknownClients: boolean;
    tellsOrganization: boolean;
    answersTokenFaults: boolean;
    isOneAlone: boolean;
  };
  /** Each route counts for itself, not with its class (contract §3). */
  limitsPerRoute: boolean;
  withoutEventSubscriptions: boolean;
  /** Of this product's connections and syncs: lists of kinds leave it out. */
  withoutExternalInfisical: boolean;
}
