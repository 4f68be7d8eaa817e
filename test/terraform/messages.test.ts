/** What is said about arguments, in the words of those who wrote them. */
import { expect, it } from "vitest";
import { diagnosticMessage } from "../../provider/terraform/diagnostics.ts";
import { RESOURCES } from "../../provider/terraform/server.ts";
import type { ObjectValue } from "../../provider/terraform/value.ts";
import { SYNC } from "../support/terraform/provider.ts";

const GOOD: ObjectValue = {
  name: "a",
  project_id: "p",
  environment: "prod",
  secret_path: "/",
  destination_config: { project_id: "q", environment: "prod", secret_path: "/" },
  sync_options: { initial_sync_behavior: "overwrite-destination" },
};

it.each<[ObjectValue, string]>([
  [{ name: "" }, "name: must not be empty"],
  [{ description: "x".repeat(300) }, "description: must have at most 256 characters"],
  [{ execution: "both" }, 'execution: must be one of "engine", "native"'],
  [{ wait_timeout_seconds: 0.5 }, "wait_timeout_seconds: must be a whole number"],
  [{ wait_timeout_seconds: 0 }, "wait_timeout_seconds: must be at least 1"],
  [{ wait_timeout_seconds: "99999999999999999999" }, "wait_timeout_seconds: must be at most 86400"],
  [
    { destination_config: { project_id: "q", environment: "prod", secret_path: "" } },
    "destination_config.secret_path: must not be empty",
  ],
])("%j", (wrong, text) => {
  const problems = RESOURCES[SYNC]?.validate({ ...GOOD, ...wrong }) ?? [];
  expect(problems.map(({ detail }) => detail)).toContain(text);
  expect(problems.map(({ detail }) => detail).join()).not.toMatch(/expected|received|Invalid/);
});

it("a warning of the engine names arguments as Terraform does", () => {
  const detail = 'a: syncOptions.unownedKeys: "keep" leaves them';
  expect(diagnosticMessage({ severity: "warning", summary: "About this sync", detail }).detail).toBe(
    'a: sync_options.unowned_keys: "keep" leaves them',
  );
});
