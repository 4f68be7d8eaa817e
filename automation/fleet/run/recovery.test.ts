import { describe, expect, it } from "vitest";
import type { PlannedResource } from "../../review/planned.ts";
import { intentOf, startOf, withCreated } from "./recovery.ts";

const NOW = new Date("2026-01-02T03:04:05Z");
const arguments_ = { name: "app", syncOptions: { initialSyncBehavior: "overwrite-destination" } };
const outputs = (memory: Record<string, string>, keys: Record<string, string>) => ({
  ...arguments_,
  syncId: "id",
  createdAt: NOW.toISOString(),
  memory,
  keys,
});
const creating = (...keys: string[]) =>
  ({ sync: { changes: keys.map((key) => ({ key, action: "create" })) } }) as unknown as PlannedResource;

describe("after a run that has not told how it ended", () => {
  const row = {
    inputs: { ...arguments_, keys: { A: "1" } },
    outputs: outputs({ A: "created 1 9" }, { A: "1" }),
    intent: intentOf({ ...arguments_, keys: { A: "2", B: "1" } }, creating("B"), null),
  };

  it("what it may have written is the sync's own", () => {
    const start = startOf(row, NOW);
    expect(start.inputs).toEqual({ ...arguments_, keys: { A: "1", B: "1" } });
    expect(start.outputs).toMatchObject({ keys: { A: "1", B: "1" }, memory: { A: "created 1 9" } });
  });

  it("a first one is gone on with, and one that imports is made again", () => {
    const first = { inputs: null, outputs: null, intent: row.intent };
    expect(startOf(first, NOW)).toMatchObject({
      inputs: { keys: { A: "2", B: "1" } },
      outputs: { keys: { A: "2", B: "1" }, memory: {}, createdAt: NOW.toISOString() },
    });
    expect(startOf(first, NOW).inputs).not.toHaveProperty("created");
    const importing = {
      ...first,
      intent: { ...row.intent, syncOptions: { initialSyncBehavior: "import-prioritize-source" } },
    };
    expect(startOf(importing, NOW)).toEqual({ inputs: undefined, outputs: undefined });
  });

  it("what it was to create is created by the sync, and what others had is not", () => {
    const now = outputs({ A: "created 2 9", B: "adopted 1 7", C: "adopted 1 5" }, {});
    expect(withCreated(now, row)["memory"]).toEqual({
      A: "created 2 9",
      B: "created 1 7",
      C: "adopted 1 5",
    });
    expect(withCreated(now, { ...row, intent: null })).toEqual(now);
    const before = outputs({ B: "adopted 1 7" }, {});
    expect(withCreated(now, { ...row, outputs: before })["memory"]).toMatchObject({ B: "adopted 1 7" });
  });

  it("the next one's intent has what that one had", () => {
    const next = intentOf({ ...arguments_, keys: { A: "3" } }, creating("C"), row.intent);
    expect(next).toMatchObject({ keys: { A: "3", B: "1" }, created: ["B", "C"] });
  });

  describe("of a sync that has moved", () => {
    const at = (secretPath: string) => ({
      destinationConfig: { projectId: "p", environment: "e", secretPath },
    });
    const moving = {
      inputs: { ...arguments_, ...at("/old"), keys: { A: "1" } },
      outputs: { ...outputs({ A: "created 1 9" }, { A: "1" }), ...at("/old") },
      intent: intentOf({ ...arguments_, ...at("/new"), keys: { A: "1", B: "1" } }, creating("A", "B"), null),
    };

    it("what is on record of the old place stays as it is", () => {
      expect(startOf(moving, NOW)).toEqual({ inputs: moving.inputs, outputs: moving.outputs });
    });

    it("what it was to create at the new place is created there, also what it has at the old one", () => {
      const now = { ...outputs({ A: "adopted 1 7", B: "adopted 1 7", C: "adopted 1 5" }, {}), ...at("/new") };
      expect(withCreated(now, moving)["memory"]).toEqual({
        A: "created 1 7",
        B: "created 1 7",
        C: "adopted 1 5",
      });
    });

    it("what others have at a third place is theirs", () => {
      const now = { ...outputs({ A: "adopted 1 7" }, {}), ...at("/third") };
      expect(withCreated(now, moving)).toEqual(now);
      const next = intentOf(
        { ...arguments_, ...at("/third"), keys: { C: "1" } },
        creating("C"),
        moving.intent,
      );
      expect(next).toMatchObject({ keys: { C: "1" }, created: ["C"] });
      expect(next["keys"]).toEqual({ C: "1" });
    });
  });
});
