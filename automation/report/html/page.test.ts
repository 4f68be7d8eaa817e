import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseEffect } from "../../../provider/engine/record/effects.ts";
import { chromium, openPage, type Page } from "../../../test/support/chromium.ts";
import {
  HOSTILE_TEXTS,
  manyKeys,
  sampleDocument,
  sampleReview,
} from "../../../test/support/report-document.ts";
import { htmlPage } from "./page.ts";

const review = sampleReview({
  billing: {
    operation: "create",
    changes: [
      { key: "API_KEY", action: "create", after: "1@aaaaaaaa" },
      { key: "DB_URL", action: "update", before: "1@bbbbbbbb", after: "2@bbbbbbbb" },
    ],
    effects: [
      { key: "OLD_KEY", ...parseEffect("delete (destination has 1@77aa31c0, not written by this sync)") },
    ],
  },
  shop: { changes: [{ key: "A_VERY_LONG_NAME_".repeat(12), action: "delete", before: "3@cccccccc" }] },
  quiet: { operation: "same", unchanged: 12 },
});

/** Hostile texts wherever a text of others can stand. */
const hostilePage = htmlPage(
  sampleDocument(
    sampleReview(
      Object.fromEntries(
        HOSTILE_TEXTS.map((text, index) => [
          `${index}${text}`,
          {
            changes: [{ key: text, action: "update" as const, before: text, after: text }],
            effects: [{ key: `${text}!`, ...parseEffect(text) }],
            properties: [{ path: text, kind: "update" as const, before: text, after: text }],
            source: { projectId: text, environment: text, secretPath: text },
            destination: { projectId: text, environment: text, secretPath: text, instanceUrl: text },
          },
        ]),
      ),
      {
        diagnostics: HOSTILE_TEXTS.map((message) => ({ severity: "error" as const, message, urn: message })),
      },
    ),
    {
      project: HOSTILE_TEXTS.join(" "),
      stack: HOSTILE_TEXTS.join(" "),
      error: { code: "x", message: HOSTILE_TEXTS.join(" "), hint: HOSTILE_TEXTS.join("\n") },
      policies: HOSTILE_TEXTS.map((text) => ({
        rule: text,
        enforcement: "mandatory",
        sync: text,
        key: text,
        message: text,
      })),
    },
  ),
);

const tagsOf = (page: string) => new Set(page.match(/<\/?[a-z][\w-]*/gi));

test("hostile texts add no tag, no attribute and no script", () => {
  expect(
    [...tagsOf(hostilePage)].filter((tag) => /<\/?(?:img|svg:|iframe|a$|base|object|embed|form)/i.test(tag)),
  ).toEqual([]);
  expect(hostilePage.match(/<script/g)).toHaveLength(1);
  const outside = hostilePage.replace(/<(style|script)>[\s\S]*?<\/\1>/g, "").replace(/"[^"]*"/g, '""');
  const risky = outside.match(/<[^>]*\s(?:on\w+|src|href|style)\s*=[^>]*>/g);
  expect(risky).toEqual(['<link rel="" href="">']);
});

test("of more than twenty thousand keys it says how many are missing", () => {
  const page = htmlPage(sampleDocument(sampleReview({ big: manyKeys(10_000), more: manyKeys(10_001) })));
  expect(page.match(/<td><code>SETTING_/g)).toHaveLength(20_000);
  expect(page).toContain("1 more key");
});

