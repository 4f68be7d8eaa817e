import { expect, test } from "vitest";
import { plain } from "../terminal/paint.ts";
import { createDocumentRedactor } from "../terminal/redact.ts";
import { keepEnvironmentSecrets, warnOfWeakSecrets } from "./environment-secrets.ts";

function kept(environment: Record<string, string>) {
  const redactor = createDocumentRedactor();
  const warnings: string[] = [];
  keepEnvironmentSecrets(environment, { redactor });
  warnOfWeakSecrets(environment, { paintNotes: plain, warn: (text) => void warnings.push(text) });
  return { redactor, warnings };
}

test.each(["create", "production", "hunter2", "1234567", "пароль"])(
  "%s is warned of, and not named",
  (secret) => {
    const { redactor, warnings } = kept({ PULUMI_CONFIG_PASSPHRASE: secret });
    expect(warnings).toEqual([
      expect.stringMatching(/^warning: PULUMI_CONFIG_PASSPHRASE is short or a single word/),
    ]);
    expect(warnings.join()).not.toContain(secret);
    expect(redactor.clean(`a ${secret}`)).toBe("a [secret]");
  },
);

test("others are kept without a word", () => {
  const environment = {
    PULUMI_CONFIG_PASSPHRASE: "only for tests",
    EXTERNAL_INFISICAL_PLAN_KEY: "9f2c41ab7d",
    EXTERNAL_INFISICAL_FINGERPRINT_KEY: "",
    OTHER: "create",
  };
  const { redactor, warnings } = kept(environment);
  expect(warnings).toEqual([]);
  expect(redactor.clean("only for tests 9f2c41ab7d create")).toBe("[secret] [secret] create");
});
