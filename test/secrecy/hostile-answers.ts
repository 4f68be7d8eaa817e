/** What a server, or somebody in its place, may answer to do harm. */
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** Colours, a title, a link, a bell, a return, text backwards, a hidden character, NUL. */
const NASTY =
  "\u001b[31mA\u001b]0;owned\u0007\u001b]8;;https://evil.example\u001b\\B\r\u202eC\u200b\u2028\u0000\u009b2J";

/** What none of a text that is shown may hold; tabs and line ends are the only control characters of it. */
export const isHarmful = (text: string) => /[^\P{Cc}\n\t]|\p{Cf}|\p{Zl}|\p{Zp}/u.test(text);

export interface HostileAnswer {
  name: string;
  /** How the run that meets it ends: what the error says, or that it goes on; `somehow`: that depends on the side. */
  ends: RegExp | "succeeds" | "somehow";
  send(response: ServerResponse, honest: string): void;
}

const JSON_TYPE = { "content-type": "application/json" };
const MIB = 1_048_576;
const GZIP_BOMB = gzipSync(Buffer.alloc(16 * MIB, " "), { level: 1 });
const BROTLI_BOMB = brotliCompressSync(Buffer.alloc(16 * MIB, " "), {
  params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
});

const answer =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response
      .writeHead(status, { ...JSON_TYPE, ...headers })
      .end(typeof body === "string" ? body : JSON.stringify(body));

/** Changes the honest answer. */
const changed =
  (change: (honest: string) => string | Buffer, headers: Record<string, string> = {}) =>
  (response: ServerResponse, honest: string) =>
    void response.writeHead(200, { ...JSON_TYPE, ...headers }).end(change(honest));

/** Changes the rows of an honest list. */
const rows = (change: (list: Record<string, unknown>[]) => unknown[]) =>
  changed((honest) => {
    const list = JSON.parse(honest) as { secrets: Record<string, unknown>[] };
    return JSON.stringify({ ...list, secrets: change(list.secrets) });
  });

const everyRow = (more: object) => rows((list) => list.map((row) => ({ ...row, ...more })));

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

const endless = (head: string, headers: Record<string, string>) => (response: ServerResponse) => {
  const body = new Readable({
    read() {
      this.push(Buffer.alloc(65_536, " "));
    },
  });
  response.once("close", () => body.destroy());
  response.writeHead(200, headers).write(head);
  body.pipe(response);
};

