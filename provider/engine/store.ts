import type { BridgeError } from "../errors.ts";
import type { Part } from "../schema.ts";
import type { SecretValue } from "../secret-value.ts";
import type { Located } from "./tree-key.ts";

/** A folder, or a tree of folders, of one environment of one project on one instance. */
export interface Place {
  /** Base URL of the instance, without `/api` and without a trailing slash. */
  origin: string;
  projectId: string;
  /** Environment slug. */
  environment: string;
  /** Folder path, with a leading slash. */
  secretPath: string;
  /** With all folders beneath. */
  isTree?: true;
}

/** A note at a secret (`secretMetadata`). */
export interface MetadataItem {
  key: string;
  value: string;
  isEncrypted: boolean;
  /** The value that was listed is not the one that stands there. */
  isHidden?: true;
}

/** A tag, which a project has under a slug. */
export interface Tag {
  slug: string;
  color?: string;
}

export interface Reminder {
  note: SecretValue;
  /** 0 for never. */
  repeatDays: number;
}

/** What belongs to a secret beside its value. Absent is none where it is listed, and as it is where it is written. */
export interface SecretParts {
  comment?: SecretValue;
  tags?: readonly Tag[];
  metadata?: readonly MetadataItem[];
  /** `skipMultilineEncoding`. */
  multiline?: boolean;
  reminder?: Reminder;
}

/** A secret as an instance lists it. */
export interface ListedSecret extends SecretParts {
  key: string;
  value: SecretValue;
  /** The instance's id of the secret, a UUID. */
  id: string;
  /** Raised by the instance with each update. */
  version: number;
  /**
   * True where the identity may describe the secret but not read it, and wherever values were not asked for;
   * `value` is then meaningless.
   */
  isHidden: boolean;
  /** A rotation of the instance sets its value; the instance ignores what others write there (data-plane §10.3). */
  isRotated?: true;
  /** Who wrote it last, where the instance tells; a text of others, for people. */
  writtenBy?: string;
  /** Parts of which the answer says nothing: tags of imported secrets (data-plane §10.1), metadata in old versions. */
  untold?: readonly Part[];
  /** The parts that the sync copies; absent where it copies none. */
  copied?: SecretParts;
}

/** What a folder holds. */
export interface Listing {
  /** False where project and environment exist but the folder does not; the lists are then empty. */
  folderExists: boolean;
  /** The folder's own shared secrets. */
  secrets: readonly ListedSecret[];
  /** The secrets of each import of the folder, in position order: later imports win over earlier ones. */
  imports: readonly (readonly ListedSecret[])[];
  /** Keys that are there, imported ones among them, and that the sync's filter leaves out. */
  leftOut?: readonly string[];
}

export interface ListOptions {
  /** Read values, or only describe the secrets (`viewSecretValue`). */
  values: boolean;
  /** Expand `${…}` references on the server. */
  expand: boolean;
  /** Include the secrets of the folder's imports. */
  imports: boolean;
  /**
   * Accept what this process has listed before, if nothing was written there since. Otherwise the instance
   * is asked whether that is still current (If-None-Match).
   */
  acceptCached?: boolean;
}

/** True of a project that can hold secrets, and of one whose type is not told. */
export const holdsSecrets = ({ type }: { type?: string | null | undefined }): boolean =>
  type == null || type === "secret-manager";

/** What the project of a place says of itself; a fact that the identity may not read is absent. */
export interface ProjectFacts {
  name?: string | undefined;
  /** `secret-manager` for a project that can hold secrets. */
  type?: string | undefined;
  /** The project may refuse keys with lower-case letters: the flag proves nothing (data-plane §9.1). */
  autoCapitalization?: boolean | undefined;
  /** The project refuses metadata that is not encrypted. */
  enforcesEncryptedMetadata?: boolean | undefined;
}

/** One secret to be written, encoded once: its size bounds the batches. */
export interface EncodedWrite {
  readonly key: string;
  /** Bytes of the encoded item in a request body. */
  readonly bytes: number;
  /** The secret is known to be at the place already; servers without upsert need to know. */
  readonly exists: boolean;
  /** The item as it stands in the request body. */
  readonly body: SecretValue;
  /** It sets what a request that only creates does not take: an update follows it. */
  readonly needsUpdate?: boolean;
}

