/** One line for each thing that may have happened to a key since the run that is gone back to. */
import { describe, expect, test } from "vitest";
import { SecretValue } from "../secret-value.ts";
import { MARK, UNMARKED } from "./ownership/ownership.ts";
import { loadMemory } from "./record/memory.ts";
import { keysAfter } from "./record/runs.ts";
import { neededVersions, planRollback } from "./rollback.ts";
import type { ListedSecret } from "./store.ts";

const secret = (text: string | undefined, name = "K"): ListedSecret[] => {
  if (text === undefined) return [];
  const [revision = "", value = ""] = text.split("=");
  const [version, id = ""] = revision.split("@");
  return [{ key: name, id, version: Number(version), value: new SecretValue(value), isHidden: false }];
};

const marked = (secret: ListedSecret, value: string): ListedSecret => ({
  ...secret,
  metadata: [{ key: MARK, value, isEncrypted: false }],
});

interface Row {
  what: string;
  /** What the runs since did, newest first. */
  runs: string[];
  /** What is remembered of the key now. */
  memory?: string;
  /** What the destination has: `<revision>=<value>`. */
  now?: string;
  /** The earlier version that the instance answers, if it is asked. */
  version?: string;
  /** `<kind> <revision to record>` or why it stays; nothing for a key that is as it was. */
  expected?: string;
  /** What is remembered afterwards, where that differs from what the plan's own change leaves. */
  remembered?: string | null;
  /** Of the mark that the key carries. */
  owner?: string;
  /** No version is asked for. */
  isAsked?: false;
}

const created = "create - - - 1@d";
const updated = "update created 1@s 1@d 2@d";

const rows: Row[] = [
  {
    what: "updated",
    runs: [updated],
    memory: "created 2@s 2@d",
    now: "2@d=new",
    version: "1@d=old",
    expected: "update 1@s",
    remembered: "created 1@s 1@d",
  },
  {
    what: "updated twice",
    runs: ["update created 2@s 2@d 3@d", updated],
    memory: "created 3@s 3@d",
    now: "3@d=newer",
    version: "1@d=old",
    expected: "update 1@s",
    remembered: "created 1@s 1@d",
  },
  {
    what: "updated, and the version is gone",
    runs: [updated],
    memory: "created 2@s 2@d",
    now: "2@d=new",
    expected: "the instance does not have that version any more",
  },
  {
    what: "updated, and the answer is another secret's",
    runs: [updated],
    memory: "created 2@s 2@d",
    now: "2@d=new",
    version: "1@x=old",
    expected: "the instance does not have that version any more",
  },
  {
    what: "updated, then edited by hand",
    runs: [updated],
    memory: "created 2@s 2@d",
    now: "3@d=mine",
    version: "1@d=old",
    expected: "somebody else has changed it since",
  },
  {
    what: "updated, then put back by hand or by a rollback that was cut off",
    runs: [updated],
    memory: "created 2@s 2@d",
    now: "3@d=old",
    version: "1@d=old",
    remembered: "created 1@s 3@d",
  },
  {
    what: "updated, then deleted by hand",
    runs: [updated],
    memory: "created 2@s 2@d",
    version: "1@d=old",
    expected: "somebody else has deleted it since",
  },
  {
    what: "restored after an edit by hand",
    runs: ["update created 1@s 1@d 3@d"],
    memory: "created 1@s 3@d",
    now: "3@d=old",
    isAsked: false,
  },
  {
    what: "restored after it was deleted by hand",
    runs: ["create created 1@s 1@d 1@x"],
    memory: "created 1@s 1@x",
    now: "1@x=old",
    isAsked: false,
  },
  {
    what: "overwritten although it was somebody's",
    runs: ["update - - 4@d 5@d"],
    memory: "adopted 1@s 5@d",
    now: "5@d=ours",
    version: "4@d=theirs",
    expected: "update 4@d",
    remembered: null,
  },
  {
    what: "created",
    runs: [created],
    memory: "created 1@s 1@d",
    now: "1@d=new",
    expected: "delete",
    remembered: null,
    isAsked: false,
  },
  {
    what: "created, then updated",
    runs: [updated, created],
    memory: "created 2@s 2@d",
    now: "2@d=new",
    expected: "delete",
    remembered: null,
    isAsked: false,
  },
  {
    what: "created, then edited by hand",
    runs: [created],
    memory: "created 1@s 1@d",
    now: "2@d=mine",
    expected: "somebody else has changed it since",
    isAsked: false,
  },
  {
    what: "created, while somebody was faster",
    runs: ["create - - - 2@d"],
    memory: "adopted 1@s 2@d",
    now: "2@d=new",
    expected: "somebody else had created it",
    isAsked: false,
  },
  {
    what: "created and gone again",
    runs: [created],
    memory: "created 1@s 1@d",
    remembered: null,
    isAsked: false,
  },
  {
    what: "created and deleted",
    runs: ["delete created 1@s 1@d -", created],
    remembered: null,
    isAsked: false,
  },
  {
    what: "created and deleted, then made by hand",
    runs: ["delete created 1@s 1@d -", created],
    now: "1@x=mine",
    expected: "this sync has not written what is there now",
    isAsked: false,
  },
  {
    what: "deleted",
    runs: ["delete created 1@s 1@d -"],
    expected: "it was deleted, and the instance does not have it any more",
  },
  {
    what: "deleted, and the instance still has it",
    runs: ["delete created 1@s 1@d -"],
    version: "1@d=old",
    expected: "create 1@s",
    remembered: "created 1@s 1@d",
  },
  {
    what: "deleted, then made by hand",
    runs: ["delete created 1@s 1@d -"],
    now: "1@x=mine",
    expected: "somebody else has changed it since",
  },
  {
    what: "deleted, and created by a later run",
    runs: ["create - - - 1@x", "delete created 1@s 1@d -"],
    memory: "created 2@s 1@x",
    now: "1@x=new",
    version: "1@d=old",
    expected: "update 1@s",
    remembered: "created 1@s 1@d",
  },
  {
    what: "updated, and another sync has marked since",
    runs: [updated],
    memory: "created 2@s 2@d",
    now: "2@d=new",
    version: "1@d=old",
    owner: "theirs",
    expected: "it is marked as another sync's (theirs)",
  },
  {
    what: "imported",
    runs: ["import - - 1@d 1@d"],
    memory: "adopted 1@d 1@d",
    now: "1@d=theirs",
    expected: "it was imported into the source, which stays as it is",
    isAsked: false,
  },
];

