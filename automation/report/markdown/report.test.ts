import fc from "fast-check";
import { Lexer, type Token, type Tokens } from "marked";
import { expect, test } from "vitest";
import { parseEffect } from "../../../provider/engine/record/effects.ts";
import {
  HOSTILE_TEXTS,
  manyKeys,
  sampleDocument,
  sampleReview,
} from "../../../test/support/report-document.ts";
import { markdownReport } from "./report.ts";

const first = sampleReview({
  billing: {
    operation: "create",
    changes: [
      { key: "API_KEY", action: "create", after: "1@aaaaaaaa" },
      { key: "TOKEN", action: "create", after: "2@bbbbbbbb" },
    ],
    effects: [
      { key: "OLD", ...parseEffect("delete (destination has 1@77aa31c0, not written by this sync)") },
      { key: "TOKEN", ...parseEffect("overwrite (destination has 4@dddddddd, not written by this sync)") },
    ],
  },
  shop: {
    changes: [
      { key: "A", action: "update", before: "7@9f2c41ab", after: "8@9f2c41ab", destination: "3@eeeeeeee" },
    ],
    unchanged: 4,
    properties: [{ path: "environment", kind: "update", before: "staging", after: "prod" }],
  },
  quiet: { operation: "same", unchanged: 12 },
});

test("a preview", () => {
  const policies = [
    {
      rule: "maxDeletes",
      enforcement: "mandatory" as const,
      sync: "billing",
      message: "1 key, 0 are allowed",
    },
    {
      rule: "denyKeys",
      enforcement: "advisory" as const,
      sync: "shop",
      key: "A",
      message: "A is not for there",
    },
  ];
  const { text, full } = markdownReport(sampleDocument(first, { policies }));
  expect(full).toBeUndefined();
  expect(text).toMatchInlineSnapshot(`
    "<!-- external-infisical:demo/dev -->
    **1 to create, 2 to update (1 foreign), 1 to delete (1 foreign)** in 2 of 3 syncs · stack \`dev\`

    | Sync |  | Keys | From → to |
    | --- | --- | --- | --- |
    | \`billing\` | create | 1 to create, 1 to update, 1 to delete (**2 foreign**) | \`here prod:/app\` → \`there prod:/app\` at \`https://dr.example.com\` |
    | \`shop\` | update | 1 to update, 4 unchanged | \`here prod:/app\` → \`there prod:/app\` at \`https://dr.example.com\` |

    ### ❌ 1 policy violation

    | Rule |  | Sync | Key | What is wrong |
    | --- | --- | --- | --- | --- |
    | \`maxDeletes\` | mandatory | \`billing\` |  | \`1 key, 0 are allowed\` |
    | \`denyKeys\` | advisory | \`shop\` | \`A\` | \`A is not for there\` |

    > [!WARNING]
    > **2 keys that the sync did not write: 1 deleted, 1 overwritten.**

    | Sync |  | Key | Why | Source revision | Destination revision |
    | --- | --- | --- | --- | --- | --- |
    | \`billing\` | \`-\` delete | \`OLD\` | not written by this sync |  | \`1@77aa31c0\` |
    | \`billing\` | \`~\` update | \`TOKEN\` | not written by this sync | \`2@bbbbbbbb\` | \`4@dddddddd\` |

    ### \`billing\` · create

    \`here prod:/app\` → \`there prod:/app\` at \`https://dr.example.com\`  
    1 to create, 1 to update, 1 to delete (2 keys in the table above)

    |  | Key | Why | Source revision | Destination revision |
    | --- | --- | --- | --- | --- |
    | \`+\` create | \`API_KEY\` | new to this sync | \`1@aaaaaaaa\` |  |

    ### \`shop\` · update

    \`here prod:/app\` → \`there prod:/app\` at \`https://dr.example.com\`  
    1 to update, 4 unchanged

    - \`~\` \`environment\`: \`"staging" => "prod"\`

    |  | Key | Why | Source revision | Destination revision |
    | --- | --- | --- | --- | --- |
    | \`~\` update | \`A\` | new value in the source | \`7@9f2c41ab\` → \`8@9f2c41ab\` | \`3@eeeeeeee\` |


    <sub>2026-03-01 12:00 UTC · local engine 1.2.3 · 3 s</sub>
    "
  `);
});