describe.skipIf(chromium === undefined)(
  chromium === undefined ? "in Chromium (not run: none on the PATH)" : "in Chromium",
  () => {
    let folder: string;
    let page: Page;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "external-infisical-page-"));
      page = await openPage(chromium ?? "");
    });
    afterAll(async () => {
      await page[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    });

    const show = async (html: string, width = 1200, scheme: "light" | "dark" = "light") => {
      const path = join(folder, "page.html");
      await writeFile(path, html);
      await page.resize(width, 900, scheme);
      page.events.length = 0;
      await page.open(pathToFileURL(path).href);
    };
    const shownKeys = () =>
      page.evaluate<string[]>(
        "[...document.querySelectorAll('tbody tr')].filter((row) => row.checkVisibility()).map((row) => row.cells[1].innerText)",
      );
    /** What went wrong, and what was asked for beside the page itself. */
    const incidents = () =>
      page.events
        .filter(({ method }) =>
          /javascriptDialogOpening|exceptionThrown|entryAdded|requestWillBeSent$/.test(method),
        )
        .map(({ method, params }) => `${method} ${JSON.stringify(params)}`)
        .filter((text) => !/^Network\S+ .*"request":\{"url":"(?:file:[^"]*page\.html|data:,)"/.test(text));

    test("shows what the document has, and filters it", async () => {
      await show(htmlPage(sampleDocument(review)));
      const text = await page.evaluate<string>("document.body.innerText");
      for (const part of [
        "demo / dev",
        "1 to create",
        "API_KEY",
        "2@bbbbbbbb",
        "1@77aa31c0",
        "dr.example.com",
      ])
        expect(text).toContain(part);
      expect(await page.evaluate("document.querySelectorAll('svg.wide .arrow').length")).toBe(3);
      // Signs that a font may lack are drawn, and what has no legend is said in words.
      expect(text).not.toMatch(/[→▸▾✓]/);
      const picture = await page.evaluate<string>("document.querySelector('svg.wide').textContent");
      expect(picture).toMatch(/1 foreign.*no change/s);
      expect(await page.evaluate("document.querySelector('.ends').innerText")).toMatch(
        /source\n.+\ndestination\n.+/,
      );

      const search = (value: string) =>
        page.evaluate(`search.value = ${JSON.stringify(value)}; search.dispatchEvent(new Event("input"))`);
      const choose = (kind: string) =>
        page.evaluate(`document.querySelector("input[value=${kind}]").click()`);
      await search("db_");
      expect(await shownKeys()).toEqual(["DB_URL"]);
      expect(await page.evaluate("found.textContent")).toBe("1 of 4 keys");
      await search("");
      await choose("foreign");
      expect(await shownKeys()).toEqual(["OLD_KEY"]);
      await choose("foreign");
      await choose("create");
      await choose("update");
      expect(await shownKeys()).toEqual(["API_KEY", "DB_URL"]);
      await choose("create");
      await choose("update");
      expect(await shownKeys()).toHaveLength(4);
      expect(incidents()).toEqual([]);
    });

    test("runs nothing and asks for nothing that a hostile text names", async () => {
      await show(hostilePage);
      expect(await page.evaluate("typeof globalThis.hacked")).toBe("undefined");
      await page.evaluate(
        "for (const each of document.querySelectorAll('*')) { each.focus?.(); each.dispatchEvent(new MouseEvent('mouseover')); }",
      );
      expect(await page.evaluate("typeof globalThis.hacked")).toBe("undefined");
      expect(
        await page.evaluate("document.querySelectorAll('img, a, iframe, form, h4, main script').length"),
      ).toBe(0);
      expect(await page.evaluate("document.querySelectorAll('details.sync').length")).toBe(
        HOSTILE_TEXTS.length,
      );
      const keys = await page.evaluate<string[]>(
        "[...document.querySelectorAll('tbody tr')].map((row) => row.cells[1].textContent)",
      );
      for (const text of HOSTILE_TEXTS) if (/^[ -~]+$/.test(text)) expect(keys).toContain(text);
      expect(incidents()).toEqual([]);
    });

    test("an injected script or image would be stopped by the policy", async () => {
      const injected =
        "<script>globalThis.hacked=1</script><img src=https://evil.example/x.png onerror=globalThis.hacked=2>";
      await show(htmlPage(sampleDocument(review)).replace("</main>", `${injected}</main>`));
      expect(await page.evaluate("typeof globalThis.hacked")).toBe("undefined");
      expect(incidents().join("\n")).toMatch(/violates the following Content Security Policy directive/);
    });

    test.each([
      ["a phone", 390, "light"],
      ["a phone in the dark", 390, "dark"],
      ["a desk in the dark", 1200, "dark"],
    ] as const)("fits %s, with contrast", async (_name, width, scheme) => {
      await show(htmlPage(sampleDocument(review)), width, scheme);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      expect(await page.evaluate(LOW_CONTRAST)).toEqual([]);
    });

    test("is readable without its script", async () => {
      await page.allowScripts(false);
      try {
        await show(htmlPage(sampleDocument(review)));
      } finally {
        await page.allowScripts(true);
      }
      expect(await page.evaluate("filter.hidden")).toBe(true);
      expect(await shownKeys()).toHaveLength(4);
    });

    test("ten thousand keys can be filtered", async () => {
      await show(htmlPage(sampleDocument(sampleReview({ one: manyKeys(8000), other: manyKeys(2000) }))));
      expect(await page.evaluate("document.querySelectorAll('tbody tr').length")).toBe(10_000);
      await page.evaluate(`search.value = "SETTING_7777"; search.dispatchEvent(new Event("input"))`);
      expect(await shownKeys()).toEqual(["SETTING_7777"]);
    });
  },
);

/** Texts whose colour is too near to that of the ground (WCAG AA, 4.5 to 1). */
const LOW_CONTRAST = `(() => {
  const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = parse(getComputedStyle(each).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("body *")]
    .filter((element) => !element.closest("svg") && element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ""))
    .flatMap((element) => {
      const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      return ratio < 4.5 ? [element.textContent.slice(0, 40) + " " + ratio.toFixed(2)] : [];
    });
})()`;
