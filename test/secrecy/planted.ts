/** Values of every kind that a careless piece of code would let through. */
import { randomBytes } from "node:crypto";
import type { Planted } from "./search.ts";

const random = () => randomBytes(9).toString("hex");

/** New ones for each test, so that one test's leak is not found in another's files. */
export function plantValues() {
  return {
    password: `pw-${random()}`,
    pem: `-----BEGIN KEY-----\nline one ${random()}\nline "two" ${random()}\n-----END KEY-----\n`,
    quoted: `say "${random()}" and 'that' \\ too`,
    unicode: `pässwörd-${random()}-🔑`,
    encoded: Buffer.from(random()).toString("base64"),
    short: `q${randomBytes(3).toString("hex")}`,
    json: JSON.stringify({ user: "admin", password: random() }),
  } satisfies Planted;
}

type Values = ReturnType<typeof plantValues>;

/** What both sides of a world hold of them. */
export const plantedSides = (here: Values, there: Values) => ({
  source: {
    PASSWORD: here.password,
    PEM: here.pem,
    URL: `https://\${PASSWORD}@${here.encoded}`,
    JSON: here.json,
    QUOTED: here.quoted,
  },
  destination: { FOREIGN: there.unicode, SHORT: there.short, OTHER: there.json },
});
