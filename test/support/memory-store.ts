/** The in-memory twin of the HTTP store: the same port and the same rules, without a server. */
import type {
  EncodedWrite,
  ListedSecret,
  Listing,
  ListOptions,
  MetadataItem,
  Place,
  ProjectFacts,
  SecretParts,
  SecretStore,
} from "../../provider/engine/store.ts";
import { locateInFolder } from "../../provider/engine/tree-key.ts";
import { BridgeError } from "../../provider/errors.ts";
import { encodeWrite, HIDDEN_VALUE } from "../../provider/infisical/http/encode.ts";
import { SecretValue } from "../../provider/secret-value.ts";

/** What a memory store holds at the beginning. */
export interface MemorySeed {
  place?: Partial<Place>;
  secrets?: Record<string, string>;
  /** Secrets of each import, in position order. */
  imports?: Record<string, string>[];
  /** Default true. */
  folderExists?: boolean;
  facts?: ProjectFacts;
  limits?: { bytes: number; items: number };
}

/** One call that reached the store; `list` calls that were answered from memory say so. */
type MemoryCall =
  | { name: "list"; options: ListOptions; cached: boolean }
  | { name: "write" | "annotate" | "remove"; keys: string[] }
  | { name: "probe" | "readVersion"; key: string }
  | { name: "facts" | "createFolder" };

/** A store with a back door for tests. */
export interface MemoryStore extends SecretStore {
  readonly calls: MemoryCall[];
  /** Creates or updates secrets as somebody else would, past all caches. */
  put(secrets: Record<string, string>): void;
  /** Replaces a secret's metadata as somebody else would; the version stays, as it may elsewhere. */
  note(key: string, metadata: readonly MetadataItem[]): void;
  /** The metadata of a secret. */
  notes(key: string): readonly MetadataItem[] | undefined;
  /** The same with any part: none is given as in a write. */
  give(key: string, parts: SecretParts): void;
  /** All that belongs to a secret. */
  parts(key: string): SecretParts;
  /** Deletes secrets as somebody else would. */
  drop(...keys: string[]): void;
  /** The values as they stand. */
  read(): Record<string, string>;
  /** From now on these are described without their values. */
  hide(...keys: string[]): void;
  /** From now on lists leave these out, and looking them up is forbidden. */
  omit(...keys: string[]): void;
  /** The next call of this name throws. `after` lets that many pass first. */
  fail(name: MemoryCall["name"], error: Error, after?: number): void;
}

interface Row {
  id: string;
  version: number;
  value: string;
  parts: SecretParts;
  /** Values of version 1, 2, … up to the one before `version`. */
  history: readonly string[];
}

const MEMORY_PLACE: Place = {
  origin: "https://memory.example",
  projectId: "project",
  environment: "dev",
  secretPath: "/",
};