test("a failure, with what was told on the way", () => {
  const failed = sampleReview(
    { billing: { status: "failed" } },
    {
      command: "up",
      isPreview: false,
      result: "failed",
      diagnostics: [
        { severity: "warning", message: "The identity may not describe all secrets." },
        {
          severity: "error",
          message: "Cannot write 4 secrets (403).\nGive it the right.",
          urn: "a::b::billing",
        },
        { severity: "error", message: "update failed" },
        { severity: "info", message: "billing: reading" },
      ],
    },
  );
  const error = { code: "resource-failed", message: "Cannot write 4 secrets (403).", hint: "See above." };
  expect(
    markdownReport(sampleDocument(failed, { result: "failed", exitCode: 4, error })).text,
  ).toMatchInlineSnapshot(`
    "<!-- external-infisical:demo/dev -->
    **Update failed** in 1 sync · stack \`dev\`

    > [!CAUTION]
    > \`See above.\`

    ### Messages

    - **warning**: \`The identity may not describe all secrets.\`
    - **error** \`billing\`: \`Cannot write 4 secrets (403).\`<br>\`Give it the right.\`

    ### \`billing\` · updating failed ❌

    \`here prod:/app\` → \`there prod:/app\` at \`https://dr.example.com\`  
    no keys change


    <sub>2026-03-01 12:00 UTC · local engine 1.2.3 · 3 s</sub>
    "
  `);
});

test("the same comment is found again, whatever the names are", () => {
  const line = (project?: string, stack?: string) => {
    const { project: _project, stack: _stack, ...document } = sampleDocument(sampleReview({}));
    const names = { ...(project !== undefined && { project }), ...(stack !== undefined && { stack }) };
    return markdownReport({ ...document, ...names }).text.split("\n")[0];
  };
  expect(line("demo", "dev")).toBe("<!-- external-infisical:demo/dev -->");
  expect(line()).toBe("<!-- external-infisical:-/- -->");
  expect(line("a--><b>", "org/x y")).toBe("<!-- external-infisical:a-%2D%3E%3Cb%3E/org%2Fx%20y -->");
});

test("a long report is cut between rows, and its whole is given", () => {
  const document = sampleDocument(sampleReview({ big: manyKeys(3000), small: manyKeys(2) }));
  const { text, full } = markdownReport(document, "review.full.md");
  expect(text.length).toBeLessThanOrEqual(65_536);
  expect(text.length).toBeGreaterThan(60_000);
  const rows = (of: string) => of.match(/^\| `\+` create .*\|$/gm)?.length ?? 0;
  expect(rows(full ?? "")).toBe(3002);
  const [, told] =
    /\*\*Cut to fit a comment: ([\d,]+) keys more\*\*; all of it is in `review\.full\.md`\./.exec(text) ?? [];
  expect(Number(told?.replaceAll(",", "")) + rows(text)).toBe(3002);
  expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0);
  // The summary counts all.
  expect(text).toContain("**3,002 to create** in 2 syncs");
});

test.each([
  [
    "hundreds of syncs",
    sampleReview(Object.fromEntries(Array.from({ length: 800 }, (_, i) => [`sync-${i}`, manyKeys(1)]))),
  ],
  [
    "a thousand messages",
    sampleReview(
      {},
      {
        diagnostics: Array.from({ length: 1000 }, (_, i) => ({
          severity: "error" as const,
          message: `${i} ${"x".repeat(200)}`,
        })),
      },
    ),
  ],
  [
    "an endless message",
    sampleReview({}, { diagnostics: [{ severity: "error", message: "y\n".repeat(200_000) }] }),
  ],
  [
    "an endless name of a key",
    sampleReview({ a: { changes: [{ key: "|".repeat(100_000), action: "create" }] } }),
  ],
])("%s fit", (_name, review) => {
  expect(markdownReport(sampleDocument(review)).text.length).toBeLessThanOrEqual(65_536);
});

const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string(),
  fc
    .array(fc.constantFrom(..."|`\\<>-!#@/[]()*_~&;:$\n\r\t .", "a", "www.", "http://", "<!--", "-->"))
    .map((parts) => parts.join("")),
);

test("texts of others are text, wherever they stand", () => {
  // What is told twice is shown once, so no text may be part of another.
  const apart = (of: readonly string[]) => of.map((text, index) => `${text} n${index}`);
  const harmless = kindsOf(reportWith(apart(Array.from({ length: 9 }, () => "x"))));
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 9, maxLength: 9 }), (texts) => {
      expect(kindsOf(reportWith(apart(texts)))).toEqual(harmless);
    }),
    { numRuns: 300 },
  );
});

test.each(HOSTILE_TEXTS)("%j is text", (hostileText) => {
  const text = reportWith(Array.from({ length: 9 }, () => hostileText));
  expect(kindsOf(text)).toEqual(kindsOf(reportWith(Array.from({ length: 9 }, () => "x"))));
  // GitLab runs commands that begin a line.
  expect(text).not.toMatch(/^\s*\/\w/m);
});

