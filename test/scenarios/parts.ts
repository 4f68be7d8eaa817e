import { overwrite } from "./options.ts";
import type { Scenario } from "./scenario.ts";

const copying = (...copy: string[]) => ({ syncOptions: { ...overwrite, copy } });

const withoutMetadata = copying("comment", "tags", "multiline", "reminder");

const importing = {
  syncOptions: {
    initialSyncBehavior: "import-prioritize-destination",
    copy: ["comment", "tags", "metadata"],
  },
};
/** What has been imported with its values, and is the same on both sides then. */
const onBothSides = {
  A: { metadata: { team: "a" } },
  BOTH: { comment: "of the destination" },
  THEIRS: { metadata: { team: "t" }, tags: ["x"] },
};

export const parts: Scenario[] = [
  {
    name: "what belongs to values travels with them, and alone",
    isEssential: true,
    execution: "engine",
    given: { source: { A: "1", B: "2", NEW: "3" }, destination: { A: "1", B: "old" } },
    steps: [
      {
        do: "change",
        source: {
          parts: {
            A: { comment: "of A", tags: ["core", "db"] },
            NEW: { comment: "of NEW", tags: ["core"], multiline: true, reminder: ["turn it", 30] },
          },
        },
        destination: { parts: { A: { comment: "theirs" }, B: { comment: "stays" } } },
      },
      {
        do: "deploy",
        with: {},
        expect: {
          keys: { A: "add", B: "add", NEW: "add" },
          effects: { B: "overwrite (destination has" },
          destination: { A: "1", B: "2", NEW: "3" },
          parts: { A: { comment: "theirs" }, B: { comment: "stays" } },
        },
      },
      {
        // Turning it on shows what it would overwrite.
        do: "deploy",
        with: withoutMetadata,
        expect: {
          effects: {
            A: "update comment, tags (overwrites comment)",
            B: "update comment (overwrites comment)",
            NEW: "update comment, tags, multiline, reminder",
          },
          destination: { A: "1", B: "2", NEW: "3" },
          parts: {
            A: { comment: "of A", tags: ["core", "db"] },
            NEW: { comment: "of NEW", tags: ["core"], multiline: true, reminder: ["turn it", 30] },
          },
        },
      },
      { do: "deploy", with: withoutMetadata, expect: { unchanged: true } },
      {
        do: "change",
        source: { put: { B: "2b", LATE: "4" } },
      },
      {
        do: "change",
        source: {
          parts: {
            A: { tags: [] },
            B: { comment: "of B" },
            LATE: { comment: "of LATE", reminder: ["soon", 1] },
          },
        },
        destination: { parts: { NEW: { multiline: false } } },
      },
      {
        do: "deploy",
        with: withoutMetadata,
        expect: {
          keys: { B: "update", LATE: "add" },
          effects: { A: "update tags (overwrites tags)", B: "update with comment", NEW: "update multiline" },
          destination: { A: "1", B: "2b", NEW: "3", LATE: "4" },
          parts: {
            A: { comment: "of A" },
            B: { comment: "of B" },
            NEW: { comment: "of NEW", tags: ["core"], multiline: true, reminder: ["turn it", 30] },
            LATE: { comment: "of LATE", reminder: ["soon", 1] },
          },
        },
      },
      { do: "deploy", with: withoutMetadata, expect: { unchanged: true } },
      // Turning it off leaves what is there.
      { do: "change", source: { parts: { B: { comment: "" } } } },
      {
        do: "deploy",
        with: {},
        expect: { unchanged: false, keys: {}, destination: { A: "1", B: "2b", NEW: "3", LATE: "4" } },
      },
      { do: "deploy", with: {}, expect: { unchanged: true } },
    ],
  },
  {
    name: "metadata travels as a set beside the mark, and what is imported brings its own",
    execution: "engine",
    needs: "secret metadata",
    given: { sourceRole: "member", source: { A: "1", BOTH: "s" }, destination: { BOTH: "s", THEIRS: "t" } },
    steps: [
      {
        do: "change",
        source: { parts: { A: { metadata: { team: "a" } }, BOTH: { comment: "of the source" } } },
        destination: {
          parts: {
            BOTH: { comment: "of the destination" },
            THEIRS: { metadata: { team: "t" }, tags: ["x"] },
          },
        },
      },
      {
        do: "deploy",
        with: importing,
        expect: {
          keys: { A: "add", BOTH: "add", THEIRS: "add" },
          effects: { BOTH: "import comment into the source, over", THEIRS: "import into the source" },
          source: { A: "1", BOTH: "s", THEIRS: "t" },
          parts: onBothSides,
          sourceParts: onBothSides,
        },
      },
      {
        do: "deploy",
        with: importing,
        expect: { unchanged: true },
      },
    ],
  },
];
