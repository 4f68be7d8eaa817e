/** How many requests a minute the hosts take, by their own classes. What is not said is not limited. */
import { lookUp } from "../../../provider/look-up.ts";
import { EngineError } from "../../engines/engine.ts";

/** As Infisical counts: all requests from one address together, and by kind. */
export const CLASSES = ["global", "secret", "read", "write"] as const;
export type LimitClass = (typeof CLASSES)[number];
export type Limits = Partial<Record<LimitClass, number>>;

/** Of the cloud's plans. */
const PLANS: Readonly<Record<string, Limits>> = {
  free: { global: 600, secret: 120, read: 200, write: 90 },
  pro: { global: 600, secret: 300, read: 350, write: 200 },
};

const FORM = /^([^=\s]+)=(\S+)$/;
const FORM_TEXT = `HOST=free, HOST=pro, or such as HOST=secret:120,read:200,write:90 with ${CLASSES.join(", ")}`;

/**
 * Reads `HOST=free` or `HOST=secret:120,read:200`.
 *
 * @throws EngineError `invalid-config`
 */
export function parseLimits(given: readonly string[]): ReadonlyMap<string, Limits> {
  return new Map(
    given.map((text) => {
      const [, host, said = ""] = FORM.exec(text) ?? [];
      const limits = lookUp(PLANS, said) ?? classesIn(said);
      if (host !== undefined && limits) return [host.toLowerCase(), limits] as const;
      throw new EngineError("invalid-config", `--limit ${text} says no limits.`, {
        hint: `Write ${FORM_TEXT}.`,
      });
    }),
  );
}

function classesIn(text: string): Limits | undefined {
  const parts = text.split(",").map((part) => /^([a-z]+):([1-9]\d{0,6})$/.exec(part));
  const isClass = (name: string | undefined) => CLASSES.some((each) => each === name);
  if (parts.some((part) => !isClass(part?.[1]))) return undefined;
  return Object.fromEntries(parts.map((part) => [part?.[1], Number(part?.[2])]));
}

const SECRETS = /^\/api\/v\d\/secrets(?:\/|$)/;
const FOLDERS_AND_IMPORTS = /^\/api\/v\d\/(?:folders|secret-imports)(?:\/|$)/;

/** Which class a request counts against. */
export function classOf({ method, route }: { method: string; route: string }): LimitClass {
  if (SECRETS.test(route)) return "secret";
  if (method === "GET") return "read";
  return FOLDERS_AND_IMPORTS.test(route) ? "secret" : "write";
}