/** A secret as it stands after a write. */
export interface WrittenSecret {
  key: string;
  id: string;
  version: number;
  /** Made by this write, whatever its version is. */
  isNew?: true;
}

/** Of a secret that is known to be written, and not as which: its revision is the unknown one. */
export const UNIDENTIFIED = { id: "unknown", version: 0 } as const;

/** Where one side of a sync is kept. All failures are BridgeErrors whose `path` names the user's argument. */
export interface SecretStore {
  readonly place: Place;
  /** Bounds of one write request: encoded bytes, number of secrets, and bytes of a secret that goes alone. */
  readonly limits: { readonly bytes: number; readonly items: number; readonly itemBytes: number };
  /** Where a key is; a write or a deletion of several is of those in one folder. */
  locate(key: string): Located;
  list(options: ListOptions): Promise<Listing>;
  /**
   * What one list for many folders shows of this one, values included and nothing expanded. It may prove that all is as it was;
   * undefined where it proves nothing. Absent where nobody shares it.
   */
  glance?(): Promise<Listing | undefined>;
  /**
   * Folders beneath that are there, and that lists leave out since the identity may not read them; of those of the keys, if
   * some are given. With a slash before each.
   */
  hiddenFolders(keys?: readonly string[]): Promise<string[]>;
  /** The folders beneath that there are, without a slash before them; of a folder alone none. */
  folders(): Promise<readonly string[]>;
  /** Looks one key up by name, whether or not lists show it. */
  probe(key: string): Promise<"found" | "missing" | "forbidden">;
  /**
   * An earlier version of a key's secret, as its text stands; undefined where the instance has it no more, and "not-told"
   * where it answers no earlier versions.
   */
  readVersion(key: string, version: number): Promise<ListedSecret | "not-told" | undefined>;
  facts(): Promise<ProjectFacts>;
  /** The project's name, for people; undefined where it cannot be had, whatever the reason: it is asked for once. */
  projectName(): Promise<string | undefined>;
  /** False where the instance's version has no metadata of secrets, and drops what is written there. */
  takesMetadata(): Promise<boolean>;
  /**
   * Tries a deletion of a key that is not there: the refusal, where a right was missing for it. That it was not refused
   * proves nothing. Asked for no more than once in an environment, until it is refused.
   */
  refusedDeletion(): Promise<BridgeError | undefined>;
  /** Makes the folder and its missing parents; one that exists is no error. */
  createFolder(): Promise<void>;
  /** Makes those of the tags that the project lacks; what is encoded with a tag needs it. */
  makeTags(tags: readonly Tag[]): Promise<void>;
  /** @param parts are set as a whole each; others stay as they are */
  encode(key: string, value: SecretValue, exists: boolean, parts?: SecretParts): EncodedWrite;
  /**
   * Creates or updates all the secrets in one request: all are written, or none. Servers without upsert need
   * two where some exist and some don't: creates first, so a failure may leave those behind.
   */
  write(secrets: readonly EncodedWrite[]): Promise<WrittenSecret[]>;
  /**
   * Writes secrets of several folders as `write` does those of one, by one request where the instance can. Where it cannot,
   * or refuses, nothing is written; absent where there is one folder.
   *
   * @returns those that are known to be written
   */
  writeAcross?(secrets: readonly EncodedWrite[]): Promise<WrittenSecret[]>;
  /**
   * Writes the parts of secrets that are there, and their values only where the instance asks for them;
   * `secret-not-found`, and nothing written, if one is missing.
   */
  annotate(secrets: readonly EncodedWrite[]): Promise<WrittenSecret[]>;
  /** Deletes all the keys in one request, or none; `secret-not-found` if one is missing. */
  remove(keys: readonly string[]): Promise<void>;
}

/** The store, of which every listing is seen in another way. */
export const seenAs = (store: SecretStore, seen: (listing: Listing) => Listing): SecretStore => ({
  ...store,
  list: async (options) => seen(await store.list(options)),
  ...(store.glance && {
    async glance() {
      const listing = await store.glance?.();
      return listing && seen(listing);
    },
  }),
});
