import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { root } from "../../test/support/node.ts";
import { plannedSync, SYNC as SYNC_OF_NAMES } from "../../test/support/planned.ts";
import type { EngineError } from "../engines/engine.ts";
import { evaluate, type StackFacts } from "./evaluate.ts";
import { listPolicyFiles, parsePolicies } from "./read.ts";
import { policiesSchema } from "./schema.ts";

const HERE = "6f1c0d7e-5b1f-4c55-9d40-0c9a4f6e1d2b";
const THERE = "9a7e5c3b-0000-4111-8222-333344445555";
const SYNC = {
  ...SYNC_OF_NAMES,
  projectId: HERE,
  destinationConfig: { ...SYNC_OF_NAMES.destinationConfig, projectId: THERE },
};

const facts: StackFacts = { hasFingerprintKey: false, isSourceInsecure: false };
const many = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`K${index}`, "1@aaaaaaaa"]));
const without = (count: number) => Object.fromEntries(Object.entries(many).slice(count));

const UPDATE = [{ inputs: SYNC }, { inputs: SYNC }] as const;
const DELETES = (count: number) =>
  [{ inputs: { ...SYNC, keys: many } }, { inputs: { ...SYNC, keys: without(count) } }] as const;
const WITH = (more: object) => [undefined, { inputs: { ...SYNC, ...more } }] as const;
const DELETE = "delete (destination has 1@dddddddd, not written by this sync)";
const EFFECT = (text: string) => WITH({ effects: { OLD: text } });
const EFFECT_WITHOUT_KEYS = WITH({ keys: {}, effects: { OLD: DELETE } });
const REMOVAL = [
  {
    inputs: { ...SYNC, removeSecretsOnDelete: true },
    outputs: { memory: { A: "created 1@aaaaaaaa 1@aaaaaaaa", B: "adopted 1@bbbbbbbb 1@bbbbbbbb" } },
  },
  undefined,
] as const;
const STAGING = { destinationConfig: { ...SYNC.destinationConfig, environment: "staging" } };
const MOVE = [
  REMOVAL[0],
  {
    inputs: { ...SYNC, ...STAGING, onDestinationChange: "remove" },
  },
] as const;
const AT_STAGING = [
  { inputs: { ...SYNC, ...STAGING, keys: many } },
  { inputs: { ...SYNC, ...STAGING, keys: without(1) } },
] as const;
const DELETES_AT = (secretPath: string) => {
  const at = { ...SYNC, destinationConfig: { ...SYNC.destinationConfig, secretPath } };
  return [{ inputs: { ...at, keys: many } }, { inputs: { ...at, keys: without(1) } }] as const;
};
const TREE = { ...SYNC, syncOptions: { ...SYNC.syncOptions, includeAllSubFolders: true } };
const TREE_WITH = (more: object) => [undefined, { inputs: { ...TREE, ...more } }] as const;
const TREE_DELETES = (key: string) =>
  [{ inputs: { ...TREE, keys: { ...SYNC.keys, [key]: "1@aaaaaaaa" } } }, { inputs: TREE }] as const;
