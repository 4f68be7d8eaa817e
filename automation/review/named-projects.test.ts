/** Names of projects as far as an operation has told them: for people, and for nothing that is compared. */
import { expect, test } from "vitest";
import { formatPlanned } from "../../provider/engine/record/progress.ts";
import { plannedOf, SYNC, step, tell } from "../../test/support/planned.ts";
import { planContent } from "../plan-files/content.ts";
import { planKey } from "../plan-files/plan-key.ts";
import { evaluate } from "../policies/evaluate.ts";
import { parsePolicies } from "../policies/read.ts";
import { named } from "./named-projects.ts";

const place = { projectId: "p", environment: "prod", secretPath: "/" };
const projects = [
  { side: "source", projectId: "p", projectName: "Here", origin: "https://a.example" },
  { side: "destination", projectId: "p", projectName: "Copy", origin: "https://b.example" },
] as const;

test("a side has the name of its own instance's project, where a copy has the same id", () => {
  const destination = { ...place, instanceUrl: "https://b.example/" };
  expect(named({ source: place, destination }, projects)).toEqual({
    source: { ...place, projectName: "Here" },
    destination: { ...destination, projectName: "Copy" },
  });
  const elsewhere = { ...place, instanceUrl: "https://c.example" };
  expect(named({ destination: elsewhere }, projects)).toEqual({ destination: elsewhere });
  expect(named({ source: place }, projects.slice(1))).toEqual({ source: place });
});

test("policies tell it beside the id that their rules go by, and plan files do not", () => {
  const { projectId, environment, secretPath, destinationConfig, instanceUrl } = SYNC;
  const line = formatPlanned(
    "billing",
    "2 to create",
    { projectId, environment, secretPath, origin: "https://app.example.com", projectName: "Billing" },
    { ...destinationConfig, origin: instanceUrl, projectName: "Billing of DR" },
  );
  const planned = plannedOf(tell(line), step("SecretSync", "create", undefined, { inputs: SYNC }));
  const rules = "policies: { allowedSources: [staging], allowedDestinations: [x.example] }";
  const facts = { hasFingerprintKey: true, isSourceInsecure: false };
  const messages = evaluate([parsePolicies(rules, "policies.yaml")], planned, facts).map(
    ({ message }) => message,
  );
  expect(messages).toEqual([
    "Billing of DR (there) prod:/billing at https://dr.example.com is not an allowed destination",
    "Billing (here) prod:/billing is not an allowed source",
  ]);
  const content = (resources: typeof planned) =>
    planContent(
      resources,
      {
        ...{ tool: "1.2.3", project: "demo", stack: "dev", now: new Date(0) },
        sourceOrigin: "https://app.example.com",
      },
      planKey("a plan key for tests"),
    );
  // A plan file is compared with what is there later, when a name may not be had.
  expect(content(planned)).toEqual(
    content(plannedOf(step("SecretSync", "create", undefined, { inputs: SYNC }))),
  );
});
