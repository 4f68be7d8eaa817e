import { expect, it } from "vitest";
import type { EngineEvent } from "../engines/engine.ts";
import { createReview, hasChanges, type Review } from "../review/model.ts";
import type { Command } from "../review/operations.ts";
import { plain } from "../terminal/paint.ts";
import { renderReview } from "./console.ts";
import { documentSchema, reviewed, reviewPart } from "./json.ts";

const TYPE = "pulumi-nodejs:dynamic/external-infisical:ExternalInfisicalSecretSync";
const STACK = "urn:pulumi:dev::demo::pulumi:pulumi:Stack::demo-dev";
const SYNC = `urn:pulumi:dev::demo::${TYPE}::billing`;

type Inputs = Record<string, unknown>;

const PLACES = {
  projectId: "here",
  environment: "prod",
  secretPath: "/billing",
  instanceUrl: "https://dr.example.com",
  destinationConfig: { projectId: "there", environment: "prod", secretPath: "/billing" },
};

const side = (urn: string, type: string, inputs: Inputs, outputs: Inputs = {}) => ({
  type,
  urn,
  id: "",
  parent: urn === STACK ? "" : STACK,
  inputs,
  outputs,
  provider: "",
});

/** An event as the CLI logs it. */
function step(
  kind: string,
  op: string,
  old: Inputs | undefined,
  new_: Inputs | undefined,
  more: object = {},
) {
  const sides = {
    old: old ? side(SYNC, TYPE, { ...PLACES, ...old }, old["outputs"] as Inputs) : null,
    new: new_ ? side(SYNC, TYPE, { ...PLACES, ...new_ }) : null,
  };
  const metadata = { op, urn: SYNC, type: TYPE, ...sides, detailedDiff: null, provider: "", ...more };
  return {
    sequence: 0,
    timestamp: 0,
    [kind]: { metadata, planning: kind === "resOutputsEvent" },
  } as unknown as EngineEvent;
}

const stackStep = (op: string) => {
  const root = side(STACK, "pulumi:pulumi:Stack", {});
  const metadata = { op, urn: STACK, type: "pulumi:pulumi:Stack", old: root, new: root, provider: "" };
  return {
    sequence: 0,
    timestamp: 0,
    resourcePreEvent: { metadata, planning: true },
  } as unknown as EngineEvent;
};

const summary = (resourceChanges: Record<string, number>) =>
  ({ summaryEvent: { maybeCorrupt: false, durationSeconds: 3, resourceChanges } }) as unknown as EngineEvent;

const message = (severity: string, text: string, urn?: string) =>
  ({ diagnosticEvent: { severity, message: text, color: "never", urn } }) as unknown as EngineEvent;

function review(command: Command, events: EngineEvent[]): Review {
  const builder = createReview(command);
  for (const event of events) builder.add(event);
  const isTimed = events.some(({ summaryEvent }) => summaryEvent !== undefined);
  return { ...builder.finish(), durationSeconds: isTimed ? 3 : 0 };
}

const OPTIONS = { paint: plain, isFull: false, isBrief: false, tellsInfo: true };
const render = (of: Review, options: { isFull?: boolean; isBrief?: boolean } = {}) =>
  renderReview(reviewed(of), { ...OPTIONS, ...options });

const first = review("preview", [
  stackStep("create"),
  step("resOutputsEvent", "create", undefined, {
    keys: { API_KEY: "1@aaaaaaaa", TOKEN: "2@bbbbbbbb" },
    effects: {
      OLD: "delete (destination has 1@77aa31c0, not written by this sync)",
      TOKEN: "overwrite (destination has 4@dddddddd, not written by this sync)",
    },
  }),
  summary({ create: 2 }),
]);

