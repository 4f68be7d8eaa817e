/** What a program writes that no setting is, in any object, is refused by a check before anything is asked of anybody. */
import { expect, test } from "vitest";
import { SMALLEST_CONNECTION, SMALLEST_SYNC } from "../../test/support/smallest.ts";
import { readPulumiConfig } from "../pulumi/config.ts";
import { resources } from "./index.ts";
import { createShared } from "./process.ts";
import type { Context, Properties } from "./resource.ts";

const UNKNOWN = "unknown";
const connection: Properties = { ...SMALLEST_CONNECTION, machineIdentityClientSecret: "a client secret" };
const { name: connectionName, ...fromConnection } = connection;
const sync: Properties = { ...SMALLEST_SYNC, connectionId: "c1", connectionName, ...fromConnection };

const context: Context = {
  config: readPulumiConfig({ get: () => undefined }, {}),
  environment: {},
  log: () => {},
  now: () => new Date(),
  shared: createShared(),
};

type Kind = keyof typeof resources;
const failuresOf = async (kind: Kind, news: Properties, olds?: Properties): Promise<string> => {
  const checked = await resources[kind].check(olds, news, context, UNKNOWN);
  return "failures" in checked ? checked.failures.join("\n") : "";
};

const options = (more: Properties) => ({
  ...sync,
  syncOptions: { ...(sync["syncOptions"] as Properties), ...more },
});

test.each<[string, Kind, Properties, RegExp]>([
  [
    "an option with a letter less",
    "secretSync",
    options({ unownedKey: "keep" }),
    /^syncOptions\.unownedKey: there is no such setting; did you mean "unownedKeys"\?$/,
  ],
  [
    "two of them",
    "secretSync",
    options({ maxdeletes: 1, schedule: "daily" }),
    /^syncOptions\.maxdeletes: .* "maxDeletes"\?\nsyncOptions\.schedule: there is no such setting$/,
  ],
  [
    "an option one level too high",
    "secretSync",
    { ...sync, unownedKeys: "keep" },
    /^unownedKeys: .*did you mean "syncOptions\.unownedKeys"\?$/,
  ],
  [
    "a part of the destination",
    "secretSync",
    { ...sync, destinationConfig: { ...(sync["destinationConfig"] as Properties), path: "/" } },
    /^destinationConfig\.path: there is no such setting$/,
  ],
  ["an argument", "secretSync", { ...sync, trigger: {} }, /^trigger: .*"triggers"\?$/],
  [
    "a name that objects inherit",
    "secretSync",
    { ...sync, constructor: 1 },
    /^constructor: there is no such setting$/,
  ],
  ["one whose value is not known", "secretSync", { ...sync, trigger: UNKNOWN }, /^trigger: .*"triggers"\?$/],
  [
    "an argument of a native sync",
    "secretSync",
    { ...sync, execution: "native", connectionExecution: "native", adopts: undefined, adoptt: true },
    /adoptt: .*"adopt"\?/,
  ],
  [
    "an argument of a connection",
    "connection",
    { ...connection, allowInsecureHTTPS: true },
    /^allowInsecureHTTPS: .*"allowInsecureHttp"\?$/,
  ],
  [
    "of a native one",
    "connection",
    { ...connection, execution: "native", orgId: "x" },
    /^orgId: there is no such setting$/,
  ],
])("%s", async (_what, kind, news, says) => {
  const known = Object.fromEntries(Object.entries(news).filter(([, value]) => value !== undefined));
  expect(await failuresOf(kind, known)).toMatch(says);
});

const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(sync).filter(([name]) => !names.includes(name)));
const CONNECTION = ["connectionId", "connectionName", ...Object.keys(fromConnection)];

test.each<[string, Properties, RegExp]>([
  ["connection", without(...CONNECTION), /^connection: is missing$/],
  [
    "connection, though another name has it",
    { ...without(...CONNECTION), conection: "c" },
    /^conection: .*"connection"\?\nconnection: is missing$/,
  ],
  [
    "connection, where its id alone is given",
    without(...CONNECTION.slice(1)),
    /connection: is missing; a connectionId alone needs execution: "native"/,
  ],
  ["syncOptions", without("syncOptions"), /^syncOptions: is missing$/],
  ["destinationConfig", without("destinationConfig"), /^destinationConfig: is missing$/],
  [
    "all of them",
    without("syncOptions", "destinationConfig", ...CONNECTION),
    /connection: is missing\n.*destinationConfig: is missing\nsyncOptions: is missing/s,
  ],
])("a missing %s is told by that name", async (_name, news, says) => {
  expect(await failuresOf("secretSync", news)).toMatch(says);
});

test("what the last deployment has recorded beyond the arguments is no mistake of anybody's", async () => {
  const recorded = { ...options({ ofAnotherVersion: 1 }), keys: { A: "1@aaaaaaaa" }, isOld: true };
  const news = { ...sync, isAutoSyncEnabled: false };
  expect(await failuresOf("secretSync", news, recorded)).toBe("");
});

test("what a run will do cannot be ignored", async () => {
  expect(await failuresOf("secretSync", { ...sync, keys: {} }, sync)).toMatch(
    /^keys: cannot be ignored by ignoreChanges/,
  );
});

test("settings in the package's own namespace of the configuration", () => {
  const read = (rawConfig: Record<string, string>, projectName = "demo") =>
    readPulumiConfig({ get: (key) => rawConfig[key], rawConfig, projectName }, {});
  const wrong = {
    "external-infisical:clientID": SMALLEST_CONNECTION.machineIdentityClientId,
    "demo:anything": "x",
  };
  expect(() => read(wrong)).toThrow(/external-infisical:clientID: .*did you mean "clientId"\?/);
  expect(() =>
    read({ "external-infisical:planKey": "the key of a plan", "demo:clientID": "x" }),
  ).not.toThrow();
  // Of a project with that name they are its own.
  expect(() => read(wrong, "external-infisical")).not.toThrow();
});
