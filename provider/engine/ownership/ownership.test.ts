import { describe, expect, test } from "vitest";
import { planInput, runInput, tell, writesOf } from "../../../test/support/engine.ts";
import { createMemoryStore } from "../../../test/support/memory-store.ts";
import { plan } from "../plan.ts";
import type { MetadataItem } from "../store.ts";
import { run } from "../sync.ts";
import { MARK, markedMetadata, markOf, type Ownership, otherOwner, ownerIn } from "./ownership.ts";

const item = (key: string, value: string, isEncrypted = false): MetadataItem => ({ key, value, isEncrypted });
const MINE = item(MARK, "me at https://here.example");
const BEFORE = item(MARK, "old-me at https://here.example");
const THEIRS = item(MARK, "them at https://there.example");

const ownership = (over: Partial<Ownership> = {}): Ownership => ({
  mark: MINE.value,
  isOwn: (mark) => ["me", "old-me"].includes(ownerIn(mark)),
  spares: true,
  ...over,
});

const secretWith = (metadata: readonly MetadataItem[]) => {
  const [secret] = planInput({ destination: { A: "1" } }).destination;
  if (!secret) throw new Error("there is one");
  return metadata.length > 0 ? { ...secret, metadata } : secret;
};

describe("what a write notes at a secret", () => {
  test.each<[string, MetadataItem[], MetadataItem[] | undefined]>([
    ["nothing there", [], [MINE]],
    [
      "others' items stay, in order",
      [item("b", "1"), item("a", "2")],
      [item("b", "1"), item("a", "2"), MINE],
    ],
    ["an earlier name gives way", [BEFORE, item("a", "2")], [item("a", "2"), MINE]],
    ["marked already", [item("a", "2"), MINE], undefined],
    ["marked at another host", [item(MARK, "me at https://moved.example")], undefined],
    ["twice, once under an earlier name", [BEFORE, MINE], [MINE]],
    ["an encrypted item cannot be written back", [item("a", "", true)], undefined],
  ])("%s", (_name, metadata, expected) => {
    expect(markedMetadata(secretWith(metadata), ownership())).toEqual(expected);
    expect(markedMetadata(secretWith(metadata), ownership({ mark: undefined }))).toBeUndefined();
  });
});

describe("whose a secret is", () => {
  test.each<[string, MetadataItem[], string | undefined]>([
    ["unmarked", [], undefined],
    ["with other notes", [item("owner", "them")], undefined],
    ["ours", [MINE], undefined],
    ["ours under an earlier name", [BEFORE], undefined],
    ["theirs", [THEIRS], "them at https://there.example"],
    ["theirs beside ours", [MINE, THEIRS], "them at https://there.example"],
    ["without a text", [item(MARK, "")], "an unknown owner"],
    ["a hostile text", [item(MARK, "\u001b[31m\u202e<b>\n")], "%1B[31m%E2%80%AE<b>%0A"],
    ["an endless text", [item(MARK, "x".repeat(10_000))], `${"x".repeat(600)}…`],
  ])("%s", (_name, metadata, expected) => {
    expect(otherOwner(secretWith(metadata), ownership())).toBe(expected);
  });

  test("the host is told and not compared, wherever a path has the same words", () => {
    expect(ownerIn(markOf("a of project p prod:/look at me", "https://x.example"))).toBe(
      "a of project p prod:/look at me",
    );
  });
});