const old = {
  keys: { A: "7@9f2c41ab", B: "1@cccccccc", C: "1@eeeeeeee", GONE: "3@ffffffff" },
  effects: { C: "restore (missing at the destination)", D: "delete (not written by this sync)" },
};
const later = review("preview", [
  stackStep("same"),
  step(
    "resOutputsEvent",
    "update",
    old,
    {
      keys: { A: "8@9f2c41ab", B: "1@cccccccc", C: "1@eeeeeeee", NEW: "1@12345678" },
      effects: { C: "restore (missing at the destination) (again)", D: "delete (not written by this sync)" },
      environment: "staging",
    },
    { detailedDiff: { environment: { diffKind: "update" }, "keys.A": { diffKind: "update" } } },
  ),
  message("warning", "using pulumi-resource-pulumi-nodejs from $PATH at /x"),
  message("debug", "noise"),
  summary({ same: 1, update: 1 }),
]);

it("shows a first run", () => {
  expect(render(first)).toMatchInlineSnapshot(`
    "     Type                            Name      Plan
     +   Stack                           demo-dev  create
     +   └─ ExternalInfisicalSecretSync  billing   create

      billing
        here prod:/billing => there prod:/billing at https://dr.example.com
        - OLD      delete (destination has 1@77aa31c0, not written by this sync)
        ~ TOKEN    2@bbbbbbbb  overwrite (destination has 4@dddddddd, not written by this sync)
        + API_KEY  1@aaaaaaaa
        keys: 1 to create, 1 to update, 1 to delete

    Resources:
        + 2 to create

    Duration: 3s

    Keys: 1 to create, 1 to update (1 foreign), 1 to delete (1 foreign) in 1 sync
    "
  `);
});

it("shows what changes, effects that are still to come, and nothing that was done before", () => {
  expect(render(later)).toMatchInlineSnapshot(`
    "     Type                            Name      Plan
         Stack                           demo-dev
     ~   └─ ExternalInfisicalSecretSync  billing   update [~environment]

      billing
        ~ environment: "prod" => "staging"
        here staging:/billing => there prod:/billing at https://dr.example.com
        - GONE  3@ffffffff
        ~ A     7@9f2c41ab => 8@9f2c41ab
        + C     restore (missing at the destination)
        + NEW   1@12345678
        keys: 2 to create, 1 to update, 1 to delete, 1 unchanged

    Resources:
        ~ 1 to update
        1 unchanged

    Duration: 3s

    Keys: 2 to create, 1 to update, 1 to delete, 1 unchanged in 1 sync
    "
  `);
});

it("tells numbers only where a preview has told the keys", () => {
  expect(render({ ...later, command: "up", isPreview: false }, { isBrief: true })).toContain(
    "keys: 2 created, 1 updated, 1 deleted, 1 unchanged",
  );
});

it("shows failures with the resource", () => {
  const failed = review("up", [
    stackStep("same"),
    step("resOpFailedEvent", "update", old, { keys: old.keys }),
    message("error", `${TYPE} resource 'billing' has a problem: Cannot read secrets.\n`, SYNC),
    summary({ same: 1 }),
  ]);
  expect(failed.result).toBe("failed");
  expect(render(failed)).toMatchInlineSnapshot(`
    "     Type                            Name      Status
         Stack                           demo-dev
     ~   └─ ExternalInfisicalSecretSync  billing   updating failed

    Diagnostics:
      error: billing: Cannot read secrets.

    Resources:
        1 unchanged

    Duration: 3s

    Keys: 4 unchanged in 1 sync
    "
  `);
});

it("tells one message of several resources once, with the names of all", () => {
  const urn = (name: string) => SYNC.replace("billing", name);
  const names = ["b", "a", "c"];
  const failed = review(
    "preview",
    names.map((name) => message("error", "source is not reachable\n", urn(name))),
  );
  expect(render(failed)).toContain("Diagnostics:\n  error: a, b, c: source is not reachable\n\n");
});

it("says what it is limited to", () => {
  const document = {
    ...reviewed(review("preview", [stackStep("same")])),
    targets: [SYNC, SYNC.replace("billing", "app")],
  };
  expect(renderReview(document, { paint: plain, isFull: false, isBrief: false, tellsInfo: false })).toContain(
    "Only app, billing; nothing else of the stack was looked at.\n\nResources:",
  );
});

