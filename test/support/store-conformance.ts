/** What every SecretStore does, whatever is behind it. */
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { otherParts, partsIn, partsToWrite } from "../../provider/engine/parts.ts";
import type {
  Listing,
  ListOptions,
  SecretParts,
  SecretStore,
  WrittenSecret,
} from "../../provider/engine/store.ts";
import { HIDDEN_VALUE } from "../../provider/infisical/http/encode.ts";
import { SecretValue } from "../../provider/secret-value.ts";

/** What the place holds when a test begins. */
export interface SubjectSeed {
  /** Default `/`. */
  secretPath?: string;
  /** Default true. */
  folderExists?: boolean;
  secrets?: Record<string, string>;
  /** Secrets of each import, in position order. */
  imports?: Record<string, string>[];
}

/** A store under test, with a way to look at its place from outside. */
export interface StoreSubject extends AsyncDisposable {
  readonly store: SecretStore;
  /** Creates or updates secrets as somebody else would. */
  put(secrets: Record<string, string>): Promise<void>;
  /** The place's own secrets as they stand. */
  read(): Promise<Record<string, string>>;
}

const RAW: ListOptions = { values: true, expand: false, imports: false };
/** The default limit of a path parameter is 100 characters (data-plane §1). */
const LONG_KEY = "K".repeat(150);

/** What instances of some versions do not have, or do otherwise. */
export interface Traits {
  /** Earlier versions of a secret are not told. */
  withoutVersions?: true;
  /** Keys with `:` or `/` are taken, and those that every plain object seems to have are not. */
  withOddKeyRules?: true;
  /** Projects have no type. */
  withoutProjectTypes?: true;
  /** Secrets have no metadata. */
  withoutMetadata?: true;
}

/** Of the backend of October 2024 (data-plane §20). */
export const OCTOBER_2024_TRAITS: Traits = {
  withoutVersions: true,
  withOddKeyRules: true,
  withoutProjectTypes: true,
  withoutMetadata: true,
};

