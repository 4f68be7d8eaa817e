import { expect, it } from "vitest";
import { createRedactor } from "./redact.ts";

it("takes out secrets as they are and as they look in JSON and URLs", () => {
  const redactor = createRedactor();
  redactor.add('pa"ss word');
  const shown = redactor.clean(`plain pa"ss word, json ${JSON.stringify('pa"ss word')}, url pa%22ss%20word`);
  expect(shown).toBe('plain [secret], json "[secret]", url [secret]');
});

it("takes out the strings of a secret that is JSON", () => {
  const redactor = createRedactor();
  redactor.add('{"dr": "first-secret", "list": ["second-secret"]}');
  expect(redactor.clean("first-secret second-secret")).toBe("[secret] [secret]");
});

it("leaves nothing of a secret that begins with another one", () => {
  const redactor = createRedactor();
  redactor.add("abcd");
  redactor.add("abcdefgh");
  expect(redactor.clean("abcdefgh")).toBe("[secret]");
});

it("takes out what a terminal would obey", () => {
  expect(createRedactor().clean("a\u001b[2Jb\u001b]0;title\u0007c\rd\u202ee\nf\tg")).toBe("abc d e\nf\tg");
});

it("cleans all strings of a value, names too", () => {
  const redactor = createRedactor();
  redactor.add("hidden");
  expect(redactor.cleanAll({ list: ["hidden", 1, null], hidden: true })).toEqual({
    list: ["[secret]", 1, null],
    "[secret]": true,
  });
});