it("says so when a plan cannot be made yet", () => {
  const unknown = { keys: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" };
  const shown = render(
    review("preview", [stackStep("same"), step("resOutputsEvent", "create", undefined, unknown)]),
  );
  expect(shown).toContain("keys: known only during the deployment");
});

it("lists the secrets that go with a sync, and only those it created", () => {
  const outputs = { memory: { MINE: "created 1@a 2@b", THEIRS: "adopted 1@a 2@b" } };
  const before = { removeSecretsOnDelete: true, keys: {}, outputs };
  const shown = render(review("destroy", [step("resOutputsEvent", "delete", before, undefined)]));
  expect(shown).toContain("- MINE");
  expect(shown).not.toContain("THEIRS");
});

it("cuts long lists unless all is asked for", () => {
  const keys = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, index) => [`KEY_${index}`, "1@aaaaaaaa"]),
  );
  const long = review("preview", [step("resOutputsEvent", "create", undefined, { keys })]);
  expect(render(long)).toContain("… and 9,950 more (--diff shows all)");
  expect(render(long).split("\n").length).toBeLessThan(70);
  expect(render(long, { isFull: true })).toContain("KEY_9999");
});

it("shows settings of our resources, and never a secret one", () => {
  const changed = review("preview", [
    step(
      "resOutputsEvent",
      "update",
      { machineIdentityClientSecret: "old-secret" },
      { machineIdentityClientSecret: "new-secret", instanceUrl: "https://evil.example" },
      {
        detailedDiff: {
          instanceUrl: { diffKind: "update" },
          machineIdentityClientSecret: { diffKind: "update" },
        },
      },
    ),
  ]);
  expect(render(changed)).toContain('instanceUrl: "https://dr.example.com" => "https://evil.example"');
  expect(JSON.stringify(changed)).not.toMatch(/(?:old|new)-secret/);
});

it("makes the parts of the JSON document", () => {
  const document = {
    version: 1,
    command: "preview",
    madeAt: "2026-03-01T12:00:00.000Z",
    result: "succeeded",
    exitCode: 0,
    hasChanges: hasChanges(later.changes),
    policies: [],
    ...reviewPart(later),
  };
  expect(documentSchema.parse(document)).toEqual(document);
  expect(document).toMatchObject({
    isPreview: true,
    totals: { create: 2, update: 1, delete: 1, import: 0, foreign: 0, syncs: 1, changingSyncs: 1 },
  });
  expect(document.resources.find(({ urn }) => urn === SYNC)?.sync).toMatchObject({
    keys: [
      { key: "GONE", action: "delete", before: "3@ffffffff" },
      { key: "A", action: "update", before: "7@9f2c41ab", after: "8@9f2c41ab" },
      { key: "C", reason: "missing-at-destination", sourceRevision: "1@eeeeeeee" },
      { key: "NEW", action: "create", after: "1@12345678" },
    ],
    unchanged: 1,
  });
});

const THEIRS = "delete (destination has 1@77aa31c0, not written by this sync)";