/** Registers the suite for one kind of store. */
export function testSecretStore(
  name: string,
  make: (seed?: SubjectSeed) => Promise<StoreSubject>,
  { withoutVersions, withOddKeyRules, withoutProjectTypes, withoutMetadata }: Traits = {},
): void {
  describe(name, () => {
    test("what belongs to a secret is written with its value and alone, part by part", async () => {
      await using subject = await make({ secrets: { OLD: "1" } });
      const { store } = subject;
      const metadata = [
        { key: "team", value: "x", isEncrypted: false },
        { key: "pin", value: "4711", isEncrypted: true },
      ];
      const all: SecretParts = {
        comment: new SecretValue("of it"),
        tags: [{ slug: "core" }, { slug: "db" }],
        ...(!withoutMetadata && { metadata }),
        multiline: true,
        reminder: { note: new SecretValue("turn it"), repeatDays: 30 },
      };
      await store.makeTags(all.tags ?? []);
      const written = await store.write([
        store.encode("NEW", new SecretValue("2"), false, all),
        store.encode("OLD", new SecretValue("1b"), true, { comment: new SecretValue("old") }),
      ]);
      expect(written.find(({ key }) => key === "NEW")).toSatisfy(
        ({ isNew, version }: WrittenSecret) => isNew === true || version === 1,
      );
      const listed = async () => {
        const { secrets } = await store.list(RAW);
        return new Map(secrets.map((secret) => [secret.key, secret]));
      };
      const [made, old] = [(await listed()).get("NEW"), (await listed()).get("OLD")];
      expect(made && otherParts(all, made)).toEqual([]);
      expect(old && partsIn(old)).toEqual(["comment"]);

      const less = partsToWrite(["tags", "multiline", "reminder"], {});
      await store.annotate([store.encode("NEW", new SecretValue("2"), true, less)]);
      const changed = (await listed()).get("NEW");
      expect(changed && partsIn(changed)).toEqual(["comment", ...(withoutMetadata ? [] : ["metadata"])]);
      expect(await subject.read()).toEqual({ OLD: "1b", NEW: "2" });
    });

    test("an empty folder is not a missing one", async () => {
      for (const secretPath of ["/", "/app/db"]) {
        await using empty = await make({ secretPath });
        expect(await empty.store.list(RAW)).toEqual({ folderExists: true, secrets: [], imports: [] });
      }
      await using missing = await make({ secretPath: "/app/db", folderExists: false });
      expect(await missing.store.list(RAW)).toEqual({ folderExists: false, secrets: [], imports: [] });
    });

    test("what is written is listed, with the id and version that the write answered", async () => {
      await using subject = await make();
      const written = await write(subject.store, { A: "1", B: "zwei", EMPTY: "" });
      const listing = await subject.store.list(RAW);
      expect(valuesOf(listing)).toEqual({ A: "1", B: "zwei", EMPTY: "" });
      expect(byKey(written)).toEqual(
        byKey(listing.secrets.map(({ key, id, version }) => ({ key, id, version }))),
      );
      expect(listing.secrets.every(({ isHidden }) => !isHidden)).toBe(true);
    });

    test("one write creates and updates; an update keeps the id and raises the version", async () => {
      await using subject = await make({ secrets: { A: "1", B: "2" } });
      const before = byKey((await subject.store.list(RAW)).secrets);
      const written = byKey(await write(subject.store, { A: "changed", C: "3" }, ["A"]));
      expect(written["A"]?.id).toBe(before["A"]?.id);
      expect(written["A"]?.version).toBeGreaterThan(before["A"]?.version ?? 0);
      expect(written["C"]?.version).toBe(1);
      expect(await subject.read()).toEqual({ A: "changed", B: "2", C: "3" });
    });

    test("earlier versions can be read by name, as long as the secret is there", async () => {
      await using subject = await make({ secrets: { A: "1" } });
      const { store } = subject;
      await write(store, { A: "two ${B}" }, ["A"]);
      await subject.put({ A: "3" });
      const [now] = (await store.list(RAW)).secrets;
      const versions = await Promise.all([1, 2, 3].map((version) => store.readVersion("A", version)));
      const told = versions.map((secret) =>
        typeof secret === "object" ? [secret.id, secret.version, secret.value.reveal()] : secret,
      );
      const earlier = [
        [now?.id, 1, "1"],
        [now?.id, 2, "two ${B}"],
      ];
      expect(told).toEqual([...(withoutVersions ? ["not-told", "not-told"] : earlier), [now?.id, 3, "3"]]);
      if (withoutVersions) return;
      for (const [key, version] of [
        ["A", 4],
        ["B", 1],
        [LONG_KEY, 1],
        ["..", 1],
      ] as const)
        expect(await store.readVersion(key, version)).toBeUndefined();
    });

    test("values are stored trimmed, with one final newline if there was any", async () => {
      await using subject = await make();
      const values = {
        SPACES: "  a b  ",
        LINES: "-----BEGIN-----\r\nline\n\n",
        UNICODE: "žluťoučký 🐎 \u2028 \u0000 \\ \" '",
        JSON: '{"a":[1,2]}',
        LARGE: "ü".repeat(100_000),
        BLANK: " \n ",
      };
      await write(subject.store, values);
      const normalised = Object.entries(values).map(([key, value]) => [
        key,
        new SecretValue(value).normalised().reveal(),
      ]);
      expect(valuesOf(await subject.store.list(RAW))).toEqual(Object.fromEntries(normalised));
    });

    test("keys may be odd", async () => {
      await using subject = await make();
      const keys = [
        "lower",
        "ABC",
        "abc",
        "with space",
        "dot.ted",
        "a?b#c%25&d=e+f",
        "ключ",
        ...(withOddKeyRules ? [] : ["__proto__", "constructor"]),
        "batch",
        "..",
        LONG_KEY,
      ];
      await write(subject.store, Object.fromEntries(keys.map((key) => [key, `value of ${key}`])));
      const listed = (await subject.store.list(RAW)).secrets.map(({ key }) => key);
      expect(listed.toSorted()).toEqual(keys.toSorted());
      for (const key of keys) expect([key, await subject.store.probe(key)]).toEqual([key, "found"]);
      await subject.store.remove(keys);
      expect(await subject.read()).toEqual({});
      for (const key of keys) expect([key, await subject.store.probe(key)]).toEqual([key, "missing"]);
    });

    test("without values the secrets are only described", async () => {
      await using subject = await make({ secrets: { A: "canary-value" } });
      const listing = await subject.store.list({ ...RAW, values: false });
      expect(listing.secrets).toMatchObject([{ key: "A", isHidden: true }]);
      expect(listing.secrets[0]?.value.reveal()).toBe(HIDDEN_VALUE);
    });

    test("a listing prints no values", async () => {
      await using subject = await make({ secrets: { A: "canary-value" } });
      const listing = await subject.store.list(RAW);
      expect(inspect(listing, { depth: 9, showHidden: true }) + JSON.stringify(listing)).not.toContain(
        "canary",
      );
    });

    test("references are expanded only where that is asked for", async () => {
      await using subject = await make({
        secrets: { HOST: "db", URL: "pg://${HOST}/x", LOST: "${NOWHERE}" },
      });
      expect(valuesOf(await subject.store.list(RAW))).toMatchObject({ URL: "pg://${HOST}/x" });
      expect(valuesOf(await subject.store.list({ ...RAW, expand: true }))).toEqual({
        HOST: "db",
        URL: "pg://db/x",
        LOST: "${NOWHERE}",
      });
    });

    test("imports come apart from the folder's own secrets, in position order", async () => {
      await using subject = await make({
        secrets: { OWN: "own" },
        imports: [{ SHARED: "first", ONE: "1" }, { SHARED: "second" }],
      });
      const listing = await subject.store.list({ ...RAW, imports: true });
      expect(valuesOf(listing)).toEqual({ OWN: "own" });
      const imported = listing.imports.map((secrets) => valuesOf({ secrets }));
      expect(imported).toEqual([{ SHARED: "first", ONE: "1" }, { SHARED: "second" }]);
      expect((await subject.store.list(RAW)).imports).toEqual([]);
    });

    test("a folder with nothing but an import exists", async () => {
      await using subject = await make({ secretPath: "/app", imports: [{}] });
      expect(await subject.store.list({ ...RAW, imports: true })).toMatchObject({
        folderExists: true,
        secrets: [],
      });
    });

    test("removing is all or nothing", async () => {
      await using subject = await make({ secrets: { A: "1", B: "2", C: "3" } });
      await expect(subject.store.remove(["A", "GONE"])).rejects.toMatchObject({ code: "secret-not-found" });
      expect(await subject.read()).toEqual({ A: "1", B: "2", C: "3" });
      await subject.store.remove(["A", "C"]);
      expect(await subject.read()).toEqual({ B: "2" });
      expect(valuesOf(await subject.store.list(RAW))).toEqual({ B: "2" });
    });

    test("a folder is made with its parents, and once more without harm", async () => {
      await using subject = await make({ secretPath: "/a/b/c", folderExists: false });
      await expect(write(subject.store, { A: "1" })).rejects.toMatchObject({ code: "folder-not-found" });
      await subject.store.createFolder();
      await subject.store.createFolder();
      expect(await subject.store.list(RAW)).toMatchObject({ folderExists: true });
      await write(subject.store, { A: "1" });
      expect(await subject.read()).toEqual({ A: "1" });
    });

    test("the root folder needs no making", async () => {
      await using subject = await make();
      await subject.store.createFolder();
      expect(await subject.store.list(RAW)).toMatchObject({ folderExists: true });
    });

    test.each(["co:lon", "sla/sh"])(
      "a refused key (%s) refuses the whole write, where it is one",
      async (key) => {
        await using subject = await make();
        const written = write(subject.store, { A: "1", [key]: "2" });
        if (!withOddKeyRules) await expect(written).rejects.toMatchObject({ code: "rejected" });
        else await written;
        expect(await subject.read()).toEqual(withOddKeyRules ? { A: "1", [key]: "2" } : {});
      },
    );

    test("the place is looked at again each time, except where an old look is good enough", async () => {
      await using subject = await make({ secrets: { A: "1" } });
      const first = await subject.store.list(RAW);
      expect(valuesOf(await subject.store.list(RAW))).toEqual({ A: "1" });
      await subject.put({ A: "2" });
      expect(await subject.store.list({ ...RAW, acceptCached: true })).toEqual(first);
      expect(valuesOf(await subject.store.list(RAW))).toEqual({ A: "2" });
      expect(valuesOf(await subject.store.list({ ...RAW, acceptCached: true }))).toEqual({ A: "2" });
    });

    test("no old look survives a change of one's own", async () => {
      await using subject = await make({ secrets: { A: "1" } });
      const cached = { ...RAW, acceptCached: true };
      await subject.store.list(cached);
      await write(subject.store, { B: "2" });
      expect(valuesOf(await subject.store.list(cached))).toEqual({ A: "1", B: "2" });
      await subject.store.remove(["A"]);
      expect(valuesOf(await subject.store.list(cached))).toEqual({ B: "2" });
    });

    test("to write or remove nothing is done at once", async () => {
      await using subject = await make({ secretPath: "/missing", folderExists: false });
      expect(await subject.store.write([])).toEqual([]);
      await subject.store.remove([]);
    });

    test("an encoded write knows its size, hides its value, and is never a hidden one", async () => {
      await using subject = await make();
      const { store } = subject;
      const encoded = store.encode("KEY", new SecretValue('canary-ü-"\n'), true);
      expect(encoded).toMatchObject({ key: "KEY", exists: true });
      expect(encoded.bytes).toBe(Buffer.byteLength(encoded.body.reveal()));
      expect(JSON.parse(encoded.body.reveal())).toEqual({ secretKey: "KEY", secretValue: 'canary-ü-"\n' });
      expect(inspect(encoded)).not.toContain("canary");
      expect(() => store.encode("KEY", new SecretValue(HIDDEN_VALUE), true)).toThrow(
        expect.objectContaining({ code: "partial-read" }),
      );
    });

    test("a write as large as the limits is taken", async () => {
      await using subject = await make();
      const { store } = subject;
      const overhead = store.encode("KEY_0000", new SecretValue(""), false).bytes;
      const length = Math.floor(store.limits.bytes / store.limits.items) - overhead;
      const secrets = Object.fromEntries(
        Array.from({ length: store.limits.items }, (_, index) => [
          `KEY_${String(index).padStart(4, "0")}`,
          "v".repeat(length),
        ]),
      );
      const written = await write(store, secrets);
      expect(written).toHaveLength(store.limits.items);
    });

    test("the project tells its type, where it has one", async () => {
      await using subject = await make();
      const { type } = await subject.store.facts();
      expect(type).toBe(withoutProjectTypes ? undefined : "secret-manager");
    });
  });
}

/** Writes plain values; `existing` are the keys known to be there. */
export function write(store: SecretStore, secrets: Record<string, string>, existing: string[] = []) {
  const encoded = Object.entries(secrets).map(([key, value]) =>
    store.encode(key, new SecretValue(value), existing.includes(key)),
  );
  return store.write(encoded);
}

/** The plain values of the folder's own secrets. */
export function valuesOf({ secrets }: Pick<Listing, "secrets">): Record<string, string> {
  return Object.fromEntries(secrets.map(({ key, value }) => [key, value.reveal()]));
}

function byKey<T extends { key: string }>(rows: readonly T[]): Record<string, T> {
  return Object.fromEntries(rows.map((row) => [row.key, row]));
}
