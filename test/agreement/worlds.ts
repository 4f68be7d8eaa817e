/** Random worlds: what both sides hold, how they are synced, what others do in between, what fails. */
import fc from "fast-check";
import type { Fault } from "../../infisical-server/index.ts";
import { syncOptions } from "../../provider/schema.ts";
import type { Values } from "../support/world.ts";
import type { SeededSides } from "./copy.ts";

const key = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("A", "B", "C", "D") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "a",
      "7",
      "with space",
      "dot.ted",
      "..",
      "N\nL",
      "a%b?c#d&e",
      "ключ",
      "__proto__",
      "constructor",
      "batch",
      "K".repeat(150),
    ),
  },
);

const plain = fc.constantFrom(
  "",
  "one",
  "two",
  "three\n",
  "\n",
  "two words",
  "-----BEGIN-----\nline\n",
  "žluť 🐎 \u2028",
  "\\ \" '",
  "$ { } ${",
);
/** References that mean the same wherever they stand. */
const absolute = fc.constantFrom(
  "${prod.app.A}",
  "<${prod.app.B}>",
  "${dev.elsewhere.X}",
  "${dev.elsewhere.Y}-${dev.elsewhere.X}",
  "${@faraway.dev.X}",
  "${dev.NOWHERE}",
  "${no.such.place.KEY}",
);
const local = fc.constantFrom("${A}", "<${B}>", "${C}${D}", "${A}\n", "${B} ${C}", "${NOWHERE}", "$${A}");
const own = fc.oneof({ weight: 8, arbitrary: plain }, absolute, local);
/** Rarely a reference: what is imported of them makes worlds that can be compared in part only. */
const theirs = fc.oneof({ weight: 20, arbitrary: plain }, absolute, local);
/** Local references of imported secrets are a difference of their own, see docs/executions.md. */
const imported = fc.oneof({ weight: 5, arbitrary: plain }, absolute);

const side = (value: fc.Arbitrary<string>, most: number) =>
  fc.array(fc.tuple(key, value), { maxLength: most }).map((rows) => Object.fromEntries(rows));
const elsewhere = fc
  .record({ X: fc.constantFrom("ex", "${Y}!", "${@faraway.dev.X}"), Y: plain }, { requiredKeys: [] })
  .map((values) => ({ ...values }) as Record<string, string>);

const FAULTS = {
  /** The first write of any kind is refused for good. */
  write: { kind: "status", status: 400, path: /\/secrets\/batch/ },
  /** Deletes are, after what comes before them. */
  delete: { kind: "status", status: 400, path: /\/secrets\/batch/, method: "DELETE" },
  /** The first look at the destination. */
  list: { kind: "status", status: 400, path: /\/api\/v[34]\/secrets(\/raw)?$/, method: "GET" },
  /** The first write meets a server that is back at the second attempt. */
  moment: { kind: "status", status: 503, path: /\/secrets\/batch/ },
} satisfies Record<string, Fault>;
export type FaultName = keyof typeof FAULTS;
export const faultOf = (name: FaultName): Fault => FAULTS[name];

const edits = fc.record({
  source: side(own, 3),
  destination: side(theirs, 3),
  dropped: fc.array(key, { maxLength: 3 }),
  lost: fc.array(key, { maxLength: 3 }),
  imported: side(imported, 2),
  elsewhere,
});

const fault = fc.constantFrom<FaultName[]>("write", "write", "delete", "list", "moment");
const smooth = fc.constant({ edits: undefined, fault: undefined });
const failing = fault.map((name) => ({ edits: undefined, fault: name }));
const step = fc.record({
  edits: fc.option(edits, { nil: undefined, freq: 4 }),
  fault: fc.option(fault, { nil: undefined, freq: 1 }),
});
/** One run after another, with what happens before it: first runs, repeated ones, later ones. */
const steps = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(smooth) },
  { weight: 2, arbitrary: fc.tuple(failing, step) },
  { weight: 2, arbitrary: fc.tuple(smooth, step) },
  { weight: 1, arbitrary: fc.tuple(failing, step, step) },
);

export const world = fc.record({
  source: side(own, 6),
  imports: fc.array(side(imported, 4), { maxLength: 2 }),
  elsewhere,
  destination: side(theirs, 6),
  options: fc
    .record({
      initialSyncBehavior: fc.constantFrom(
        "overwrite-destination",
        "import-prioritize-source",
        "import-prioritize-destination",
      ),
      disableSecretDeletion: fc.boolean(),
      // Costs requests, and must not refuse where nothing is hidden.
      allowPartialRead: fc.constantFrom(true, true, false),
    })
    .map((given) =>
      // What the guards refuse, the product does: see docs/executions.md.
      syncOptions.parse({ ...given, allowEmptySource: true, allowImportedReferences: true }),
    ),
  steps,
});
type FlatWorld = typeof world extends fc.Arbitrary<infer T> ? T : never;
export type Edits = NonNullable<FlatWorld["steps"][number]["edits"]> & {
  beneath?: Readonly<Record<string, Values | undefined>>;
};
export type World = Omit<FlatWorld, "steps"> &
  Pick<SeededSides, "beneath"> & {
    steps: readonly { edits: Edits | undefined; fault: FaultName | undefined }[];
  };

const FOLDERS = ["api", "api/v1", "web"] as const;
/** Mostly names of its own, for each folder, and rarely one that others may have as well. */
const beneath = (kind: string) =>
  fc.record(
    Object.fromEntries(
      FOLDERS.map((folder) => {
        const name = folder.toUpperCase().replace("/", "_") + kind;
        const keys = fc.oneof(
          { weight: 30, arbitrary: fc.constantFrom(`${name}_1`, `${name}_2`) },
          { weight: 1, arbitrary: fc.constantFrom("A", "API_1") },
        );
        const values = fc.oneof(
          plain,
          absolute,
          fc.constantFrom(`\${${name}_1}`, "${A}", "${prod.app.api.API_1}"),
        );
        return [folder, fc.array(fc.tuple(keys, values), { maxLength: 2 }).map(Object.fromEntries<string>)];
      }),
    ),
    { requiredKeys: [] },
  );

/** The same with folders beneath the source, which arrive in one; a step changes them, too. */
export const worldWithFolders = fc
  .tuple(world, beneath(""), beneath("_SHARED"), fc.array(beneath(""), { minLength: 3, maxLength: 3 }))
  .map(([flat, own, shared, later]): World => {
    const { allowPartialRead, disableSecretDeletion } = flat.options;
    const options = syncOptions.parse({
      ...{ allowPartialRead, disableSecretDeletion, allowEmptySource: true },
      initialSyncBehavior: "overwrite-destination",
      includeAllSubFolders: true,
      subFolders: "flatten",
    });
    const folders = FOLDERS.filter((folder) => own[folder] ?? shared[folder]);
    const flatSteps: readonly FlatWorld["steps"][number][] = flat.steps;
    const steps = flatSteps.map(({ edits, fault }, index) => ({
      edits: edits && { ...edits, beneath: later[index] ?? {} },
      fault,
    }));
    return {
      ...{ ...flat, options, steps },
      beneath: Object.fromEntries(
        folders.map((folder) => [folder, { own: own[folder] ?? {}, imported: shared[folder] }]),
      ),
    };
  });
