import { describe, expect, it } from "vitest";
import type { EngineError } from "../engines/engine.ts";
import { readSyncsFile } from "./read.ts";

const FILE = `project: demo
connections:
  acme: &instance
    instanceUrl: https://acme.example.com
    machineIdentityClientId: 11111111-1111-4111-8111-111111111111
  globex: *instance
syncs:
  app:
    forEach:
      environment: [dev, prod]
      customer:
        acme: { connection: acme, projectId: there-1 }
        globex: { connection: globex, projectId: there-2, auto: false }
    environment: \${each.environment}
    connection: \${each.customer.connection}
    projectId: here
    secretPath: /for/\${each.customer}/\${each.environment}
    destinationConfig: &there
      projectId: \${each.customer.projectId}
      environment: main
      secretPath: /
    syncOptions: { initialSyncBehavior: overwrite-destination }
`;

const syncsIn = (text: string) => readSyncsFile(text, "syncs.yaml").syncs;
const namesIn = (text: string) => [...syncsIn(text).keys()];

describe("forEach", () => {
  it("makes a sync of each combination, the last axis changing fastest", () => {
    const syncs = syncsIn(FILE);
    expect([...syncs.keys()]).toEqual(["app-dev-acme", "app-dev-globex", "app-prod-acme", "app-prod-globex"]);
    expect(syncs.get("app-prod-globex")).toMatchObject({
      environment: "prod",
      connection: "globex",
      secretPath: "/for/globex/prod",
      destinationConfig: { projectId: "there-2", environment: "main", secretPath: "/" },
    });
  });

  it("takes names from a template", () => {
    const named = FILE.replace("  app:\n", "  app:\n    name: ${each.customer}-${each.environment}\n");
    expect(namesIn(named)).toEqual(["acme-dev", "globex-dev", "acme-prod", "globex-prod"]);
  });

  it("works in a list of syncs", () => {
    const list = FILE.replace(
      "  app:\n    forEach",
      "  - name: x-${each.customer}-${each.environment}\n    forEach",
    );
    expect(namesIn(list)).toHaveLength(4);
  });

  it("makes names of folders", () => {
    const folders = FILE.replace("[dev, prod]", "[/, /billing/EU]").replace(
      "environment: ${each.environment}",
      "environment: dev",
    );
    expect(namesIn(folders)).toEqual([
      "app-root-acme",
      "app-root-globex",
      "app-billing-eu-acme",
      "app-billing-eu-globex",
    ]);
  });

  it("fills in filters, which are checked then", () => {
    const filtered = (filter: string) =>
      FILE.replace("overwrite-destination }", `overwrite-destination, filter: ${filter} }`);
    const good = filtered('{ keys: { include: ["${each.customer}_*"] }, tags: ["${each.environment}"] }');
    expect(syncsIn(good).get("app-prod-acme")?.syncOptions.filter).toEqual({
      keys: { include: ["acme_*"] },
      tags: ["prod"],
    });
    expect(() => syncsIn(filtered('{ keys: { include: ["a/${each.customer}"] } }'))).toThrow(
      /syncOptions\.filter\.keys\.include\.0: has : or \/ in it.*with environment dev, customer acme/,
    );
  });

  it("leaves out what is excluded", () => {
    const excluding = FILE.replace(
      "    environment: ${",
      "      exclude:\n        - { customer: globex, environment: prod }\n    environment: ${",
    );
    expect(namesIn(excluding)).toEqual(["app-dev-acme", "app-dev-globex", "app-prod-acme"]);
  });

  it("keeps numbers and booleans what they are, where nothing stands around them", () => {
    const text = FILE.replace("projectId: there-1", "projectId: there-1, auto: true").replace(
      "    projectId: here",
      "    projectId: here\n    isAutoSyncEnabled: ${each.customer.auto}",
    );
    const syncs = syncsIn(text);
    expect(syncs.get("app-dev-acme")?.isAutoSyncEnabled).toBe(true);
    expect(syncs.get("app-dev-globex")?.isAutoSyncEnabled).toBe(false);
  });

  it("fills values in everywhere in an entry, also in triggers", () => {
    const text = FILE.replace(
      "    projectId: here",
      "    projectId: here\n    triggers: { all: [1, { of: '${each.customer}!' }] }",
    );
    expect(syncsIn(text).get("app-dev-acme")?.triggers).toEqual({ all: [1, { of: "acme!" }] });
  });

  it("makes thousands of syncs, and not more than there may be", () => {
    const many = (count: number) =>
      FILE.replace("[dev, prod]", `[${Array.from({ length: count }, (_, index) => `e${index}`)}]`);
    expect(namesIn(many(500))).toHaveLength(1000);
    expect(() => syncsIn(many(5001))).toThrow("with this there are 10002 syncs; a file has 10000 at most");
  });

  it.each<[string, string, string, RegExp]>([
    [
      "a value that is not there",
      "${each.customer.connection}",
      "${each.customer.conn}",
      /^15:17: syncs\.app\.connection: there is no each\.customer\.conn; there are each\.environment, .* \(with environment dev, customer acme\)$/,
    ],
    [
      "a field that one value lacks",
      "projectId: there-2, ",
      "",
      /^19:18: syncs\.app\.destinationConfig\.projectId: there is no each\.customer\.projectId; .* \(with environment dev, customer globex\)$/,
    ],
    [
      "a value that the field does not take",
      "[dev, prod]",
      "[dev, PROD]",
      /^14:18: syncs\.app\.environment: must be lower-case .* \(with environment PROD, customer acme\)$/,
    ],
    [
      "a connection that is not there",
      "connection: globex",
      "connection: initech",
      /^15:17: syncs\.app\.connection: there is no connection named "initech" \(with environment dev, customer globex\)$/,
    ],
    [
      "names that are equal",
      "  app:",
      "  app:\n    name: ${each.customer}",
      /^9:11: syncs\.app\.name: there is another sync named "acme" \(with environment prod, customer acme\)$/,
    ],
    [
      "names that are none",
      "  app:",
      "  app:\n    name: A_${each.customer}",
      /^9:11: syncs\.app\.name: the name "A_acme" must be lower-case/,
    ],
    ["no values", "[dev, prod]", "[]", /^10:20: syncs\.app\.forEach\.environment: has no values$/],
    [
      "a value that is there twice",
      "[dev, prod]",
      "[dev, dev]",
      /^10:26: syncs\.app\.forEach\.environment\.1: "dev" is there twice$/,
    ],
    [
      "values that are no values",
      "[dev, prod]",
      "[[dev], prod]",
      /^10:21: syncs\.app\.forEach\.environment\.0: /,
    ],
    [
      "an exclusion of what is not there",
      "environment: [dev, prod]",
      "environment: [dev, prod]\n      exclude: [{ environment: test }]",
      /^11:32: syncs\.app\.forEach\.exclude\.0\.environment: environment has no such value$/,
    ],
    [
      "an axis with a strange name",
      "environment: [dev",
      "a.b: [dev",
      /^10:12: syncs\.app\.forEach\.a\.b: as a name must be/,
    ],
    [
      "a value in a name",
      "{ initialSyncBehavior: overwrite-destination }",
      '{ "${each.customer}": 1 }',
      /^22:\d+: syncs\.app\.syncOptions\.\$\{each\.customer\}: /,
    ],
    [
      "a value in a connection",
      "https://acme.example.com",
      "https://${each.customer}.example.com",
      /^4:18: connections\.acme\.instanceUrl: \$\{each\.…\} stands in syncs with forEach only$/,
    ],
    [
      "a secret reference among the values",
      "[dev, prod]",
      '["${env:HOME}", prod]',
      /^10:21: syncs\.app\.forEach\.environment\.0: .* stand in client secrets and tokens only$/,
    ],
  ])("tells the line and the combination of %s", (_what, old, replacement, expected) => {
    expect(FILE).toContain(old);
    let message = "";
    try {
      syncsIn(FILE.replace(old, replacement));
    } catch (error) {
      message = (error as EngineError).message;
    }
    const [, first = ""] = message.split("\n  syncs.yaml:");
    expect(first).toMatch(expected);
  });

  it("is asked for where an entry refers to values", () => {
    const start = FILE.indexOf("    forEach:");
    const text = FILE.slice(0, start) + FILE.slice(FILE.indexOf("    environment: $", start));
    expect(() => syncsIn(text)).toThrow(
      "syncs.yaml:9:18: syncs.app.environment: there is no forEach for ${each.…} here",
    );
  });
});
