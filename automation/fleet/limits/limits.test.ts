import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { startInfisicalServer } from "../../../infisical-server/index.ts";
import { SecretValue } from "../../../provider/secret-value.ts";
import { openTestDatabase } from "../../../test/fleet/databases.ts";
import type { Database } from "../database/database.ts";
import { drain, takeToken } from "./bucket.ts";
import { limitedClients } from "./limited-client.ts";
import { classOf, parseLimits } from "./limits.ts";

let database: Database;
beforeEach(async () => {
  database = await openTestDatabase();
}, 120_000);

const BUCKET = { host: "a.example", class: "secret", limit: 120 };
/** As if so much time had passed. */
const pass = (seconds: number) =>
  database.query("update bucket set refilled_at = refilled_at - make_interval(secs => $1)", [seconds]);

describe("a bucket", () => {
  it("gives a tenth at once, and the rest in turns, so that no minute has more than the limit", async () => {
    const begun = performance.now();
    const times: number[] = [];
    // Asking takes time, too.
    for (let count = 0; count < 121; count++) {
      const waitMs = await takeToken(database, BUCKET);
      times.push(performance.now() - begun + waitMs);
    }
    const askedFor = performance.now() - begun;
    const inTurns = Math.ceil((askedFor / 60_000) * BUCKET.limit);
    expect(times.filter((ms) => ms <= askedFor).length).toBeLessThanOrEqual(13 + inTurns);
    expect(times.filter((ms) => ms < 60_000).length).toBeLessThanOrEqual(120);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("is filled by time, and not beyond its edge", async () => {
    for (let count = 0; count < 14; count++) await takeToken(database, BUCKET);
    await pass(3600);
    const waits: number[] = [];
    for (let count = 0; count < 14; count++) waits.push(await takeToken(database, BUCKET));
    expect(waits.filter((ms) => ms === 0).length).toBeLessThanOrEqual(13);
    expect(waits.at(-1)).toBeGreaterThan(0);
  });

  it("is emptied for everybody by one refusal, and a second one does not make that longer", async () => {
    await drain(database, BUCKET, 30_000);
    await drain(database, BUCKET, 10_000);
    const waited = await takeToken(database, BUCKET);
    expect(waited).toBeGreaterThan(29_000);
    expect(waited).toBeLessThan(32_000);
    await pass(40);
    expect(await takeToken(database, BUCKET)).toBe(0);
  });

  it("is one of many", async () => {
    await drain(database, BUCKET, 30_000);
    expect(await takeToken(database, { ...BUCKET, host: "b.example" })).toBe(0);
    expect(await takeToken(database, { ...BUCKET, class: "read" })).toBe(0);
  });
});

describe("limits", () => {
  it("are those of a plan, or said one by one", () => {
    expect(parseLimits(["App.Infisical.com=free", "b.example:8443=secret:10,global:20"])).toEqual(
      new Map([
        ["app.infisical.com", { global: 600, secret: 120, read: 200, write: 90 }],
        ["b.example:8443", { secret: 10, global: 20 }],
      ]),
    );
  });
  it.each(["b.example", "b.example=", "b.example=gold", "b.example=secret:0", "b.example=secrets:5"])(
    "%s says none",
    (text) => {
      expect(() => parseLimits([text])).toThrow(`--limit ${text} says no limits.`);
    },
  );
  it.each([
    ["GET", "/api/v4/secrets", "secret"],
    ["POST", "/api/v4/secrets/batch", "secret"],
    ["GET", "/api/v2/folders", "read"],
    ["POST", "/api/v2/folders", "secret"],
    ["GET", "/api/v1/projects/x", "read"],
    ["POST", "/api/v1/projects/x/tags", "write"],
  ])("%s %s counts as %s", (method, route, expected) => {
    expect(classOf({ method, route })).toBe(expected);
  });
});

describe("clients", () => {
  const request = {
    method: "GET",
    route: "/api/status",
    answer: z.unknown(),
    repeat: "safe",
    what: "look",
  } as const;
  const clientOf = async (url: string, limit: string) => {
    const waits: number[] = [];
    const errors: unknown[] = [];
    const { host } = new URL(url);
    const make = limitedClients(database, parseLimits([`${host}=${limit}`]), {
      delay: async (ms) => void waits.push(ms),
      onError: (error) => void errors.push(error),
    });
    const client = make({
      origin: url,
      login: { method: "token", token: new SecretValue("only-for-tests") },
      allowInsecureHttp: false,
      argumentNames: { url: "host", credentials: "token" },
    });
    return { client, waits, errors };
  };

  it("wait for the tokens of all their kind before they send", async () => {
    await using server = await startInfisicalServer();
    const one = await clientOf(server.url, "read:10");
    const other = await clientOf(server.url, "read:10");
    for (const { client } of [one, other, one]) await client.call(request);
    expect(one.waits).toHaveLength(1);
    expect(other.waits).toHaveLength(1);
    expect(one.waits[0]).toBeGreaterThan(other.waits[0] ?? 0);
    await one.client[Symbol.asyncDispose]();
    await other.client[Symbol.asyncDispose]();
  });
});
