import type { FastifyInstance, InjectOptions } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../../automation/fleet/database/database.ts";
import { createPage, type PageOptions } from "../../automation/fleet/page/server.ts";
import { addHistory } from "../../automation/fleet/rows/history.ts";
import type { HistoryEvent } from "../../automation/fleet/rows/rows.ts";
import type { Properties } from "../../provider/resources/index.ts";
import { HOSTILE_TEXTS } from "../support/report-document.ts";
import { openTestDatabase } from "./databases.ts";
import { addProject, addSync, deletionOf, parkPlan, sampleFleet, samplePlan } from "./sample.ts";

const TOKEN = "a-token-that-nobody-guesses";
const NOW = Date.parse("2026-03-01T12:02:00Z");

let database: Database;
let fleet: ReturnType<typeof sampleFleet>;
let app: FastifyInstance;
let clock: number;

const start = async (options: Partial<PageOptions> = {}) => {
  app = await createPage({
    fleet,
    host: "127.0.0.1",
    name: "me",
    now: () => NOW + clock,
    monotonic: () => clock,
    ...options,
  });
};

beforeEach(async () => {
  database = await openTestDatabase();
  fleet = sampleFleet(database);
  clock = 0;
  await addProject(database, "shop");
});
afterEach(() => app.close());

const LOCAL = { host: "127.0.0.1:8080", accept: "text/html" };
const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ url, headers: { ...LOCAL, ...headers } });

/** What a browser keeps between two requests. */
interface Browser {
  cookie: string;
  csrf: string;
}
async function browse(url: string, cookie = ""): Promise<Browser & { body: string; statusCode: number }> {
  const { body, headers, statusCode } = await get(url, { cookie });
  const kept = String(headers["set-cookie"] ?? "").split(";")[0] ?? "";
  return { cookie: kept, csrf: /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? "", body, statusCode };
}
const post = (url: string, form: Record<string, string>, headers: Record<string, string> = {}) => {
  const payload = new URLSearchParams(form).toString();
  const type = { "content-type": "application/x-www-form-urlencoded" };
  return app.inject({ method: "POST", url, payload, headers: { ...LOCAL, ...type, ...headers } });
};
const press = (url: string, { cookie, csrf }: Browser, form: Record<string, string> = {}) =>
  post(url, { csrf, by: "ada", ...form }, { cookie });