/** Of a list of secrets. Answers larger than a mebibyte are too large here. */
export const hostileLists: readonly HostileAnswer[] = [
  { name: "huge body", ends: /larger than/, send: answer(200, `{"secrets":[${" ".repeat(2 * MIB)}]}`) },
  { name: "endless body", ends: /larger than/, send: endless('{"secrets":[', JSON_TYPE) },
  {
    name: "endless headers",
    ends: /headers of the answer are larger/,
    send(response) {
      response.socket?.write("HTTP/1.1 200 OK\r\n");
      const line = `x-more: ${"x".repeat(1000)}\r\n`;
      const more = () => {
        while (response.socket?.destroyed === false && response.socket.write(line));
      };
      response.socket?.on("drain", more).on("error", () => {});
      more();
    },
  },
  {
    name: "gzip bomb",
    ends: /larger than/,
    send: changed(() => GZIP_BOMB, { "content-encoding": "gzip" }),
  },
  {
    name: "brotli bomb",
    ends: /larger than/,
    send: changed(() => BROTLI_BOMB, { "content-encoding": "br" }),
  },
  {
    name: "not compressed as it says",
    ends: /not compressed as it says/,
    send: changed((honest) => honest, { "content-encoding": "gzip" }),
  },
  { name: "deeply nested", ends: /secrets: /, send: answer(200, `{"secrets":${nested(200_000)}}`) },
  {
    name: "deeply nested beside",
    ends: "succeeds",
    send: changed((honest) => honest.replace("{", `{"more":${nested(200_000)},`)),
  },
  {
    name: "deeply nested refusal",
    ends: /\(403/,
    send: answer(
      403,
      `{"message":"no","error":"PermissionDenied","details":[{"action":"a","subject":"s","conditions":${nested(20_000)}}]}`,
    ),
  },
  {
    name: "prototypes",
    ends: "succeeds",
    send: changed((honest) =>
      honest
        .replace("{", '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}},')
        .replaceAll(
          '"secretKey"',
          '"__proto__":{"secretValue":"x","isHidden":true},"prototype":{},"secretKey"',
        ),
    ),
  },
  {
    name: "prototypes in a refusal",
    ends: /\(400/,
    send: answer(
      400,
      '{"__proto__":{"isAdmin":true},"message":{"__proto__":{"isAdmin":true}},"error":"__proto__","details":{"constructor":1}}',
    ),
  },
  {
    name: "a key twice",
    ends: /there more than once: "A"/,
    send: rows((list) => [
      ...list,
      { ...list[0], secretValue: "another", id: "11111111-2222-4333-8444-555555555555" },
    ]),
  },
  { name: "nasty ids", ends: /each with its key, id and version/, send: everyRow({ id: NASTY, _id: NASTY }) },
  { name: "short ids", ends: "succeeds", send: everyRow({ id: "1", _id: "1" }) },
  { name: "no ids", ends: /came without id or value/, send: everyRow({ id: null, _id: null }) },
  { name: "empty ids", ends: /each with its key, id and version/, send: everyRow({ id: "", _id: "" }) },
  {
    name: "endless ids",
    ends: /each with its key, id and version/,
    send: everyRow({ id: "1".repeat(100_000) }),
  },
  { name: "version as text", ends: /each with its key, id and version/, send: everyRow({ version: "1" }) },
  { name: "version -1", ends: /each with its key, id and version/, send: everyRow({ version: -1 }) },
  { name: "version 1e300", ends: /each with its key, id and version/, send: everyRow({ version: 1e300 }) },
  { name: "version 1.5", ends: /each with its key, id and version/, send: everyRow({ version: 1.5 }) },
  {
    name: "value as a number",
    ends: /each with its key, id and version/,
    send: everyRow({ secretValue: 12 }),
  },
  {
    name: "nasty key without id",
    ends: /came without id or value/,
    send: everyRow({ id: null, _id: null, secretKey: NASTY.repeat(20) }),
  },
  { name: "nasty actors", ends: "succeeds", send: everyRow({ actor: { actorType: NASTY, name: NASTY } }) },
  {
    name: "not UTF-8",
    ends: /not text in UTF-8/,
    send: changed((honest) =>
      Buffer.concat([
        Buffer.from(honest.replace(/\}\s*$/, ',"more":"')),
        Buffer.from([0xff, 0xfe, 0xc0]),
        Buffer.from('"}'),
      ]),
    ),
  },
  { name: "NUL in the JSON", ends: /broken JSON/, send: changed((honest) => honest.replace("{", "{\u0000")) },
  {
    name: "a page",
    ends: /not JSON but text\/html/,
    send: (response) =>
      void response.writeHead(200, { "content-type": "text/html" }).end(`<title>Log in ${NASTY}</title>`),
  },
  {
    name: "a page that says it is JSON",
    ends: /connection .* broke/,
    send: answer(200, "<html>Log in</html>"),
  },
  {
    name: "a nasty content type",
    ends: /not JSON but text\/ï/,
    send: (response) => void response.writeHead(200, { "content-type": "text/ï" }).end("{}"),
  },
  {
    name: "nasty texts",
    ends: /\(400/,
    send: answer(400, { message: NASTY, error: NASTY, reqId: NASTY }),
  },
  {
    name: "nasty rights",
    ends: /\(403/,
    send: answer(403, {
      message: NASTY,
      reqId: "r",
      error: "PermissionDenied",
      details: [{ action: NASTY, subject: [NASTY, NASTY], conditions: { [NASTY]: NASTY } }],
    }),
  },
  {
    name: "many rights",
    ends: /\(403/,
    send: answer(403, {
      message: "no",
      error: "PermissionDenied",
      details: Array.from({ length: 1000 }, () => ({ action: "a".repeat(50), subject: "s" })),
    }),
  },
  {
    name: "issues in thousands",
    ends: /\(422/,
    send: answer(422, {
      message: Array.from({ length: 1000 }, () => ({ message: "bad", path: ["__proto__", NASTY] })),
    }),
  },
  { name: "a long message", ends: /\(400/, send: answer(400, { message: "x".repeat(MIB / 2) }) },
  {
    name: "redirect with credentials",
    ends: /redirects to https:\/\/evil\.example,/,
    send: answer(302, "", { location: "https://user:password@evil.example/?a=b" }),
  },
  {
    name: "redirect to a script",
    ends: /redirects to javascript:/,
    send: answer(307, "", { location: "javascript:alert(1)" }),
  },
  { name: "redirect to nothing", ends: /redirects/, send: answer(301, "", { location: "http://[" }) },
  {
    name: "wants another login",
    ends: /\(401/,
    send: answer(401, { message: "no" }, { "www-authenticate": `Basic realm="${"x".repeat(4000)}"` }),
  },
  {
    name: "wait for years",
    ends: /\(429/,
    send: answer(429, { message: "Try again in 99999999999 seconds" }, { "retry-after": "99999999999" }),
  },
  {
    name: "wait less than nothing",
    ends: /\(429/,
    send: answer(429, {}, { "retry-after": "-5", "x-ratelimit-reset": "-1" }),
  },
  {
    name: "wait until another age",
    ends: /\(429/,
    send: answer(429, {}, { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }),
  },
  {
    name: "wait for nonsense",
    ends: /\(429/,
    send: answer(429, {}, { "retry-after": "soon; drop table", "x-ratelimit-reset": "NaN" }),
  },
  { name: "no content", ends: /not JSON/, send: (response) => void response.writeHead(204).end() },
  {
    name: "a piece",
    ends: /\(206/,
    send: (response, honest) => void response.writeHead(206, JSON_TYPE).end(honest),
  },
  {
    name: "nasty keys",
    ends: "somehow",
    send: rows((list) => list.map((row, index) => ({ ...row, secretKey: `${NASTY}${index}` }))),
  },
  {
    name: "endless keys",
    ends: /each with its key, id and version/,
    send: rows((list) => list.map((row, index) => ({ ...row, secretKey: `${"K".repeat(100_000)}${index}` }))),
  },
];

const login = (body: unknown) => answer(200, body);

/** Of a login. */
export const hostileLogins: readonly HostileAnswer[] = [
  {
    name: "a token with a line end",
    ends: /accessToken: no token that a request could carry/,
    send: login({ accessToken: "canary\r\nx-admin: 1" }),
  },
  {
    name: "a token with a letter of another script",
    ends: /accessToken: no token/,
    send: login({ accessToken: "canary-ж" }),
  },
  { name: "an empty token", ends: /accessToken: no token/, send: login({ accessToken: "" }) },
  {
    name: "a token that is no text",
    ends: /accessToken: /,
    send: login({ accessToken: { __proto__: "x" } }),
  },
  {
    name: "a token for a negative time",
    ends: "succeeds",
    send: changed((honest) => honest.replace(/"expiresIn":\d+/, '"expiresIn":-1')),
  },
  {
    name: "a token for eternity",
    ends: "succeeds",
    send: changed((honest) => honest.replace(/"expiresIn":\d+/, '"expiresIn":1e300')),
  },
  {
    name: "a login page",
    ends: /not JSON but text\/html/,
    send: (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<form>"),
  },
];