/** Makes a store that holds the seed. Ids count up, so they are the same in every run. */
export function createMemoryStore(seed: MemorySeed = {}): MemoryStore {
  const place: Place = { ...MEMORY_PLACE, ...seed.place };
  const nextId = counter();
  const rows = new Map<string, Row>();
  const imports = (seed.imports ?? []).map((secrets) => {
    const imported = new Map<string, Row>();
    putInto(imported, secrets, nextId);
    return imported;
  });
  putInto(rows, seed.secrets ?? {}, nextId);

  const hidden = new Set<string>();
  const omitted = new Set<string>();
  const calls: MemoryCall[] = [];
  const faults: { name: MemoryCall["name"]; error: Error; after: number }[] = [];
  const cache = new Map<string, Listing>();
  let folderExists = seed.folderExists ?? true;

  const record = (call: MemoryCall) => {
    calls.push(call);
    const index = faults.findIndex((fault) => fault.name === call.name && fault.after-- <= 0);
    const [fault] = index === -1 ? [] : faults.splice(index, 1);
    if (fault !== undefined) throw fault.error;
  };
  const needFolder = () => {
    if (!folderExists) throw new BridgeError("folder-not-found", `There is no folder ${place.secretPath}.`);
  };
  const listed = (from: Map<string, Row>, options: ListOptions): ListedSecret[] => {
    const visible = [...from].filter(([key]) => !omitted.has(key));
    return visible.map(([key, row]) => {
      const isHidden = !options.values || hidden.has(key);
      const text = options.expand && !isHidden ? expand(row.value, [rows, from], hidden) : row.value;
      const value = new SecretValue(isHidden ? HIDDEN_VALUE : text);
      const { id, version, parts } = row;
      return { key, value, id, version, isHidden, ...parts };
    });
  };

  return {
    place,
    limits: { itemBytes: 1_000_000, ...(seed.limits ?? { bytes: 900_000, items: 500 }) },
    calls,
    locate: locateInFolder,
    hiddenFolders: async () => [],
    folders: async () => [],

    async list(options) {
      const flags = `${options.values} ${options.expand} ${options.imports}`;
      const known = options.acceptCached === true ? cache.get(flags) : undefined;
      record({ name: "list", options, cached: known !== undefined });
      if (known !== undefined) return known;
      const listing: Listing = {
        folderExists,
        secrets: folderExists ? listed(rows, options) : [],
        imports: folderExists && options.imports ? imports.map((from) => listed(from, options)) : [],
      };
      cache.set(flags, listing);
      return listing;
    },

    async probe(key) {
      record({ name: "probe", key });
      if (!rows.has(key)) return "missing";
      return omitted.has(key) ? "forbidden" : "found";
    },

    async readVersion(key, version) {
      record({ name: "readVersion", key });
      const row = rows.get(key);
      const value = row && [...row.history, row.value][version - 1];
      return value === undefined
        ? undefined
        : { key, value: new SecretValue(value), id: row?.id ?? "", version, isHidden: false };
    },

    async facts() {
      record({ name: "facts" });
      return seed.facts ?? { type: "secret-manager", autoCapitalization: false };
    },
    projectName: async () => seed.facts?.name,

    takesMetadata: async () => true,
    refusedDeletion: async () => undefined,

    async createFolder() {
      record({ name: "createFolder" });
      folderExists = true;
      cache.clear();
    },

    makeTags: async () => {},
    encode: encodeWrite,

    async write(secrets) {
      if (secrets.length === 0) return [];
      record({ name: "write", keys: secrets.map(({ key }) => key) });
      needFolder();
      const items = secrets.map(itemOf);
      const values = items.map(({ secretKey, secretValue = "" }): [string, string] => [
        secretKey,
        secretValue,
      ]);
      const refused = values.find(([key]) => key === "" || (/[:/]/.test(key) && !rows.has(key)));
      if (refused !== undefined) {
        throw new BridgeError("rejected", `The key "${refused[0]}" is refused: it is empty or holds : or /.`);
      }
      cache.clear();
      putInto(rows, Object.fromEntries(values), nextId);
      noteInto(rows, items);
      return values.map(([key]) => {
        const row = rows.get(key) as Row;
        return { key, id: row.id, version: row.version };
      });
    },

    async annotate(secrets) {
      record({ name: "annotate", keys: secrets.map(({ key }) => key) });
      needFolder();
      const items = secrets.map(itemOf);
      const absent = items.find(({ secretKey }) => !rows.has(secretKey));
      if (absent) throw new BridgeError("secret-not-found", `There is no secret "${absent.secretKey}".`);
      cache.clear();
      putInto(
        rows,
        Object.fromEntries(items.map(({ secretKey }) => [secretKey, rows.get(secretKey)?.value ?? ""])),
        nextId,
      );
      noteInto(rows, items);
      return items.map(({ secretKey }) => {
        const row = rows.get(secretKey) as Row;
        return { key: secretKey, id: row.id, version: row.version };
      });
    },

    async remove(keys) {
      if (keys.length === 0) return;
      record({ name: "remove", keys: [...keys] });
      needFolder();
      const absent = keys.find((key) => !rows.has(key));
      if (absent !== undefined || new Set(keys).size !== keys.length) {
        throw new BridgeError("secret-not-found", `There is no secret "${absent ?? "(named twice)"}".`);
      }
      cache.clear();
      for (const key of keys) rows.delete(key);
    },

    put: (secrets) => putInto(rows, secrets, nextId),
    note: (key, metadata) => set(rows, key, { metadata }),
    notes: (key) => rows.get(key)?.parts.metadata,
    give: (key, parts) => set(rows, key, parts),
    parts: (key) => rows.get(key)?.parts ?? {},
    drop(...keys) {
      for (const key of keys) rows.delete(key);
    },
    read: () => Object.fromEntries([...rows].map(([key, row]) => [key, row.value])),
    hide(...keys) {
      for (const key of keys) hidden.add(key);
    },
    omit(...keys) {
      for (const key of keys) omitted.add(key);
    },
    fail: (name, error, after = 0) => void faults.push({ name, error, after }),
  };
}

