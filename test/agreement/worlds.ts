/** Random worlds: what both sides hold, how they are synced, what others do in between, what fails. */
import fc from "fast-check";
import type { Fault } from "../../infisical-server/index.ts";
import { syncOptions } from "../../provider/schema.ts";

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
export type World = typeof world extends fc.Arbitrary<infer T> ? T : never;
export type Edits = NonNullable<World["steps"][number]["edits"]>;
