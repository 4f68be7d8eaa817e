/** The search finds what it is to find: without that, no other test here could fail. */
import { describe, expect, test } from "vitest";
import { plantValues } from "./planted.ts";
import { leaksIn } from "./search.ts";

const planted = plantValues();

describe.each(Object.entries(planted))("%s", (what, secret) => {
  test.each([
    ["text", `a line\nvalue=${secret} more`],
    ["JSON", JSON.stringify({ value: secret })],
    ["JSON in JSON", JSON.stringify({ body: JSON.stringify({ value: secret }) })],
    ["URL", `https://example.com/?value=${encodeURIComponent(secret)}&x`],
    ["form", new URLSearchParams({ x: "1", value: secret }).toString()],
    ["hex", Buffer.from(`xy${secret}z`).toString("hex").toUpperCase()],
    ["base64", Buffer.from(secret).toString("base64")],
    ["base64, one byte later", Buffer.from(`1${secret}`).toString("base64")],
    ["base64, two bytes later", Buffer.from(`12${secret}34`).toString("base64")],
    ["base64url", Buffer.from(`abc${secret}`).toString("base64url")],
  ])("as %s", (_form, text) => {
    expect(leaksIn(text, planted).filter((leak) => leak.startsWith(`${what} as `))).not.toEqual([]);
  });
});

test("half of a long secret, either half", () => {
  const { password } = planted;
  expect(leaksIn(`${password.slice(0, 11)}…`, { password })).toEqual(["password as text"]);
  expect(leaksIn(`…${password.slice(-11)}`, { password })).toEqual(["password as text"]);
});

test("nothing where there is nothing", () => {
  const text = JSON.stringify({ PASSWORD: "[secret]", key: "7@9f2c41ab", text: "line one, BEGIN KEY" });
  expect(leaksIn(text.repeat(10), plantValues())).toEqual([]);
});
