import { describe, expect, it } from "vitest";
import { readAsFarAsRight } from "./read.ts";

const fileWith = ({ top = "", defaults = "", sync = "" }) => `project: demo
${top}
connections:
  dr: { instanceUrl: "https://b.example", machineIdentityClientId: 22222222-2222-4222-8222-222222222222 }
defaults:
  connection: dr
  syncOptions: { initialSyncBehavior: overwrite-destination }
  ${defaults}
syncs:
  app:
    projectId: here
    environment: prod
    secretPath: /
    destinationConfig: { projectId: there, environment: prod, secretPath: / }
    ${sync}
`;
const read = (parts: Parameters<typeof fileWith>[0]) => readAsFarAsRight(fileWith(parts), "syncs.yaml");

describe("fleet in a syncs.yaml", () => {
  it("has defaults", () => {
    const { declared, problems } = read({});
    expect(problems).toEqual([]);
    expect(declared.syncs.get("app")?.fleet).toEqual({ schedule: "5m", approve: [] });
    expect(declared.fleet).toBeUndefined();
  });

  it("is merged field by field", () => {
    const { declared } = read({
      defaults: "fleet: { schedule: 1h, approve: [creates] }",
      sync: "fleet: { approve: [deletes, foreign] }",
    });
    expect(declared.syncs.get("app")?.fleet).toEqual({ schedule: "1h", approve: ["deletes", "foreign"] });
  });

  it("says who is told, with a secret that no run asks for", () => {
    const { declared, problems } = read({
      top: "fleet: { notify: { url: 'https://hooks.example/x', secret: '${env:HOOK}' } }",
    });
    expect(problems).toEqual([]);
    expect(declared.fleet).toEqual({ notify: { url: "https://hooks.example/x", secret: "${env:HOOK}" } });
    expect(declared.secrets.map(({ reference }) => reference)).not.toContain("${env:HOOK}");
  });

  it.each([
    ["a schedule that is none", { sync: "fleet: { schedule: 5 minutes }" }, "syncs.app.fleet.schedule"],
    ["an interval of nothing", { sync: "fleet: { schedule: 0m }" }, "syncs.app.fleet.schedule"],
    ["what nobody approves", { sync: "fleet: { approve: [renames] }" }, "syncs.app.fleet.approve.0"],
    ["a setting that is not there", { sync: "fleet: { cron: 5m }" }, "syncs.app.fleet.cron"],
    [
      "a secret in the file",
      { top: "fleet: { notify: { url: 'https://x.example', secret: s3cret } }" },
      "fleet.notify.secret",
    ],
    ["a URL that is none", { top: "fleet: { notify: { url: ftp://x.example } }" }, "fleet.notify.url"],
  ])("refuses %s", (_what, parts, path) => {
    expect(read(parts).problems.map((problem) => problem.path.join("."))).toContain(path);
  });
});