describe("a plan", () => {
  const planned = (
    metadata: readonly MetadataItem[],
    over: Parameters<typeof planInput>[0],
    by = ownership(),
  ) => {
    const input = planInput({ destination: { A: "1" }, ...over });
    const destination = input.destination.map((secret) => ({
      ...secret,
      ...(metadata.length > 0 && { metadata }),
    }));
    const { changes, kept, claimed, counts, keys } = plan({ ...input, destination, ownership: by });
    return { changes: changes.map(tell), kept: kept.map(({ owner }) => owner), claimed, counts, keys };
  };
  const them = "them at https://there.example";

  test.each([
    ["equal and unmarked", [], { source: { A: "1" } }, "mark A 1@d-A"],
    ["equal under an earlier name", [BEFORE], { source: { A: "1" } }, "mark A 1@d-A renamed"],
    [
      "different",
      [],
      { source: { A: "2" }, known: { A: "1@s-A" } },
      "update A=2 1@s-A over 1@d-A owned restore",
    ],
  ])("marks what is %s", (_name, metadata, over, change) => {
    expect(planned(metadata, over)).toMatchObject({ changes: [change], claimed: [] });
    expect(planned(metadata, over, ownership({ mark: undefined })).counts.mark).toBeUndefined();
  });

  test("keeps the revision on record of a key that is only marked", () => {
    const { keys, counts } = planned([], { source: { A: "1@4" }, known: { A: "2@s-A" } });
    expect(keys).toEqual({ A: "2@s-A" });
    expect(counts).toEqual({ create: 0, update: 0, delete: 0, import: 0, unchanged: 0, kept: 0, mark: 1 });
  });

  test.each([
    ["equal", { source: { A: "1" } }],
    ["different", { source: { A: "2" } }],
    ["its own on record", { source: { A: "2" }, known: { A: "1@s-A" } }],
  ])("claims nothing that is another's: %s", (_name, over) => {
    expect(planned([THEIRS], over)).toMatchObject({ changes: [], claimed: [{ label: "A", owner: them }] });
  });

  test.each([
    ["unknown", {}],
    ["its own on record", { known: { A: "1@s-A" } }],
    ["to be imported", { options: { initialSyncBehavior: "import-prioritize-destination" as const } }],
  ])("keeps what is another's and not at the source: %s", (_name, over) => {
    expect(planned([THEIRS], over)).toMatchObject({ changes: [], kept: [them], claimed: [] });
    const byInstance = ownership({ mark: undefined, spares: false });
    expect(planned([THEIRS], over, byInstance)).toMatchObject({
      changes: [],
      kept: [],
      claimed: [{ label: "A" }],
    });
  });

  test("an instance that deletes nothing may leave it there", () => {
    const byInstance = ownership({ mark: undefined, spares: false });
    const options = { disableSecretDeletion: true };
    expect(planned([THEIRS], { options }, byInstance)).toMatchObject({ kept: [them], claimed: [] });
  });
});

describe("a run", () => {
  test("marks what is there only, and a key that is gone meanwhile does not come back empty", async () => {
    const source = createMemoryStore({ secrets: { A: "1", B: "2" } });
    const destination = createMemoryStore({ secrets: { A: "1", B: "2" } });
    const { annotate } = destination;
    destination.annotate = (secrets) => {
      destination.drop("B");
      return annotate(secrets);
    };
    const result = await run(runInput(source, destination, { ownership: ownership() }));
    expect(result.failure?.error).toMatchObject({ code: "secret-not-found" });
    expect(destination.read()).toEqual({ A: "1" });
    expect(destination.notes("A")).toBeUndefined();
  });

  test("sees a mark that was set after its look, although the version tells nothing", async () => {
    const source = createMemoryStore({ secrets: { A: "1" } });
    const destination = createMemoryStore({ secrets: { GONE: "g" } });
    const { write } = destination;
    destination.write = (secrets) => {
      destination.note("GONE", [THEIRS]);
      return write(secrets);
    };
    const result = await run(runInput(source, destination, { ownership: ownership() }));
    expect(result.failure?.error).toMatchObject({
      code: "plan-changed",
      message: expect.stringMatching(/not deleted\. Marked as another sync's: GONE \(them at/),
    });
    expect(destination.read()).toEqual({ A: "1", GONE: "g" });
  });

  test.each<[string, MetadataItem[] | undefined, RegExp]>([
    ["an instance that drops notes", [], /A: the instance has not kept its mark/],
    ["another hand right after the write", [THEIRS], /A: it is marked as another sync's \(them at/],
  ])("is not as planned with %s", async (_name, metadata, message) => {
    const source = createMemoryStore({ secrets: { A: "1" } });
    const destination = createMemoryStore();
    const { write } = destination;
    destination.write = async (secrets) => {
      const written = await write(secrets);
      destination.note("A", metadata ?? []);
      return written;
    };
    const result = await run(runInput(source, destination, { ownership: ownership() }));
    expect(result.failure?.error).toMatchObject({
      code: "not-as-planned",
      message: expect.stringMatching(message),
    });
    expect(result.memory.get("A")).toMatchObject({ origin: "created" });
  });

  test("where nothing is marked, marks cost nothing", async () => {
    const source = createMemoryStore({ secrets: { A: "1", B: "2" } });
    const destination = createMemoryStore({ secrets: { B: "2" } });
    await run(runInput(source, destination));
    expect(writesOf(destination)).toEqual(["write A"]);
    expect(destination.notes("A")).toBeUndefined();
  });
});
