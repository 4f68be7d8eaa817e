import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { perform } from "../../automation/fleet/acts/index.ts";
import type { Database } from "../../automation/fleet/database/database.ts";
import { createPage } from "../../automation/fleet/page/server.ts";
import { chromium } from "../support/chromium.ts";
import { isThorough } from "../support/thorough.ts";
import { openTestDatabase } from "./databases.ts";
import { addProject, addSync, parkPlan, sampleFleet } from "./sample.ts";

const missing =
  chromium === undefined ? "no Chromium on the PATH" : isThorough ? undefined : "not in --mode all";
const TOKEN = "a-token-that-nobody-guesses";
/** Where pictures are left, for people to look at. */
const PICTURES = process.env["EXTERNAL_INFISICAL_TEST_PICTURES"];

describe.skipIf(missing !== undefined)(
  missing === undefined ? "the page in a browser" : `the page in a browser (not run: ${missing})`,
  () => {
    let database: Database;
    let browser: Browser;
    let fleet: ReturnType<typeof sampleFleet>;
    let close: () => Promise<void>;
    let url: string;
    const pages: Page[] = [];

    beforeAll(async () => {
      database = await openTestDatabase();
      fleet = sampleFleet(database);
      await addProject(database, "shop");
      await addProject(database, "lab");
      const model = await addSync(database, "shop", "sync-0");
      await database.query(
        `insert into sync (project, name, destination, declared, outputs, outcome, checked_at, next_at)
         select project, 'sync-' || number, 'place ' || number,
           jsonb_set(declared, '{args,destinationConfig,secretPath}', to_jsonb('/team-' || number % 40 || '/service-' || number)),
           outputs, outcome, now() - interval '2 minutes', now() + interval '3 minutes'
         from sync, generate_series(1, 993) as number where id = $1`,
        [model],
      );
      await addSync(database, "lab", "edge-cache", {
        outcome: "failed",
        message:
          'Cannot read secrets of project "there" environment "prod" (403, request 7f3a): give the identity read access there.',
        failures: 4,
        checkedAt: new Date(),
      });
      for (const name of ["billing", "search", "ledger"])
        await parkPlan(
          database,
          await addSync(database, "shop", name, { outcome: "parked", checkedAt: new Date() }),
          undefined,
          [
            { rule: "deletes", message: "deletes: A, THEIRS" },
            {
              rule: "denyForeignDeletes",
              message: "would be deleted, not written by this sync",
              key: "THEIRS",
            },
          ],
        );
      await perform(fleet, "pause", { syncs: ["sync-17"], by: "ada", comment: "the instance moves" });
      browser = await playwright.launch({ executablePath: chromium ?? "", args: ["--no-sandbox"] });
      const app = await createPage({ fleet, host: "127.0.0.1", token: TOKEN });
      url = await app.listen({ host: "127.0.0.1", port: 0 });
      close = () => app.close();
    });
    afterEach(async () => {
      for (const page of pages.splice(0)) await page.context().close();
    });
    afterAll(async () => {
      await browser?.close();
      await close?.();
    });

    const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
      const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
      const page = await context.newPage();
      pages.push(page);
      await page.goto(url);
      await page.getByLabel("Your name").fill("ada");
      await page.getByLabel("Token").fill(TOKEN);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("heading", { name: "Syncs" }).waitFor();
      return page;
    };
    const picture = async (page: Page, name: string, fullPage = !name.includes("list")) => {
      if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage });
    };
    /** Nothing is cut off, and nothing has to be scrolled sideways. */
    const isWithin = (page: Page) =>
      page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth");

    it("shows a thousand syncs, and finds some of them", async () => {
      const page = await open();
      await picture(page, "list");
      expect(await page.getByRole("status").textContent()).toBe("1 to 50 of 998 syncs");
      await page.getByRole("link", { name: "next" }).click();
      expect(await page.getByRole("status").textContent()).toBe("51 to 100 of 998 syncs");
      await page.getByRole("searchbox").fill("team-7 service-7");
      await page.getByRole("button", { name: "Search" }).click();
      expect(await page.locator("a.name").allTextContents()).toEqual(["sync-7", "sync-727", "sync-767"]);
      await picture(page, "found");
      await page.getByRole("link", { name: /^all/ }).click();
      await page.getByRole("searchbox").fill("");
      await page.getByRole("button", { name: "Search" }).click();
      await page.getByRole("link", { name: /^failed/ }).click();
      expect(await page.locator("a.name").allTextContents()).toEqual(["edge-cache"]);
      await page.getByRole("link", { name: "edge-cache" }).click();
      await picture(page, "failed");
      expect(await page.getByText("give the identity read access").isVisible()).toBe(true);
    });

    it("has a parked plan read and approved, by keys alone and without a script", async () => {
      const page = await open({ javaScriptEnabled: false });
      const focused = () => page.locator(":focus");
      /** Goes on with Tab until what is meant has the focus. */
      const tabTo = async (name: RegExp) => {
        for (let steps = 0; steps < 60; steps++) {
          await page.keyboard.press("Tab");
          if (name.test((await focused().textContent()) ?? "")) return;
        }
        throw new Error(`Nothing named ${name} gets the focus.`);
      };
      await page.keyboard.press("Tab");
      expect(await focused().textContent()).toBe("Skip to the content");
      await tabTo(/^Parked/);
      await page.keyboard.press("Enter");
      await page.waitForURL(/status=parked/);
      await picture(page, "parked");
      await tabTo(/^billing$/);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Waits for your decision" }).waitFor();
      await picture(page, "parked");
      const rows = await page
        .getByRole("table", { name: "Keys of billing" })
        .locator("tbody tr")
        .allTextContents();
      expect(rows).toHaveLength(4);
      expect(rows[0]).toMatch(/delete.*THEIRS.*not written by this sync/s);
      await tabTo(/^$/);
      expect(await focused().getAttribute("name")).toBe("comment");
      await page.keyboard.type("as agreed with the team");
      await tabTo(/^Approve this plan$/);
      await picture(page, "focus");
      await page.keyboard.press("Enter");
      await page.getByText("A worker does it next.").waitFor();
      await picture(page, "approved");
      expect(await page.locator(".history tr", { hasText: "approved" }).textContent()).toMatch(
        /as agreed with the team.*ada on the page/s,
      );
      const [, ...others] = fleet.triggered;
      expect(others).toEqual([]);
    });

    it("decides nothing by Enter in a field", async () => {
      const app = await createPage({ fleet, host: "127.0.0.1", name: "me" });
      try {
        const context = await browser.newContext();
        const page = await context.newPage();
        pages.push(page);
        await page.goto(`${await app.listen({ host: "127.0.0.1", port: 0 })}/syncs/shop/ledger`);
        await page.getByLabel("Your name").fill("ada");
        await page.getByLabel("Your name").press("Enter");
        await page.reload();
        expect(await page.getByLabel("Your name").inputValue()).toBe("me");
        expect((await perform(fleet, "show", { sync: "ledger" })).sync.status).toBe("parked");
        await page.getByLabel("Your name").fill("ada");
        await page.getByRole("button", { name: "Reject it" }).click();
        await page.getByText("It is not done").waitFor();
      } finally {
        await app.close();
      }
    });

    it("is readable on a narrow screen, and in the dark", async () => {
      const page = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark", isMobile: true });
      await picture(page, "narrow-list");
      expect(await isWithin(page)).toBe(true);
      await page.goto(`${url}/syncs/shop/search`);
      await picture(page, "narrow-parked");
      expect(await isWithin(page)).toBe(true);
      expect(await page.getByRole("button", { name: "Approve this plan" }).isVisible()).toBe(true);
      await page.goto(`${url}/history`);
      await picture(page, "narrow-history");
      expect(await isWithin(page)).toBe(true);
      const dark = await page.evaluate("getComputedStyle(document.body).backgroundColor");
      expect(dark).toBe("rgb(19, 21, 24)");
      await picture(await open({ colorScheme: "dark" }), "dark-list");
    });

    it("has contrast, names and sizes that everybody can read", async () => {
      for (const colorScheme of ["light", "dark"] as const) {
        const page = await open({ colorScheme });
        for (const path of ["/", "/syncs/shop/ledger", "/syncs/lab/edge-cache", "/history"]) {
          await page.goto(url + path);
          expect([path, await page.evaluate(UNREADABLE)]).toEqual([path, []]);
        }
        await page.evaluate("document.querySelector('h1').style.color = '#777'");
        expect(await page.evaluate(UNREADABLE)).toHaveLength(1);
      }
    });

    it("signs out", async () => {
      const page = await open();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await picture(page, "login");
      await page.goto(`${url}/syncs/shop/search`);
      expect(page.url()).toBe(`${url}/login?next=%2Fsyncs%2Fshop%2Fsearch`);
      await page.getByLabel("Your name").fill("eve");
      await page.getByLabel("Token").fill("not the token of this page");
      await page.getByRole("button", { name: "Sign in" }).click();
      expect(await page.getByRole("alert").textContent()).toBe("The token is wrong.");
      await picture(page, "login-wrong");
    });
  },
);

/** Asked in the page: texts with less contrast than 4.5, and fields without a name. */
const UNREADABLE = `(() => {
  const numbers = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const light = (color) => {
    const [r, g, b] = color
      .slice(0, 3)
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    if (!element) return [255, 255, 255];
    const color = numbers(getComputedStyle(element).backgroundColor);
    return color[3] === 0 ? groundOf(element.parentElement) : color;
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (hasText && element.checkVisibility()) {
      const both = [numbers(getComputedStyle(element).color), groundOf(element)].map(light);
      const contrast = (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
      if (contrast < 4.5) found.push(element.tagName + " " + element.textContent.slice(0, 30) + " " + contrast);
    }
    if (element.matches("input:not([type=hidden]), textarea, select") && !element.labels.length && !element.ariaLabel)
      found.push(element.name + " has no name");
  }
  return found;
})()`;
