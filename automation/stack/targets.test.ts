import { expect, it } from "vitest";
import { resourceName } from "../engines/urn.ts";
import { declaredBy } from "../syncs/program.ts";
import { readSyncsFile } from "../syncs/read.ts";
import { targetsAmong } from "./targets.ts";

const HOST = "https://infisical.example.com";
const TEXT = `
project: demo
connections:
  here: { instanceUrl: "${HOST}", machineIdentityClientId: 3f6135db-f237-421d-af66-a8f4e80d443b }
  there: { instanceUrl: "https://other.example.com", machineIdentityClientId: 3f6135db-f237-421d-af66-a8f4e80d443b }
  billing: { instanceUrl: "https://third.example.com", machineIdentityClientId: 3f6135db-f237-421d-af66-a8f4e80d443b }
defaults: { environment: prod, syncOptions: { initialSyncBehavior: overwrite-destination } }
syncs:
  first: { connection: here, projectId: p, secretPath: /a, destinationConfig: { projectId: q, environment: prod, secretPath: /b } }
  second: { connection: there, projectId: q, secretPath: /b, destinationConfig: { projectId: r, environment: prod, secretPath: /c } }
  late: { connection: there, wave: 2, projectId: p, secretPath: /d, destinationConfig: { projectId: r, environment: prod, secretPath: /d } }
  billing: { connection: there, projectId: p, secretPath: /e, destinationConfig: { projectId: r, environment: prod, secretPath: /e } }
`;
const declared = declaredBy(readSyncsFile(TEXT, "syncs.yaml"), "acme/demo/dev", HOST);
const namesOf = (...names: string[]) => targetsAmong(declared, names).map(resourceName).sort();

it("takes in what a sync needs: its connection, and the sync that writes what it reads", () => {
  expect(namesOf("first")).toEqual(["first", "here"]);
  expect(namesOf("second")).toEqual(["first", "here", "second", "there"]);
  expect(namesOf("second", "first")).toEqual(["first", "here", "second", "there"]);
});

it("takes in no earlier wave: that is an order", () => {
  expect(namesOf("late")).toEqual(["late", "there"]);
});

it("means the sync where a connection has the same name, and a connection where no sync has it", () => {
  expect(namesOf("billing")).toEqual(["billing", "there"]);
  expect(namesOf("here")).toEqual(["here"]);
});

it("tells all names that there are not, with those that may be meant", () => {
  expect(() => targetsAmong(declared, ["secon", "late", "nobody"])).toThrow(
    expect.objectContaining({
      code: "invalid-config",
      message: 'There is no sync "secon"; did you mean "second"? There is no sync "nobody".',
    }),
  );
});

it("takes in what a program's resources depend on, and their parents, but not the stack itself", () => {
  const urn = (type: string, name: string) => `urn:pulumi:dev::demo::${type}::${name}`;
  const stack = urn("pulumi:pulumi:Stack", "demo-dev");
  const group = urn("acme:Group", "group");
  const password = urn("acme:Password", "password");
  const sync = urn("acme:Group$pulumi-nodejs:dynamic/external-infisical:ExternalInfisicalSecretSync", "app");
  const program = [
    { urn: stack, needs: [] },
    { urn: group, needs: [stack] },
    { urn: password, needs: [stack] },
    { urn: urn("acme:Password", "other"), needs: [stack] },
    { urn: sync, needs: [group, password] },
  ];
  expect(targetsAmong(program, ["app"])).toEqual([group, password, sync].sort());
});
