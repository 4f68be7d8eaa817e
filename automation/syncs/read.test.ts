import { describe, expect, it } from "vitest";
import type { EngineError } from "../engines/engine.ts";
import { readSyncsFile } from "./read.ts";

const ID = "7b8f93f6-77f8-4c33-b4e4-05d5f7255ba7";

const GOOD = `
project: demo
backend: file://./state
source:
  host: https://source.example.com/
  clientId: ${ID}
  clientSecret: \${env:SOURCE_SECRET}
connections:
  dr:
    instanceUrl: https://dr.example.com/api
    machineIdentityClientId: ${ID}
    machineIdentityClientSecret: \${file:dr.secret}
defaults:
  connection: dr
  environment: prod
  syncOptions: { initialSyncBehavior: overwrite-destination, unownedKeys: keep }
  destinationConfig: { projectId: there, environment: prod }
syncs:
  billing:
    projectId: here
    secretPath: /billing
    destinationConfig: { secretPath: /billing }
    syncOptions: { maxDeletes: 10% }
`;

const problemsIn = (text: string): string[] => {
  try {
    readSyncsFile(text, "syncs.yaml");
  } catch (error) {
    expect(error).toMatchObject({ code: "invalid-config" });
    return (error as EngineError).message.split("\n  ").slice(1);
  }
  return [];
};

