import { expect, test } from "vitest";
import { SecretValue } from "../secret-value.ts";
import { createRedactor } from "./redact.ts";

test("known secrets are cut out, as they are and as JSON shows them", () => {
  const redactor = createRedactor();
  redactor.add(new SecretValue('pa"ss\nword'));
  expect(redactor.clean('bad: pa"ss\nword!')).toBe("bad: [secret]!");
  expect(redactor.clean('bad: "pa\\"ss\\nword"')).toBe('bad: "[secret]"');
  expect(redactor.clean("bad: /?q=pa%22ss%0Aword&x")).toBe("bad: /?q=[secret]&x");
});

test("values of a request are cut out of its refusal only", () => {
  const redactor = createRedactor();
  expect(redactor.clean("value hunter22 is weak", ["hunter22"])).toBe("value [secret] is weak");
  expect(redactor.clean("value hunter22 is weak")).toBe("value hunter22 is weak");
});

test("a secret that the server cut short is found by its beginning", () => {
  const redactor = createRedactor();
  redactor.add(new SecretValue("0123456789abcdefghij-and-so-on"));
  expect(redactor.clean("got 0123456789abcdefg... twice 0123456789abcdefg")).toBe(
    "got [secret]... twice [secret]",
  );
});

test("words of one to three letters stay: nobody could read the message without them", () => {
  const redactor = createRedactor();
  expect(redactor.clean("on environment dev", ["on", "dev", ""])).toBe("on environment dev");
});

test("control characters go, and long texts are cut", () => {
  const redactor = createRedactor();
  expect(redactor.clean("a\u001b[31mred\u0007\u202e\r\nb")).toBe("ared b");
  expect(redactor.clean("x".repeat(1000))).toHaveLength(300);
});