describe("a key that later runs have", () => {
  test.each(rows)("$what", ({ runs, memory, now, version, expected, remembered, owner, isAsked = true }) => {
    const history = runs.map((text, index) => ({ id: `${index}`, at: "", counts: {}, changes: { K: text } }));
    const earlier = keysAfter([...history, { id: "then", at: "", counts: {} }], "then");
    const input = {
      earlier,
      memory: loadMemory({
        OTHER: "created 1@o 1@p",
        EDITED: "created 1@e 1@f",
        ...(memory !== undefined && { K: memory }),
      }),
      destination: [
        ...secret(now).map((each) => (owner === undefined ? each : marked(each, owner))),
        ...secret("1@p=o", "OTHER"),
        ...secret("2@f=by hand", "EDITED"),
      ],
      ownership: UNMARKED,
    };
    const before = JSON.stringify([...input.memory]);
    const needed = neededVersions(input);
    expect(needed.length > 0).toBe(isAsked);
    const [answer] = secret(version);
    const rollback = planRollback(input, new Map(answer && needed.length > 0 ? [["K", answer]] : []));
    const { changes, keys, unchanged, kept } = rollback.plan;
    const told = [
      ...changes.map((change) => ("revision" in change ? `${change.kind} ${change.revision}` : change.kind)),
      ...rollback.left.map(({ why }) => why),
    ];
    expect(told).toEqual(expected === undefined ? [] : [expected]);
    const recalled = rollback.remembered.get("K");
    expect(recalled && `${recalled.origin} ${recalled.pushed} ${recalled.destination}`).toEqual(
      remembered ?? (remembered === null ? null : undefined),
    );
    expect(keys).toMatchObject({ OTHER: "1@o", EDITED: "1@e" });
    expect(unchanged.map(({ label }) => label)).toContain("OTHER");
    expect(kept.map(({ label }) => label)).toContain("EDITED");
    expect(JSON.stringify([...input.memory])).toBe(before);
  });
});