const FLATTENED = TREE_WITH({ syncOptions: { ...TREE.syncOptions, subFolders: "flatten" } });
const AT_ROOT = WITH({ instanceUrl: "https://dr.example.com.:443" });
const UNKNOWN = WITH({ keys: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" });
const BLIND = [{ inputs: { ...SYNC, execution: "native", removeSecretsOnDelete: true } }, undefined] as const;

const judged = (
  yaml: string,
  [before, after]: readonly [object | undefined, object | undefined],
  more: object = {},
) =>
  evaluate(
    [parsePolicies(`policies: { ${yaml} }`, "policies.yaml")],
    plannedSync(before as never, after as never),
    { ...facts, ...more },
  );

describe("policies", () => {
  it.each([
    ["maxDeletes: 2", DELETES(2), DELETES(3)],
    ["maxDeletes: 20%", DELETES(2), DELETES(3)],
    ["maxDeletes: 0%", UPDATE, EFFECT(DELETE)],
    ["maxDeletes: 100", UPDATE, BLIND],
    ["maxDeletes: 100", UPDATE, UNKNOWN],
    ["denyDeletesIn: [staging, 'prod:/shipping/**']", DELETES(1), AT_STAGING],
    [`denyDeletesIn: ['${THERE}:prod:/bill*']`, UPDATE, DELETES(1)],
    [`denyDeletesIn: ['${THERE.toUpperCase()}:Prod']`, UPDATE, DELETES(1)],
    ["denyDeletesIn: ['prod:/billing/']", UPDATE, DELETES(1)],
    ["denyDeletesIn: ['prod: //billing']", UPDATE, DELETES(1)],
    ["denyDeletesIn: ['prod:/billing/**/']", UPDATE, DELETES(1)],
    ["denyDeletesIn: ['prod:/billing']", AT_STAGING, DELETES_AT("/billing///")],
    ["denyDeletesIn: ['prod:/billing']", AT_STAGING, DELETES_AT("//billing")],
    ["denyDeletesIn: ['prod:/billing/**']", UPDATE, REMOVAL],
    ["denyDeletesIn: [prod]", UPDATE, MOVE],
    ["denyDeletesIn: [prod]", UPDATE, BLIND],
    ["denyDeletesIn: ['prod:/{pay/**,billing/**}']", AT_STAGING, DELETES_AT("/billing")],
    ["denyDeletesIn: ['prod:/billing/**/**']", AT_STAGING, DELETES_AT("/billing")],
    ["denyDeletesIn: ['prod:/billing/api']", TREE_DELETES("X"), TREE_DELETES("api/X")],
    ["denyDeletesIn: ['prod:/billing']", TREE_DELETES("api/X"), TREE_DELETES("a%2FX")],
    ["denyDeletesIn: ['prod:/billing/api/**']", UPDATE, TREE_WITH({ effects: { "api/v1/X": DELETE } })],
    ["denyFolderRemoval: true", DELETES(9), DELETES(10)],
    ["denyFolderRemoval: true", TREE_DELETES("X"), TREE_DELETES("api/X")],
    ["denyFolderRemoval: true", EFFECT(DELETE), EFFECT_WITHOUT_KEYS],
    ["denyForeignDeletes: true", DELETES(1), EFFECT(DELETE)],
    ["denyForeignDeletes: true", REMOVAL, BLIND],
    [
      "denyForeignOverwrites: true",
      EFFECT("restore (missing at the destination)"),
      EFFECT("overwrite (destination has 1@dddddddd, not written by this sync)"),
    ],
    [
      "denyImports: true",
      EFFECT("restore (missing at the destination)"),
      EFFECT("import into the source (destination has 1@dddddddd)"),
    ],
    [
      "denyCopy: [comment, metadata]",
      WITH({ syncOptions: { copy: ["tags"] } }),
      WITH({ syncOptions: { copy: ["tags", "comment"] } }),
    ],
    ["denyCopy: [comment]", REMOVAL, WITH({ syncOptions: "[secret]" })],
    ["denyKeys: ['*_KEY', '!A']", UPDATE, WITH({ keys: { private_key: "1@aaaaaaaa" } })],
    ["denyKeys: ['.env*']", UPDATE, WITH({ keys: { ".env.local": "1@aaaaaaaa" } })],
    ["denyKeys: ['__proto__']", UPDATE, WITH({ keys: { "%5F_proto__": "1@aaaaaaaa" } })],
    ["denyKeys: ['db?password*']", UPDATE, WITH({ keys: { "db/password:old": "1@aaaaaaaa" } })],
    ["denyKeys: [A]", REMOVAL, UPDATE],
    [
      "denyKeys: ['X*']",
      TREE_WITH({ keys: { "X1/A": "1@aaaaaaaa" } }),
      TREE_WITH({ keys: { "api/X1": "1@aaaaaaaa" } }),
    ],
    ["denyKeys: [OLD]", EFFECT(DELETE), EFFECT("import into the source (destination has 1@dddddddd)")],
    [
      "allowedDestinations: ['*.example.com']",
      UPDATE,
      WITH({ instanceUrl: "https://example.com.evil.test" }),
    ],
    [
      "allowedDestinations: ['https://dr.example.com']",
      UPDATE,
      WITH({ instanceUrl: "https://dr.example.com:8443" }),
    ],
    [
      "allowedDestinations: [{ host: dr.example.com, places: ['9a7e5c3b-*:*'] }]",
      UPDATE,
      WITH({ destinationConfig: { ...SYNC.destinationConfig, projectId: "other" } }),
    ],
    [
      "allowedDestinations: ['DR.example.com.:443']",
      AT_ROOT,
      WITH({ instanceUrl: "https://dr.example.org" }),
    ],
    ["allowedDestinations: ['**']", UPDATE, WITH({ instanceUrl: undefined })],
    [`allowedSources: ['${HERE}:prod:/**']`, UPDATE, WITH({ projectId: "elsewhere" })],
    ["allowedSources: ['prod:/billing']", UPDATE, FLATTENED],
    ["allowedSources: ['prod:/billing/**']", FLATTENED, WITH({ secretPath: "/other" })],
    ["allowedSources: ['prod:/billing/*', 'prod:/billing']", UPDATE, FLATTENED],
    ["allowedDestinations: [{ host: dr.example.com, places: ['prod:/billing'] }]", FLATTENED, TREE_WITH({})],
    ["requireDescription: true", UPDATE, WITH({ description: " " })],
    ["requireFingerprintKey: true", UPDATE, WITH({ keys: { A: "1@aaaaaaaa~01234567" } })],
    ["denyInsecureHttp: true", UPDATE, WITH({ allowInsecureHttp: true })],
  ])("%s", (yaml, fine, wrong) => {
    expect(judged(yaml, fine)).toEqual([]);
    const violations = judged(yaml, wrong);
    expect(violations).not.toEqual([]);
    for (const each of violations)
      expect(each).toMatchObject({ rule: yaml.split(":")[0], sync: "billing", enforcement: "mandatory" });
  });

  it("say of keys nothing where the sync is skipped, and all else as ever", () => {
    const skipped = WITH({ keys: undefined, skipped: "unreachable" });
    const ofKeys = [
      "maxDeletes: 0",
      "denyDeletesIn: [prod]",
      "denyFolderRemoval: true",
      "denyForeignDeletes: true",
      "denyForeignOverwrites: true",
    ];
    for (const rule of [...ofKeys, "denyImports: true", "denyKeys: ['*']"]) {
      expect(judged(rule, skipped), rule).toEqual([]);
      expect(judged(rule, UNKNOWN), rule).not.toEqual([]);
    }
    expect(judged("allowedDestinations: [elsewhere.example.com]", skipped)).toHaveLength(1);
    expect(
      judged("requireDescription: true", WITH({ description: "", skipped: "unreachable" })),
    ).toHaveLength(1);
  });

  it("refuse what another version has written, whatever it may be, and say which text and what to do", () => {
    const later = EFFECT("delete (destination has 1@dddddddd, of nobody)");
    const [{ inputs, outputs }] = REMOVAL;
    const [read, unread] = [{ A: "adopted 1@aaaaaaaa 1@aaaaaaaa" }, { B: "made 1@bbbbbbbb 1@bbbbbbbb" }];
    const removal = (memory: unknown) => [{ inputs, outputs: { ...outputs, memory } }, undefined] as const;
    const move = [{ ...MOVE[0], outputs: { memory: { ...read, ...unread } } }, MOVE[1]] as const;
    const limits = ["maxDeletes: 100", "denyDeletesIn: [nowhere]"];
    const all = [
      ...["denyForeignDeletes: true", "denyForeignOverwrites: true", "denyImports: true"],
      ...["denyKeys: [NONE]", "requireFingerprintKey: true"],
      ...limits,
    ];
    for (const rule of all) {
      const [violation, ...more] = judged(rule, later);
      expect(more, rule).toEqual([]);
      expect(violation, rule).toMatchObject({ sync: "billing", key: "OLD", enforcement: "mandatory" });
      expect(violation?.message).toMatch(
        /does not know what "delete \(destination has 1@dddddddd, of nobody\)"/,
      );
      expect(violation?.message).toContain("use the version that wrote it");
    }
    for (const rule of limits) {
      expect(judged(rule, removal(read)), rule).toEqual([]);
      for (const one of [removal({ ...read, ...unread }), move])
        expect(judged(rule, one), rule).toMatchObject([
          { key: "B", message: expect.stringContaining('"made 1@bbbbbbbb 1@bbbbbbbb"') },
        ]);
      // Not even texts.
      for (const one of [
        removal({ A: { origin: "created" } }),
        [{ ...MOVE[0], outputs: { memory: "[secret]" } }, MOVE[1]] as const,
        WITH({ effects: { OLD: { kind: "delete" } } }),
      ])
        expect(judged(rule, one), rule).toMatchObject([
          { message: expect.stringContaining("cannot be checked") },
        ]);
    }
  });

  it("look at the stack, too", () => {
    expect(judged("denyInsecureHttp: true", UPDATE, { isSourceInsecure: true })).toHaveLength(1);
    const named = WITH({ keys: { A: "1@aaaaaaaa~01234567" } });
    expect(judged("requireFingerprintKey: true", named, { hasFingerprintKey: true })).toEqual([]);
  });

  it("are advisory where they say so, off where they say so, and name the key", () => {
    expect(
      judged(
        "denyKeys: { value: [A], enforcement: advisory }, requireDescription: false",
        WITH({ description: "" }),
      ),
    ).toEqual([
      { rule: "denyKeys", enforcement: "advisory", sync: "billing", key: "A", message: "may not be synced" },
    ]);
  });

  it("of several files apply together: none loosens another", () => {
    const sets = [
      "denyForeignDeletes: true, maxDeletes: 0",
      "denyForeignDeletes: false, maxDeletes: 100%",
    ].map((yaml) => parsePolicies(`policies: { ${yaml} }`, "policies.yaml"));
    const planned = plannedSync(undefined, {
      inputs: { ...SYNC, effects: { OLD: DELETE } },
    });
    const strict = evaluate(sets.slice(0, 1), planned, facts);
    expect(strict.map(({ rule }) => rule)).toEqual(["denyForeignDeletes", "maxDeletes"]);
    expect(evaluate(sets, planned, facts)).toEqual(strict);
    expect(evaluate(sets.toReversed(), planned, facts)).toEqual(strict);
  });

  it("are in the documentation as they may be written", async () => {
    const page = await readFile(`${root}docs/policies.md`, "utf8");
    const [, yaml = ""] = /```yaml\n(.*?)```/s.exec(page) ?? [];
    const policies = parsePolicies(yaml, "policies.md");
    const all = Object.keys(policiesSchema.shape);
    expect(Object.keys(policies).sort()).toEqual([...all].sort());
    for (const rule of all) expect(page).toContain(`| \`${rule}\` |`);
  });

  it.each([
    [
      "policies:\n  maxDelets: 1",
      /policies\.yaml:2:\d+: policies\.maxDelets: there is no such setting; did you mean "maxDeletes"\?/,
    ],
    ["policies:\n  maxDeletes: many", /policies.yaml:2:15: policies\.maxDeletes/],
    ["policies:\n  denyDeletesIn: ['prod:x:y']", /policies.yaml:2:\d+: policies\.denyDeletesIn/],
    [
      "policies:\n  denyKeys: { value: [A], enforcement: strict }",
      /policies.yaml:2:\d+: policies\.denyKeys\.enforcement/,
    ],
    ["rules: {}", /policies/],
    ["", /policies.yaml:1/],
    ["policies: {}", /policies.yaml:1:\d+: policies: has no rule/],
    [
      "policies:\n  denyDeletesIn: ['prod:pay/**']",
      /2:\d+: policies\.denyDeletesIn\.0: .*a path begins with/,
    ],
    ["policies:\n  denyDeletesIn: ['prod:*']", /2:\d+: policies\.denyDeletesIn\.0: "prod" is no project/],
    ["policies:\n  denyDeletesIn: ['pay:prod:/x']", /denyDeletesIn\.0: "pay" is no project/],
    ["policies:\n  denyDeletesIn:\n    - dev\n    - 'prod:\\pay'", /4:\d+: policies\.denyDeletesIn\.1/],
    ["policies:\n  denyDeletesIn: ['prod:/pay\\x']", /denyDeletesIn\.0: .* has characters/],
    ["policies:\n  denyDeletesIn: ['prod:/a b']", /denyDeletesIn\.0: .* has characters/],
    ["policies:\n  denyDeletesIn: ['prod:/*.x']", /denyDeletesIn\.0: "\/\*\.x" has .* no folder/],
    ["policies:\n  denyDeletesIn: ['prod:/{pay,a.b}/**']", /denyDeletesIn\.0: .* no folder/],
    ["policies:\n  denyDeletesIn: ['prod:/pay,/bill']", /denyDeletesIn\.0: .* no folder/],
    ["policies:\n  denyDeletesIn: ['prod:/{pay']", /denyDeletesIn\.0: .* no folder/],
    ["policies:\n  denyDeletesIn: ['prod.eu']", /denyDeletesIn\.0: "prod\.eu" has .* no environment/],
    ["policies:\n  denyDeletesIn: ['prod,dev']", /denyDeletesIn\.0: "prod,dev" has .* no environment/],
    ["policies:\n  denyDeletesIn: ['prod /x']", /denyDeletesIn\.0: must be environment/],
    ["policies:\n  denyDeletesIn: ['*pay*:prod']", /denyDeletesIn\.0: "\*pay\*" is no project/],
    [
      "policies:\n  denyKeys:\n    - A\n    - '/billing/*'",
      /4:\d+: policies\.denyKeys\.1: has : or \/ in it/,
    ],
    ["policies:\n  denyKeys: ['prod:*_KEY']", /2:\d+: policies\.denyKeys\.0: has : or \//],
    [
      "policies:\n  denyKeys: { value: ['{A,b/C}'], enforcement: advisory }",
      /denyKeys\.value\.0: has : or \//,
    ],
    [`policies:\n  denyKeys: ['*${"K".repeat(501)}']`, /denyKeys\.0: asks for more than 500 characters/],
    ["policies:\n  allowedDestinations: ['a.example.com,b.example.com']", /\.0: has .* no host/],
    ["policies:\n  allowedDestinations: ['größe.example.com']", /\.0: has .* no host/],
    ["policies:\n  denyDeletesIn: ['prod:/./pay']", /denyDeletesIn\.0: must have no \. or \.\./],
    ["policies:\n  denyDeletesIn: ['prod:/x/../pay']", /denyDeletesIn\.0: must have no \. or \.\./],
    ["policies:\n  allowedSources: ['!prod']", /allowedSources\.0: has a !/],
    ["policies:\n  allowedSources: { value: ['prod:*'], enforcement: advisory }", /allowedSources\.value\.0/],
    ["policies:\n  allowedDestinations: ['prod:/pay']", /allowedDestinations\.0: must be a host/],
    [
      "policies:\n  allowedDestinations: [{ host: 'dr.example.com/x', places: [prod] }]",
      /allowedDestinations\.0\.host: must be a host/,
    ],
  ])("that are wrong are refused with their place: %s", (yaml, message) => {
    const refuse = () => parsePolicies(yaml, "policies.yaml");
    expect(refuse).toThrow(message);
    expect(refuse).toThrow(expect.objectContaining<Partial<EngineError>>({ code: "invalid-config" }));
  });

  it.each([
    [[""], undefined],
    [[" "], "policies.yaml"],
    [[], ""],
    [["policies.yaml"], " , "],
  ])("are not left out where their file's name is empty: %j and %j", (options, variable) => {
    expect(() => listPolicyFiles(options, variable)).toThrow("is set, and names no file of policies");
  });

  it("are those of the options and of the environment", () => {
    expect(listPolicyFiles(["a,b.yaml"], "c.yaml, d.yaml,")).toEqual(["a,b.yaml", "c.yaml", "d.yaml"]);
    expect(listPolicyFiles([], undefined)).toEqual([]);
  });
});
