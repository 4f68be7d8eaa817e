/** Whatever a text holds, generated code holds that text and nothing else. */
import { execFile } from "node:child_process";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { TOOLS } from "../../../test/support/terraform/cli.ts";
import type { Declaration } from "./declaration.ts";
import { asPulumi } from "./pulumi.ts";
import { hclName, hclString, shellWord, typescriptName, typescriptString } from "./quote.ts";
import { asTerraform } from "./terraform.ts";

const HOSTILE = [
  "quote \" and ' and `",
  "back\\slash at the end\\",
  "${process.exit()} $${x} $$${y} ${",
  "%{ if true }%{ endif } %%{x}",
  "lines\nof\r\ntext\ttab",
  "\u2028line\u2029separators\u0085",
  "</script><!-- */ // #",
  "nul\u0000 bell\u0007 back\u0008 form\u000c escape\u001b[31m delete\u007f",
  "right\u202eto left\u2066 zero\u200bwidth\ufeff",
  "constructor __proto__ 𝒳 é",
  "",
];

test.each(HOSTILE)("a string of TypeScript: %j", (text) => {
  const literal = typescriptString(text);
  expect(runInNewContext(`(${literal})`)).toBe(text);
  expect(literal).toMatch(/^[\x20-\x7e\u00a0-\uffff]*$/);
});

test("what is no text at all becomes one", () => {
  expect(runInNewContext(typescriptString("lone \ud800"))).toBe("lone \ufffd");
  expect(hclString("lone \ud800")).toBe('"lone \ufffd"');
});

test.each(TOOLS)("strings of HCL, $title", async ({ tool, unavailable }) => {
  const written = HOSTILE.map(hclString);
  for (const literal of written) expect(literal).toMatch(/^"[\x20-\x7e\u00a0-\uffff]*"$/);
  expect(hclString('a"b\\c\n${d}%{e}\u0008')).toBe('"a\\"b\\\\c\\n$${d}%%{e}\\u0008"');
  if (unavailable !== undefined) return;
  const printed = await evaluated(tool.name, `base64encode(jsonencode([${written.join(", ")}]))`);
  const [, encoded = ""] = /^"([\w+/=]+)"$/m.exec(printed) ?? [];
  expect(JSON.parse(Buffer.from(encoded, "base64").toString())).toEqual(HOSTILE);
});

/** What the program itself makes of an expression. */
function evaluated(tool: string, expression: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(tool, ["console"], (error, stdout, stderr) =>
      error ? reject(new Error(stderr, { cause: error })) : resolve(stdout),
    );
    child.stdin?.end(`${expression}\n`);
  });
}

test.each([...HOSTILE, "dr-site", "1-2", "class", "a-1b", "🙂"])("names: %j", (text) => {
  expect(typescriptName(text, "Connection")).toMatch(/^[A-Za-z_]\w*$/);
  expect(hclName(text)).toMatch(/^[A-Za-z_]\w*$/);
});

test("words of a command line", () => {
  expect(shellWord("dir/syncs-1.yaml")).toBe("dir/syncs-1.yaml");
  expect(shellWord("it's; rm -rf /")).toBe("'it'\\''s; rm -rf /'");
});

const declarationWith = (text: string): Declaration => ({
  project: text,
  source: { host: "https://source.example.com", clientId: text },
  connections: [{ name: text, args: { description: text }, id: text }],
  syncs: [{ name: text, connection: text, args: { destinationConfig: { secretPath: text } }, id: text }],
  isTakenOver: true,
});

test.each(HOSTILE)("whole files hold nothing but texts and names: %j", (text) => {
  const [project, program] = asPulumi(declarationWith(text)).files;
  expect(parse(project?.text ?? "")).toMatchObject({ name: text });
  // Run as a program, it calls the two classes with these arguments, and does nothing else.
  const calls: unknown[][] = [];
  const record = class {
    constructor(...args: unknown[]) {
      calls.push(args);
    }
  };
  class Config {
    requireSecret = (key: string) => ({ key });
  }
  const body = (program?.text ?? "").replaceAll(/^import .*$/gm, "");
  runInNewContext(body, { Config, ExternalInfisicalConnection: record, ExternalInfisicalSecretSync: record });
  expect(calls).toMatchObject([
    [text, { name: text, description: text }],
    [text, { name: text, destinationConfig: { secretPath: text } }],
  ]);
  const bare = asTerraform(declarationWith(text)).files.map((file) =>
    file.text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""'),
  );
  for (const without of bare) expect(without).toMatch(/^[\w\s{}=.">~"]*$/);
});
