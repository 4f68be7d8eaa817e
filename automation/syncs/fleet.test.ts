/** What syncs with the folders beneath have to do with one another, by their file alone. */
import { describe, expect, it } from "vitest";
import { fleetProblems } from "./fleet.ts";
import { declaredBy } from "./program.ts";
import { readSyncsFile } from "./read.ts";

const HOST = "https://source.example.com";
const ID = "11111111-1111-4111-8111-111111111111";
const HEAD = `project: demo
connections:
  own: { instanceUrl: "${HOST}", machineIdentityClientId: ${ID}, machineIdentityClientSecret: "\${env:SECRET}" }
syncs:
`;
/** A sync between places as `project:/path`; with a `/**` behind, a tree. */
function sync(name: string, from: string, to: string, more = "") {
  const isTree = from.endsWith("/**");
  const [projectId, path] = from.replace(/\/\*\*$/, "").split(":");
  const [there, pathThere] = to.replace(/\/\*\*$/, "").split(":");
  const flattens = isTree && !to.endsWith("/**") ? ", subFolders: flatten" : "";
  return `  ${name}: { projectId: ${projectId}, environment: prod, secretPath: "${path || "/"}", connection: own, destinationConfig: { projectId: ${there}, environment: prod, secretPath: "${pathThere || "/"}" }, syncOptions: { initialSyncBehavior: overwrite-destination${isTree ? ", includeAllSubFolders: true" : ""}${flattens} }${more} }\n`;
}
const fileOf = (...syncs: string[]) => readSyncsFile(HEAD + syncs.join(""), "syncs.yaml");
const problems = (...syncs: string[]) => fleetProblems(fileOf(...syncs), HOST).map(({ message }) => message);

describe("of syncs with the folders beneath", () => {
  it.each<[string, string[], string[]]>([
    [
      "a flat one that writes into what a tree writes",
      [sync("tree", "a:/**", "b:/app/**"), sync("flat", "c:/", "b:/app/api")],
      ['"flat" writes what "tree" writes'],
    ],
    [
      "a tree over what a flat one writes",
      [sync("flat", "c:/", "b:/app/api"), sync("tree", "a:/**", "b:/**")],
      ['"tree" writes what "flat" writes'],
    ],
    [
      "two trees of which one is in the other",
      [sync("one", "a:/**", "b:/x/**"), sync("two", "c:/**", "b:/x/y/**")],
      ['"two" writes what "one" writes'],
    ],
    [
      "a tree within its own source",
      [sync("one", "a:/app/**", "a:/app/copy/**")],
      ["overlap: project a prod:/app and /app/copy, with the folders beneath"],
    ],
    [
      "a loop by a folder beneath",
      [sync("one", "a:/**", "b:/x/**"), sync("two", "b:/x/api", "a:/deep/er")],
      ['a loop: "one" writes what is read by "two" writes what is read by "one"'],
    ],
    [
      "a wave before that of one of several that write what is read",
      [sync("tree", "b:/**", "c:/**"), sync("one", "a:/", "b:/x"), sync("two", "a:/y", "b:/z", ", wave: 2")],
      ['"tree" (wave 1) reads what "two" (wave 2) writes'],
    ],
  ])("%s is refused", (_what, syncs, expected) => {
    expect(problems(...syncs)).toEqual(expected.map((text) => expect.stringContaining(text)));
  });

  it("those side by side are fine, and so are a tree and a name that only begins alike", () => {
    expect(
      problems(
        sync("one", "a:/**", "b:/x/**"),
        sync("two", "c:/", "b:/"),
        sync("three", "c:/", "b:/xy"),
        sync("flattened", "d:/**", "b:/z"),
        sync("beneath", "c:/", "b:/z/beneath"),
      ),
    ).toEqual([]);
  });

  it("the source instance puts a tree into one folder, and so does not write beneath", () => {
    const native = HEAD.replace(" }\n", ", execution: native }\n");
    const text = [sync("tree", "a:/**", "b:/app/**"), sync("flat", "c:/", "b:/app/api")].join("");
    expect(fleetProblems(readSyncsFile(native + text, "syncs.yaml"), HOST)).toEqual([]);
  });

  it("all that write what a tree reads come before it", () => {
    const file = fileOf(
      sync("last", "c:/**", "d:/**"),
      sync("tree", "b:/app/**", "c:/**"),
      sync("one", "a:/", "b:/app"),
      sync("two", "a:/y", "b:/app/api"),
      sync("beneath", "b:/app/api", "e:/"),
      sync("else", "a:/z", "b:/other"),
    );
    const needs = declaredBy(file, "dev", HOST).map(({ urn, needs }) => [urn, ...needs].map(nameIn));
    expect(Object.fromEntries(needs.map(([name, ...rest]) => [name, rest]))).toMatchObject({
      last: ["own", "tree"],
      tree: ["own", "one", "two"],
      beneath: ["own", "two"],
      else: ["own"],
    });
  });
});

it("a filter that does not go with the other options is refused where it stands", () => {
  const filtered = (options: string) =>
    sync("one", "a:/", "b:/").replace("overwrite-destination", `overwrite-destination, ${options}`);
  const found = (options: string) =>
    fleetProblems(fileOf(filtered(options)), HOST).map(({ path, message }) => [path.join("."), message]);
  expect(found("filter: { folders: { include: [/api] } }")).toEqual([
    ["syncs.one.syncOptions.filter.folders", expect.stringContaining("Set syncOptions.includeAllSubFolders")],
  ]);
  expect(found("filter: { tags: [a] }, unownedKeys: delete")).toEqual([
    ["syncs.one.syncOptions.unownedKeys", expect.stringContaining("would delete all of them")],
  ]);
  expect(found("filter: { tags: [a] }, unownedKeys: keep")).toEqual([]);
});

const nameIn = (urn: string) => urn.split("::").at(-1) ?? "";