describe("a syncs.yaml", () => {
  it("gets its defaults merged into each sync, field by field", () => {
    const file = readSyncsFile(GOOD, "syncs.yaml");
    expect(file.source?.host).toBe("https://source.example.com");
    expect(file.connections.get("dr")?.instanceUrl).toBe("https://dr.example.com");
    expect(file.syncs.get("billing")).toMatchObject({
      connection: "dr",
      environment: "prod",
      destinationConfig: { projectId: "there", environment: "prod", secretPath: "/billing" },
      syncOptions: { initialSyncBehavior: "overwrite-destination", unownedKeys: "keep", maxDeletes: "10%" },
    });
    expect(file.secrets).toEqual([
      { path: ["source", "clientSecret"], reference: "${env:SOURCE_SECRET}" },
      { path: ["connections", "dr", "machineIdentityClientSecret"], reference: "${file:dr.secret}" },
    ]);
  });

  it("takes syncs as a list with names", () => {
    const list = GOOD.replace("  billing:\n    projectId", "  - name: billing\n    projectId");
    expect([...readSyncsFile(list, "syncs.yaml").syncs.keys()]).toEqual(["billing"]);
  });

  it.each([
    ["a YAML error", "project: [", [/^syncs\.yaml:1:\d+: /]],
    ["nothing", "", [/^syncs\.yaml:1:1: /]],
    ["a missing field", GOOD.replace("project: demo\n", ""), [/^syncs\.yaml:1:1: project: is missing$/]],
    [
      "an unknown field",
      GOOD.replace("    projectId: here", "    projectId: here\n    keySchema: x"),
      [/^syncs\.yaml:21:\d+: syncs\.billing\.keySchema: there is no such setting$/],
    ],
    [
      "a field that is another with a letter more",
      GOOD.replace("    projectId: here", "    projectId: here\n    trigger: { a: 1 }"),
      [/^syncs\.yaml:21:\d+: syncs\.billing\.trigger: there is no such setting; did you mean "triggers"\?$/],
    ],
    [
      "a default that is another with a letter less",
      GOOD.replace("unownedKeys: keep", "unownedKey: keep"),
      [/^syncs\.yaml:16:\d+: defaults\.syncOptions\.unownedKey: .*did you mean "unownedKeys"\?$/],
    ],
    [
      "a field of a connection that is another",
      GOOD.replace("instanceUrl", "instanceURI"),
      [
        /^syncs\.yaml:10:\d+: connections\.dr\.instanceUrl: is missing$/,
        /^syncs\.yaml:10:\d+: connections\.dr\.instanceURI: .*did you mean "instanceUrl"\?$/,
      ],
    ],
    [
      "a secret in the file",
      GOOD.replace("${file:dr.secret}", "not-a-reference"),
      [/^syncs\.yaml:12:34: connections\.dr\.machineIdentityClientSecret: must be \$\{env:NAME\}/],
    ],
    [
      "a reference outside of secrets",
      GOOD.replace("https://dr.example.com/api", "https://${env:HOST}.example.com"),
      [/^syncs\.yaml:10:18: connections\.dr\.instanceUrl: .* stand in client secrets and tokens only$/],
    ],
    [
      "a reference with a text around it",
      GOOD.replace("${env:SOURCE_SECRET}", "x${env:SOURCE_SECRET}"),
      [/^syncs\.yaml:7:17: source\.clientSecret: must be/],
    ],
    [
      "a connection that is not there",
      GOOD.replace("  connection: dr", "  connection: there"),
      [/^syncs\.yaml:14:15: defaults\.connection: there is no connection named "there"$/],
    ],
    [
      "a wrong default",
      GOOD.replace("unownedKeys: keep", "unownedKeys: hide"),
      [/^syncs\.yaml:16:\d+: defaults\.syncOptions\.unownedKeys: /],
    ],
    [
      "a field that neither sync nor defaults have",
      GOOD.replace("  environment: prod\n", ""),
      [/^syncs\.yaml:\d+:\d+: syncs\.billing\.environment: is missing$/],
    ],
    [
      "a name that is none",
      GOOD.replace("  billing:", "  Billing_1:"),
      [/^syncs\.yaml:\d+:\d+: syncs\.Billing_1: as a name must be lower-case/],
    ],
    [
      "several problems, in the order of the file",
      GOOD.replace(`clientId: ${ID}`, "clientId: me").replace(
        "secretPath: /billing\n",
        "secretPath: billing\n",
      ),
      [
        /^syncs\.yaml:6:\d+: source\.clientId: /,
        /^syncs\.yaml:2\d:\d+: syncs\.billing\.secretPath: must start/,
      ],
    ],
    [
      "problems of one sync, beside another one, a connection and the source that are wrong in other ways",
      `${GOOD.replace(`clientId: ${ID}`, "clientId: me")
        .replace("instanceUrl: https://dr", "instanceUrl: ftp://dr")
        .replace("maxDeletes: 10%", "maxDeletes: many")}
  shop: { projectId: here, secretPath: /shop, connection: nowhere, destinationConfig: { secretPath: /shop } }
  blog: { projectId: here, destinationConfig: { secretPath: /blog } }
`,
      [
        /^syncs\.yaml:6:\d+: source\.clientId: /,
        /: connections\.dr\.instanceUrl: /,
        /: syncs\.billing\.syncOptions\.maxDeletes: /,
        /: syncs\.shop\.connection: there is no connection named "nowhere"/,
        /: syncs\.blog\.secretPath: is missing/,
      ],
    ],
    [
      "what is wrong beside a project, a default and a part that nobody knows",
      GOOD.replace("project: demo", "project: de/mo")
        .replace("  environment: prod\n", "  environment: 5\n")
        .replace("unownedKeys: keep", "unownedKey: keep")
        .replace("    secretPath: /billing\n", "    secretPath: billing\n")
        .replace("backend: file", "beckend: file"),
      [
        /^syncs\.yaml:2:\d+: project: must be/,
        /^syncs\.yaml:3:\d+: beckend: .*did you mean "backend"/,
        /^syncs\.yaml:15:\d+: defaults\.environment: /,
        /^syncs\.yaml:16:\d+: defaults\.syncOptions\.unownedKey: /,
        /^syncs\.yaml:21:\d+: syncs\.billing\.secretPath: must start/,
      ],
    ],
    [
      "what is wrong beside defaults that are none, but not what those may have said",
      `${GOOD.replace(/defaults:\n(?: {2}.*\n)+/, "defaults: [prod]\n").replace("maxDeletes: 10%", "maxDeletes: many")}
  shop: { projectId: here, secretPath: shop, connection: nowhere }
`,
      [
        /: defaults: must be/,
        /: syncs\.billing\.syncOptions\.maxDeletes: /,
        /: syncs\.shop\.secretPath: must start/,
      ],
    ],
    [
      "what is wrong beside connections that are missing, but not that each sync's is",
      GOOD.replace(/connections:\n(?: {2,}.*\n)+(?=defaults)/, "").replace("  environment: prod\n", ""),
      [/: connections: is missing/, /: syncs\.billing\.environment: is missing/],
    ],
    [
      "all that is wrong with a sync, also what it is missing",
      GOOD.replace("    secretPath: /billing\n", "    secretPat: billing\n").replace(
        "  environment: prod\n",
        "",
      ),
      [
        /: syncs\.billing\.environment: is missing/,
        /: syncs\.billing\.secretPath: is missing/,
        /: syncs\.billing\.secretPat: .*did you mean "secretPath"/,
      ],
    ],
    [
      "each that is wrong in a list of syncs",
      `${GOOD.replace("  billing:\n    projectId: here", "  - name: billing\n    projectId: 5")}
  - { name: shop, projectId: here, secretPath: shop, destinationConfig: { secretPath: /shop } }
  - { name: blog, projectId: here, destinationConfig: { secretPath: /blog } }
`,
      [/: syncs\.0\.projectId: /, /: syncs\.1\.secretPath: must start/, /: syncs\.2\.secretPath: is missing/],
    ],
  ])("tells the line and path of %s", (_what, text, expected) => {
    const problems = problemsIn(text);
    expect(problems).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });

  it("does not repeat values in its messages", () => {
    const text = GOOD.replace("${file:dr.secret}", "hunter2-hunter2");
    expect(problemsIn(text).join()).not.toContain("hunter2");
  });
});
