import { expect, test } from "vitest";
import { createDocumentRedactor } from "./redact.ts";

const knowing = (secret: string) => {
  const redactor = createDocumentRedactor();
  redactor.add(secret);
  return redactor;
};

test("a secret is cut out of a text in every form, and escape sequences with what they carry", () => {
  const shown = knowing('pa"ss word').clean(
    `plain pa"ss word, json ${JSON.stringify('pa"ss word')}, url pa%22ss%20word`,
  );
  expect(shown).toBe('plain [secret], json "[secret]", url [secret]');
  expect(createDocumentRedactor().clean("a\u001b[2Jb\u001b]0;title\u0007c\rd\u202ee\nf\tg")).toBe(
    "abc d e\nf\tg",
  );
});

test("all texts in plain data are cleaned, and what is structure stays", () => {
  const document = {
    operation: "create",
    create: 4,
    keys: [{ key: "create", action: "create", isForeign: false }],
    error: { code: "create", message: "cannot create", hint: "create it" },
    warnings: ["create"],
    path: null,
  };
  expect(knowing("create").cleanAll(document)).toEqual({
    ...document,
    error: { code: "create", message: "cannot [secret]", hint: "[secret] it" },
    warnings: ["[secret]"],
  });
});

test("names have one line, and texts keep theirs", () => {
  expect(createDocumentRedactor().cleanAll({ name: "a\nb\u2028c\rd", message: "a\nb" })).toEqual({
    name: "a b c d",
    message: "a\nb",
  });
});