describe("on this machine", () => {
  beforeEach(() => start());

  it("lists syncs, finds them by a form, and gives long lists a page at a time", async () => {
    for (let index = 0; index < 120; index++) await addSync(database, "shop", `sync-${index}`);
    await addSync(database, "shop", "bad", {
      outcome: "failed",
      message: "Cannot read.\nMore.",
      failures: 3,
    });
    const { body } = await get("/");
    expect(body).toContain("1 to 50 of 121 syncs");
    expect(new Set(body.match(/(?<=<span class="state \w+">)[^<]+/g))).toEqual(new Set(["failed", "synced"]));
    expect(body).toContain("Cannot read.");
    expect(body).toContain("(3 times)");
    expect(body).toContain(">2 min. ago</time>");
    expect(body).toContain(">in 3 min.</time>");
    const next = /rel="next" href="([^"]+)"/.exec(body)?.[1] ?? "";
    expect((await get(next)).body).toContain("51 to 100 of 121 syncs");
    const found = await get("/?search=SYNC-11&status=synced");
    expect(found.body.match(/class="name" href="[^"]+"/g)).toEqual(
      ["11", "110", "111", "112", "113", "114", "115", "116", "117", "118", "119"].map(
        (number) => `class="name" href="/syncs/shop/sync-${number}"`,
      ),
    );
    expect((await get("/?search=nothing&page=x")).body).toContain("No sync is like that.");
  });

  it("says how syncs are declared where there are none", async () => {
    expect((await get("/")).body).toContain("external-infisical fleet apply");
  });

  it("shows a parked plan by key and why it waits, and approves exactly that one", async () => {
    const sync = await addSync(database, "shop", "billing", { outcome: "parked" });
    const plan = await parkPlan(database, sync);
    expect((await get("/")).body).toContain('Parked <span class="count">1</span>');
    const browser = await browse("/syncs/shop/billing");
    for (const part of ["by maxDeletes", "would be deleted", "THEIRS", "not written by this sync", plan])
      expect(browser.body).toContain(part);

    const answer = await press(`/plans/${plan}/approve`, browser, { comment: "as agreed" });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, "/syncs/shop/billing?done=approve"]);
    expect(fleet.triggered).toEqual([{ id: sync, why: "approved" }]);
    const after = await browse(String(answer.headers.location), browser.cookie);
    expect(after.body).toContain("A worker does it next.");
    expect(after.body).toContain("ada on the page");
    expect(after.body).toContain("<blockquote>as agreed</blockquote>");
    await press("/syncs/shop/billing/pause", browser);
    expect((await get("/syncs/shop/billing")).body).toContain("It is done once the sync is resumed.");
    expect((await get("/history")).body).toContain("ada on the page");
  });

  it("shows what a guard refuses, with nothing to decide", async () => {
    const sync = await addSync(database, "shop", "billing", { outcome: "parked" });
    const plan = await parkPlan(database, sync, { ...samplePlan(), inputs: { refused: "no keys" } }, [
      { rule: "empty-source", message: "The source has no keys." },
    ]);
    const browser = await browse("/syncs/shop/billing");
    for (const text of ["Refused by a guard", "The source has no keys.", "by empty-source"])
      expect(browser.body).toContain(text);
    expect(browser.body).not.toMatch(/formaction="\/plans/);
    const answer = await press(`/plans/${plan}/approve`, browser);
    expect([answer.statusCode, answer.body.includes("is refused by a guard")]).toEqual([400, true]);
  });

  it("tells that another plan waits by now, and decides nothing", async () => {
    const sync = await addSync(database, "shop", "billing", { outcome: "parked" });
    const old = await parkPlan(database, sync);
    await parkPlan(database, sync);
    const answer = await press(`/plans/${old}/approve`, await browse("/syncs/shop/billing"));
    expect(answer.statusCode).toBe(409);
    expect(answer.body).toContain("something else was found since");
    expect(fleet.triggered).toEqual([]);
  });

  it("runs, pauses and resumes, and remembers who one is", async () => {
    const sync = await addSync(database, "shop", "billing");
    const browser = await browse("/syncs/shop/billing");
    const ran = await press("/syncs/shop/billing/run", browser);
    expect(ran.statusCode).toBe(303);
    const cookie = String(ran.headers["set-cookie"]).split(";")[0] ?? "";
    expect((await browse("/syncs/shop/billing", cookie)).body).toContain(
      'name="by" required maxlength="80" value="ada"',
    );
    await press("/syncs/shop/billing/pause", browser, { by: "bob" });
    const paused = await browse("/syncs/shop/billing?done=pause", browser.cookie);
    expect(paused.body).toContain("bob on the page");
    expect(paused.body).not.toContain("Run now");
    expect(paused.body).toContain('<dt>Next</dt><dd><span class="muted">when resumed</span>');
    await press("/syncs/shop/billing/resume", browser);
    expect(fleet.triggered).toEqual([
      { id: sync, why: "hand" },
      { id: sync, why: "resumed" },
    ]);
    expect((await press("/syncs/shop/billing/pause", browser, { by: " " })).statusCode).toBe(400);
  });

  it("tells in words what runs did and why", async () => {
    const id = await addSync(database, "shop", "billing");
    const tell = (event: HistoryEvent, detail: Properties) =>
      addHistory(database, { id, project: "shop", name: "billing" }, event, "worker-1", detail);
    await tell("parked", { plan: "abc", reasons: [deletionOf("A"), deletionOf("B")] });
    await tell("ran", {
      why: "chain",
      counts: { create: 2, update: 0, delete: 1, unchanged: 7 },
      approvedBy: "ada",
    });
    await tell("failed", { why: "hand", message: "Cannot read.", told: ["a warning"] });
    const { body } = await get("/history");
    for (const text of [
      '<span class="muted">plan abc</span><pre class="why">A: would be deleted\nB: would be deleted</pre>',
      "2 created, 1 deleted, 7 unchanged · since what it reads was written · approved by ada",
      '<span class="muted">as somebody asked for it</span><pre class="why">Cannot read.\na warning</pre>',
    ])
      expect(body).toContain(text);
  });

  it.each([
    ["half a character", "/syncs/shop/%E0%A4%A"],
    ["no percent sign that means anything", "/%zz"],
    ["a name that is longer than any", `/syncs/shop/${"x".repeat(700)}`],
  ])("says of an address with %s that there is no such page", async (_what, url) => {
    const { statusCode, body } = await get(url);
    expect([statusCode, body.includes("There is no such page.")]).toEqual([404, true]);
  });

  it("answers for a sync that is not there, or was, with a sentence", async () => {
    const unknown = await get("/syncs/shop/billing");
    expect([unknown.statusCode, unknown.body.includes("The fleet has no sync named shop/billing.")]).toEqual([
      404,
      true,
    ]);
    const id = await addSync(database, "shop", "billing");
    await addHistory(database, { id, project: "shop", name: "billing" }, "removed", "worker-1");
    await database.query("delete from sync");
    const removed = await get("/syncs/shop/billing");
    expect(removed.statusCode).toBe(404);
    expect(removed.body).toMatch(/no sync named shop\/billing any more: shop\/billing was removed at \d{4}-/);
  });

  it("refuses a button that is not pressed in a form of this session", async () => {
    await addSync(database, "shop", "billing");
    const path = "/syncs/shop/billing/pause";
    const { cookie, csrf } = await browse("/syncs/shop/billing");
    const other = await browse("/syncs/shop/billing");
    const attempts: [Record<string, string>, Record<string, string>][] = [
      [{}, { cookie }],
      [{ csrf }, {}],
      [{ csrf: other.csrf }, { cookie }],
      [{ csrf }, { cookie: `${cookie}x` }],
      [{ csrf }, { cookie, "sec-fetch-site": "cross-site" }],
      [{ csrf }, { cookie, "sec-fetch-site": "same-site" }],
      [{ csrf }, { cookie, origin: "http://evil.example" }],
      [{ csrf }, { cookie, origin: "null" }],
    ];
    for (const [form, headers] of attempts)
      expect((await post(path, { by: "eve", ...form }, headers)).statusCode).toBe(403);
    expect((await get("/history")).body).toContain("Nothing has happened yet.");
    const own = { cookie, "sec-fetch-site": "same-origin", origin: "http://127.0.0.1:8080" };
    expect((await post(path, { csrf, by: "ada" }, own)).statusCode).toBe(303);
  });

  it("does not go by names that were pointed at this machine", async () => {
    for (const host of [
      "evil.example",
      "evil.example:8080",
      "localhost.evil.example",
      "user@127.0.0.1",
      "127.0.0.1/x",
    ])
      expect((await get("/", { host })).statusCode).toBe(421);
    for (const host of ["localhost:8080", "127.0.0.1", "[::1]:8080", "10.1.2.3:80"])
      expect((await get("/", { host })).statusCode).toBe(200);
    expect((await get("/healthz", { host: "evil.example" })).body).toBe("ok\n");
  });

  it("lets a browser load nothing but its style, and run nothing", async () => {
    await addSync(database, "shop", "billing");
    const unreadable = ["/syncs/shop/%E0%A4%A", "/%zz", `/syncs/shop/${"x".repeat(700)}`];
    for (const url of [
      "/",
      "/syncs/shop/billing",
      "/history",
      "/nowhere",
      "/syncs/shop/none",
      ...unreadable,
    ]) {
      const { headers, body } = await get(url);
      expect(headers["content-security-policy"]).toBe(
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
      });
      expect(body).not.toMatch(/<script|<style|\sstyle=|\son\w+=/);
    }
    const style = /href="(\/style-[^"]+)"/.exec((await get("/")).body)?.[1] ?? "";
    expect((await get(style)).headers["content-type"]).toBe("text/css; charset=utf-8");
  });

  it("shows what others wrote as text, wherever it stands", async () => {
    for (const [index, text] of HOSTILE_TEXTS.entries()) {
      const given = text.replaceAll("\0", "").toWellFormed();
      const sync = await addSync(database, "shop", `${index}${given}`, {
        outcome: "failed",
        message: given,
        path: `/${given}`,
      });
      await parkPlan(database, sync, undefined, [deletionOf(given, given)]);
    }
    const list = await get("/?search=<script>\"'");
    const all = await get("/");
    const pages = [list.body, all.body];
    for (const path of new Set(all.body.match(/\/syncs\/shop\/[^"?]+/g))) {
      const { statusCode, body } = await get(path.replaceAll("&#39;", "'"));
      expect(statusCode).toBe(200);
      pages.push(body);
    }
    expect(pages.length).toBeGreaterThan(HOSTILE_TEXTS.length);
    for (const body of pages) {
      expect(body).not.toMatch(/<(?:script|img|svg:|iframe|base|h1>hacked)/i);
      expect(body.replace(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\s(?:on\w+|style|src)\s*=/);
    }
  });

  it("answers programs with JSON, and tells nothing of its insides", async () => {
    const missing = await get("/syncs/shop/none", { accept: "application/json" });
    expect([missing.statusCode, missing.json().error.code]).toEqual([404, "not-found"]);
    const warned: unknown[] = [];
    await app.close();
    await start({
      warn: (error) => warned.push(error),
      fleet: { ...fleet, database: { ...database, query: () => Promise.reject(new Error("inside")) } },
    });
    const failed = await get("/");
    expect([failed.statusCode, failed.body.includes("inside")]).toEqual([500, false]);
    expect(String(warned)).toContain("inside");
    expect([(await get("/readyz")).statusCode, (await get("/healthz")).statusCode]).toEqual([503, 200]);
  });
});

describe("with a token", () => {
  beforeEach(async () => {
    await addSync(database, "shop", "billing");
    await start({
      host: "0.0.0.0",
      token: TOKEN,
      pageUrl: "https://fleet.example.com",
      metrics: async () => ({ type: "text/plain", text: "numbers" }),
    });
  });

  const closed: InjectOptions[] = [
    { url: "/syncs/shop/billing" },
    { url: "/history" },
    { url: "/metrics" },
    { url: "/nowhere" },
    { url: "/logout", method: "POST" },
    { url: "/syncs/shop/billing/run", method: "POST" },
    { url: "/plans/1/approve", method: "POST" },
  ];

  it("gives a stranger nothing", async () => {
    for (const request of closed) {
      const { statusCode, body } = await app.inject({ ...request, headers: { host: "fleet.example.com" } });
      expect([request.url, statusCode]).toEqual([request.url, 401]);
      expect(body).not.toContain("billing");
    }
    const { statusCode, headers, body } = await get("/syncs/shop/billing");
    expect([statusCode, headers.location, body]).toEqual([303, "/login?next=%2Fsyncs%2Fshop%2Fbilling", ""]);
    expect((await get("/readyz")).body).toBe("ready\n");
  });

  const signIn = async (token: string, next = "/") => {
    const { cookie, csrf } = await browse(`/login?next=${encodeURIComponent(next)}`);
    return post("/login", { csrf, by: "ada", token, next }, { cookie });
  };

  it("lets in who has it, by a form", async () => {
    const { statusCode, headers } = await signIn(TOKEN, "/syncs/shop/billing");
    expect([statusCode, headers.location]).toEqual([303, "/syncs/shop/billing"]);
    expect(headers["set-cookie"]).toMatch(
      /^__Host-external-infisical-fleet=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure$/,
    );
    const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
    const browser = await browse("/syncs/shop/billing", cookie);
    expect(browser.statusCode).toBe(200);
    // Who signed in as somebody does nothing as somebody else.
    await press("/syncs/shop/billing/pause", browser, { by: "eve" });
    expect((await browse("/history", cookie)).body).toMatch(/ada on the page/);
    const out = await press("/logout", browser);
    expect(out.headers.location).toBe("/login");
    expect(
      (await get("/", { cookie: String(out.headers["set-cookie"]).split(";")[0] ?? "" })).statusCode,
    ).toBe(303);
    clock += 12 * 3_600_000;
    expect((await get("/", { cookie })).statusCode).toBe(303);
  });

  it("is over with signing out, and with signing in anew, also for copies of the cookie and at other processes", async () => {
    const cookieOf = ({ headers }: { headers: Record<string, unknown> }) =>
      String(headers["set-cookie"]).split(";")[0] ?? "";
    const [kept, copied] = [cookieOf(await signIn(TOKEN)), cookieOf(await signIn(TOKEN))];
    const browser = await browse("/syncs/shop/billing", copied);
    const again = await browse("/login", kept);
    await press("/logout", browser);
    const renewed = cookieOf(await press("/login", again, { token: TOKEN }));
    const asked = async () =>
      Promise.all([copied, kept, renewed].map(async (cookie) => (await get("/", { cookie })).statusCode));
    expect(await asked()).toEqual([303, 303, 200]);
    expect((await press("/syncs/shop/billing/pause", browser)).statusCode).toBe(401);
    await app.close();
    await start({ token: TOKEN, pageUrl: "https://fleet.example.com" });
    expect(await asked()).toEqual([303, 303, 200]);
    // What would have ended by itself is forgotten.
    await database.query("update signed_out set until = until - interval '3 years'");
    await press("/logout", await browse("/", renewed));
    expect(await database.query("select until from signed_out")).toHaveLength(1);
  });

  it("leads nowhere else", async () => {
    for (const next of [
      "https://evil.example",
      "//evil.example",
      "/\\evil.example",
      "/\t/evil.example",
      "/\n/evil.example",
      "javascript:alert(1)",
    ])
      expect((await signIn(TOKEN, next)).headers.location).toBe("/");
  });

  it("lets in who has it, by a header, to press buttons too", async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, accept: "*/*" };
    expect((await get("/metrics", headers)).body).toBe("numbers");
    expect((await post("/syncs/shop/billing/run", { by: "a program" }, headers)).statusCode).toBe(303);
  });

  it("takes no cookie that another token has signed", async () => {
    const cookie = String((await signIn(TOKEN)).headers["set-cookie"]).split(";")[0] ?? "";
    const [text = "", signature] = cookie.split(".");
    const session = JSON.parse(Buffer.from(text.split("=")[1] ?? "", "base64url").toString());
    const forged = Buffer.from(JSON.stringify({ ...session, until: session.until * 2 })).toString(
      "base64url",
    );
    expect((await get("/", { cookie: `${text.split("=")[0]}=${forged}.${signature}` })).statusCode).toBe(303);
    expect((await get("/", { cookie })).statusCode).toBe(200);
    await app.close();
    await start({ token: `${TOKEN}2`, pageUrl: "https://fleet.example.com" });
    expect((await get("/", { cookie })).statusCode).toBe(303);
  });

  it("slows down who has a wrong one, also with the right one meanwhile, and nobody else", async () => {
    const wrong = { authorization: "Bearer guess" };
    for (let index = 0; index < 4; index++) expect((await get("/", wrong)).statusCode).toBe(401);
    const page = await signIn("guess");
    expect([page.statusCode, page.body.includes("The token is wrong.")]).toEqual([401, true]);
    const slowed = await get("/", wrong);
    expect([slowed.statusCode, slowed.headers["retry-after"]]).toEqual([429, "10"]);
    expect((await signIn(TOKEN)).statusCode).toBe(429);
    const elsewhere = { authorization: `Bearer ${TOKEN}` };
    const other = await app.inject({
      url: "/",
      remoteAddress: "10.0.0.9",
      headers: { ...LOCAL, ...elsewhere },
    });
    expect(other.statusCode).toBe(200);
    clock += 10_000;
    expect((await get("/", wrong)).statusCode).toBe(401);
    expect((await get("/", wrong)).statusCode).toBe(429);
    clock += 10_000;
    expect((await signIn(TOKEN)).statusCode).toBe(303);
  });

  it("takes a network of version 6 for one address", async () => {
    const from = (remoteAddress: string) =>
      app.inject({ url: "/", remoteAddress, headers: { ...LOCAL, authorization: "Bearer guess" } });
    for (const host of ["1", "2", "aaaa:1", "3", "4"])
      expect((await from(`2001:db8::${host}`)).statusCode).toBe(401);
    expect((await from("2001:db8:0:0:9:9:9:9")).statusCode).toBe(429);
    expect((await from("2001:db8:0:1::1")).statusCode).toBe(401);
  });
});

it("does not start open to a network, or with a token that can be guessed", async () => {
  await start();
  await expect(createPage({ fleet, host: "0.0.0.0" })).rejects.toMatchObject({
    code: "invalid-config",
    message: expect.stringContaining("the page needs a token"),
  });
  await expect(createPage({ fleet, host: "127.0.0.1", token: "short" })).rejects.toThrow(/shorter than 16/);
});

it("has room for more routes, which are closed unless they say otherwise", async () => {
  await start({
    token: TOKEN,
    plugins: [
      async (more) => {
        more.post("/webhooks/instance", { config: { isOpen: true } }, async () => "taken");
        more.post("/inside", async () => "told");
      },
    ],
  });
  expect((await post("/webhooks/instance", {}, { host: "fleet.internal" })).body).toBe("taken");
  expect((await post("/inside", {})).statusCode).toBe(401);
});