it("shows what the sync did not write first, however many keys there are, and counts it in the last line", () => {
  const names = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${name}_${index}`);
  const of = (keys: readonly string[], text: string) => Object.fromEntries(keys.map((key) => [key, text]));
  const many = review("preview", [
    step(
      "resOutputsEvent",
      "update",
      { keys: of(names("GONE", 12), "1@aaaaaaaa") },
      { keys: of(names("A", 600), "1@aaaaaaaa"), effects: of(names("THEIRS", 12), THEIRS) },
    ),
  ]);
  const lines = render(many).trimEnd().split("\n");
  const keys = lines.flatMap((line) => /^ {4}[-+~<] ([A-Z]+_\d+)/.exec(line)?.[1] ?? []);
  expect(keys).toHaveLength(50);
  expect(keys).toEqual([...names("THEIRS", 12), ...names("GONE", 12), ...names("A", 26)]);
  expect(lines.at(-1)).toBe("Keys: 600 to create, 24 to delete (12 foreign) in 1 sync");
});

it("has the last line in red for what is still to be agreed to, and no more when it was done", () => {
  const paint = (color: string, text: string) => `<${color}>${text}`;
  const last = (of: Review) =>
    renderReview(reviewed(of), { ...OPTIONS, paint })
      .trimEnd()
      .split("\n")
      .at(-1);
  const done: Review = { ...first, command: "up", isPreview: false };
  expect(last(first)).toMatch(/^<red>Keys: 1 to create/);
  expect(last(done)).toMatch(/^<bold>Keys: 1 created/);
  expect(last({ ...done, result: "failed" })).toMatch(/^<red>Keys: /);
});

it("names the sync of a message once", () => {
  const told = message("warning", "billing: folder names are odd", SYNC);
  const other = message("warning", "something else", SYNC);
  const text = render(review("preview", [stackStep("create"), told, other]));
  expect(text).toMatch(/warning: billing: folder names are odd\n.*warning: billing: something else\n/);
});

it.each([
  ["what is unchanged", { keys: { A: "1@aaaaaaaa" } }, "Keys: 1 unchanged in 1 sync"],
  [
    "what is taken over",
    { keys: { A: "1@aaaaaaaa", B: "1@bbbbbbbb" }, effects: { B: "unchanged (at the destination already)" } },
    "Keys: 2 unchanged in 1 sync",
  ],
  [
    "what nobody knows yet",
    { keys: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
    "Keys: known only during the deployment in 1 sync",
  ],
])("counts %s in the last line, too", (_what, inputs, line) => {
  const before = { keys: { A: "1@aaaaaaaa" } };
  const shown = render(review("preview", [step("resOutputsEvent", "update", before, inputs)]));
  expect(shown.trimEnd().split("\n").at(-1)).toBe(line);
});

it("says nothing of keys where a stack has no sync", () => {
  expect(render(review("preview", [stackStep("create")]))).not.toMatch(/^Keys:/m);
});

it("says why a sync is updated of which nothing is written", () => {
  const before = { keys: { A: "1@aaaaaaaa", B: "1@bbbbbbbb" } };
  const after = {
    keys: { A: "1@aaaaaaaa" },
    effects: { B: "unchanged (gone from the destination already)" },
  };
  const shown = render(review("preview", [step("resOutputsEvent", "update", before, after)]));
  expect(shown).toContain("1 key gone from both sides, only forgotten");
});

it("does not tell again what the provider tells of its plan to others", () => {
  const line = message("info", "billing: planned: 3 to create, 1 to delete (1 foreign)");
  expect(render(review("preview", [stackStep("create"), line]))).not.toContain("planned");
});

it("counts keys of others that stay, which the provider alone tells", () => {
  const few = message("info", PLANNED.replace("2 to create", "1 to create, 12 kept, 2 unchanged"));
  const inputs = { name: "billing", keys: { A: "1@aaaaaaaa" } };
  const created = (["resourcePreEvent", "resOutputsEvent"] as const).map((kind) =>
    step(kind, "create", undefined, inputs),
  );
  const shown = render(review("preview", [...created, few]));
  expect(shown.trimEnd().split("\n").at(-1)).toBe("Keys: 1 to create, 12 kept in 1 sync");
  expect(shown).toContain("keys: 1 to create, 12 kept\n");
  expect(
    render(review("preview", [...created, message("info", "other: planned: 12 kept; from")])),
  ).not.toContain("kept");
});

it("counts the time from when the user began to wait", () => {
  expect(
    createReview("preview", undefined, undefined, Date.now() - 60_000).finish().durationSeconds,
  ).toBeGreaterThan(59);
});

it("breaks no word of the tree on a narrow terminal, and aligns wide characters on others", () => {
  const wide = {
    ...later,
    resources: later.resources.map((one) => ({ ...one, name: `${one.name}-日本語🔑` })),
  };
  const narrow =
    renderReview(reviewed(wide), { ...OPTIONS, columns: 40 })
      .split("\n\n")[0]
      ?.split("\n") ?? [];
  expect(narrow).toEqual([
    "     Stack  demo-dev-日本語🔑",
    " ~   └─ ExternalInfisicalSecretSync",
    "        billing-日本語🔑  update",
    "        [~environment]",
  ]);
  const [, first, second] = renderReview(reviewed(wide), OPTIONS).split("\n");
  expect(second).toMatch(/日本語🔑 {3}update/);
  expect(first).toMatch(/demo-dev-日本語🔑$/);
});

const PLANNED =
  'billing: planned: 2 to create; from here prod:/billing at https://app.example.com to "DR site" (there-4f0c-93d1) prod:/billing at https://dr.example.com';
const elsewhere = { destinationConfig: { ...PLACES.destinationConfig, projectId: "there-4f0c-93d1" } };

it.each([
  [
    "where the host of the source and a name were looked up",
    [message("info", PLANNED, SYNC)],
    "https://app.example.com",
    "here prod:/billing at https://app.example.com => DR site (there-4f…) prod:/billing at https://dr.example.com",
  ],
  [
    "where no name was",
    [],
    "https://app.example.com",
    "here prod:/billing at https://app.example.com => there-4f0c-93d1 prod:/billing at https://dr.example.com",
  ],
  [
    "where nothing was",
    [],
    undefined,
    "here prod:/billing => there-4f0c-93d1 prod:/billing at https://dr.example.com",
  ],
])("tells the places by the names that people know, %s", (_case, told, sourceUrl, line) => {
  const inputs = { ...elsewhere, keys: { A: "1@aaaaaaaa" } };
  const seen = review("preview", [step("resOutputsEvent", "create", undefined, inputs), ...told]);
  expect(render({ ...seen, sourceUrl })).toContain(line);
});

it.each([
  [
    "a log",
    undefined,
    "11111111-1111-4111-8111-111111111111 prod:/billing at https://app.example.com => there-4f0c-93d1 prod:/billing at https://dr.example.com",
  ],
  [
    "a narrow terminal",
    120,
    "11111111… prod:/billing at https://app.example.com => there-4f… prod:/billing at https://dr.example.com",
  ],
])("ids of projects are as long as there is room for them: %s", (_case, columns, line) => {
  const here = { projectId: "11111111-1111-4111-8111-111111111111" };
  const inputs = { ...here, ...elsewhere, keys: { A: "1@aaaaaaaa" } };
  const seen = review("preview", [step("resOutputsEvent", "create", undefined, inputs)]);
  const document = reviewed({ ...seen, sourceUrl: "https://app.example.com" });
  expect(renderReview(document, { ...OPTIONS, columns })).toContain(`\n    ${line}\n`);
  // As wide as the whole line is.
  const exactly = renderReview(document, { ...OPTIONS, columns: line.length + 4 });
  expect(exactly).toContain(`\n    ${line}\n`);
});

it("is the same in whatever order resources were done with: by name, as people count", () => {
  const made = (name: string) => {
    const type = name === "dr" ? TYPE.replace("SecretSync", "Connection") : TYPE;
    const urn = `urn:pulumi:dev::demo::${type}::${name}`;
    const made = side(urn, type, { ...PLACES, keys: { [`OF_${name}`]: "1@aaaaaaaa" } });
    return step("resOutputsEvent", "create", undefined, undefined, { urn, type, new: made });
  };
  const names = ["shop", "sync-10", "billing", "dr", "sync-2"];
  const [one, other] = [names, names.toReversed()].map((order) =>
    review("preview", [stackStep("same"), ...order.map(made), summary({ same: 1, create: 5 })]),
  ) as [Review, Review];
  expect(render(one)).toBe(render(other));
  expect(reviewed(one)).toEqual(reviewed(other));
  const order = ["billing", "dr", "shop", "sync-2", "sync-10"];
  expect(reviewed(one).resources.map(({ name }) => name)).toEqual(["billing", "demo-dev", ...order.slice(1)]);
  expect([...render(one).matchAll(/(?:├|└)─ \S+ +(\S+)/g)].map(([, name]) => name)).toEqual(order);
});