test.each(HOSTILE_TEXTS)("%j as a key leaves its row as it is", (hostileText) => {
  const changes = [{ key: `k${hostileText}.`, action: "create" as const, after: "1@12345678" }];
  const { text } = markdownReport(sampleDocument(sampleReview({ app: { changes } })));
  const tables = new Lexer({ gfm: true })
    .lex(text)
    .filter((token) => token.type === "table") as Tokens.Table[];
  const cells = tables.flatMap(({ rows }) => rows).map((row) => row.map(({ text: cell }) => plainOf(cell)));
  const shown = `k${hostileText}.`.toWellFormed().replace(/[\r\n]+/g, " ");
  expect(cells).toEqual([["+ create", shown, "new to this sync", "1@12345678", ""]]);
});

const plainOf = (cell: string): string =>
  cell
    .replace(/^`(.*?)`/, "$1")
    .replace(/^<code>(.*)<\/code>$/, (_all, inner: string) =>
      inner.replace(/&#(\d+);/g, (_entity, point: string) => String.fromCharCode(Number(point))),
    );

/** A report that has each text in another place. */
function reportWith([
  key = "",
  effect = "",
  revision = "",
  name = "",
  message = "",
  hint = "",
  rule = "",
  setting = "",
  place = "",
]: string[]): string {
  const changes = [
    { key: `1${key}`, action: "update" as const, before: `b${revision}`, after: `a${revision}` },
  ];
  const properties = [
    { path: `p${setting}`, kind: "update" as const, before: setting, after: `${setting}!` },
  ];
  const review = sampleReview(
    {
      [`n${name}`]: {
        changes,
        effects: [{ key: `2${effect}`, ...parseEffect(`? ${effect}`) }],
        properties,
        source: { projectId: place, environment: place, secretPath: place },
        destination: { projectId: place, environment: place, secretPath: place, instanceUrl: place },
      },
    },
    {
      diagnostics: [
        {
          severity: "error",
          message: `m ${message.replaceAll(/[\r\n]/g, " ")}`,
          urn: `x::${name.replaceAll("::", "")}y`,
        },
      ],
    },
  );
  const policies = [{ rule, enforcement: "mandatory" as const, sync: name, key, message: rule }];
  const error = {
    code: "x",
    message: `e ${hint.replaceAll(/[\r\n]/g, " ")}`,
    hint: `h ${hint.replaceAll(/[\r\n]/g, " ")}`,
  };
  return markdownReport(sampleDocument(review, { policies, error, project: name, stack: name })).text;
}

/** What a Markdown renderer makes of a text, without the words: code by its place only, HTML by its tags. */
function kindsOf(text: string): string[] {
  const kinds: string[] = [];
  const visit = (token: Token) => {
    if (token.type === "html") kinds.push(...tags(token.raw));
    else if (token.type !== "text" && token.type !== "escape" && token.type !== "codespan")
      kinds.push(token.type);
    if (token.type === "table") {
      const { header, rows } = token as Tokens.Table;
      kinds.push(...rows.map((cells) => `row of ${cells.length}`));
      for (const cell of [header, ...rows].flat()) for (const inner of cell.tokens) visit(inner);
      return;
    }
    for (const inner of (token as Tokens.List).items ?? (token as Tokens.Generic).tokens ?? []) visit(inner);
  };
  for (const token of new Lexer({ gfm: true }).lex(text)) visit(token);
  return kinds;
}

/** `<code>` is another way to write a span. */
const tags = (raw: string): string[] =>
  raw.startsWith("<!--")
    ? [/-->\s*$/.test(raw) ? "comment" : raw]
    : raw.trim() === ""
      ? []
      : (raw.match(/<\/?\w+[^>]*>|[^<\s]+/g) ?? []).filter((tag) => !/^<\/?code>$/.test(tag));

test("both sides are told with their instances, and by the names of their projects where these are known", () => {
  const known = { projectId: "here", origin: "https://app.example.com" };
  const changes = [{ key: "A", action: "create" as const, after: "1@aaaaaaaa" }];
  const review = sampleReview(
    { app: { changes } },
    {
      sourceUrl: "https://app.example.com",
      projects: [
        { side: "source", ...known, projectName: "Shop" },
        // Of a copy of the instance.
        { side: "destination", ...known, projectId: "there", projectName: "Elsewhere" },
      ],
    },
  );
  const document = sampleDocument(review);
  expect(markdownReport(document).text).toContain(
    "`Shop (here) prod:/app` at `https://app.example.com` → `there prod:/app` at `https://dr.example.com`",
  );
  expect(document.resources[0]?.sync?.source).toEqual({
    ...{ projectId: "here", projectName: "Shop", environment: "prod", secretPath: "/app" },
    instanceUrl: "https://app.example.com",
  });
});