function putInto(rows: Map<string, Row>, secrets: Record<string, string>, nextId: () => string): void {
  for (const [key, text] of Object.entries(secrets)) {
    const value = new SecretValue(text).normalised().reveal();
    const row = rows.get(key);
    const history = row ? [...row.history, row.value] : [];
    rows.set(key, {
      id: row?.id ?? nextId(),
      version: history.length + 1,
      value,
      history,
      parts: row?.parts ?? {},
    });
  }
}

interface Item {
  secretKey: string;
  secretValue?: string;
  secretComment?: string;
  tagIds?: string[];
  secretMetadata?: MetadataItem[];
  skipMultilineEncoding?: boolean;
  secretReminderNote?: string | null;
  secretReminderRepeatDays?: number | null;
}

function itemOf({ body }: EncodedWrite): Item {
  const item = JSON.parse(body.reveal()) as Item;
  return { ...item, secretKey: item.secretKey.trim() };
}

/** Here a tag's id is its slug. */
function noteInto(rows: Map<string, Row>, items: readonly Item[]): void {
  for (const item of items) {
    const {
      secretComment: comment,
      tagIds,
      secretMetadata: metadata,
      skipMultilineEncoding: multiline,
    } = item;
    const { secretReminderNote: note, secretReminderRepeatDays: days } = item;
    set(rows, item.secretKey, {
      ...(comment !== undefined && { comment: new SecretValue(comment) }),
      ...(tagIds && { tags: tagIds.map((slug) => ({ slug })) }),
      ...(metadata && { metadata }),
      ...(multiline !== undefined && { multiline }),
      ...(note !== undefined && { reminder: { note: new SecretValue(note ?? ""), repeatDays: days ?? 0 } }),
    });
  }
}

/** None of a part is absent in lists. */
function set(rows: Map<string, Row>, key: string, written: SecretParts): void {
  const row = rows.get(key);
  if (!row) return;
  const parts = { ...row.parts, ...written };
  if (parts.comment?.isEmpty) delete parts.comment;
  if (parts.tags?.length === 0) delete parts.tags;
  if (parts.metadata?.length === 0) delete parts.metadata;
  if (parts.multiline === false) delete parts.multiline;
  if (parts.reminder?.note.isEmpty && parts.reminder.repeatDays === 0) delete parts.reminder;
  rows.set(key, { ...row, parts });
}

/** Replaces `${KEY}` by the first place that has the key; an unknown target stays as it is (data-plane §12). */
function expand(text: string, places: Map<string, Row>[], hidden: Set<string>, depth = 10): string {
  return text.replace(/\$\{([A-Za-z0-9_-]+)\}/g, (reference, key: string) => {
    const row = places.map((rows) => rows.get(key)).find((found) => found !== undefined);
    if (row === undefined || depth === 0) return reference;
    if (hidden.has(key)) throw new BridgeError("forbidden", `The target of ${reference} may not be read.`);
    return expand(row.value, places, hidden, depth - 1);
  });
}

/** UUIDs whose last eight digits count up; revisions show those. */
function counter(): () => string {
  let last = 0;
  return () => `00000000-0000-4000-8000-0000${(++last).toString(16).padStart(8, "0")}`;
}
