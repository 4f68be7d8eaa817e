/**
 * Terraform's numbers are exact and of any size. One that JavaScript cannot hold stays decimal text, which is also how it
 * travels: rounded, it would be another value than the configured one, and the core would refuse the plan.
 */

const DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** More digits than `toFixed` writes are not looked at. */
const MOST_DIGITS = 100;

/** The number itself, or its text where the number would be another; undefined for what is no number. */
export function exactNumber(value: unknown): number | string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value === "bigint") return exactNumber(String(value));
  if (typeof value !== "string" || !DECIMAL.test(value)) return undefined;
  const number = Number(value);
  return isExactly(number, value) ? number : value;
}

function isExactly(number: number, text: string): boolean {
  if (!Number.isFinite(number) || Math.abs(number) >= 1e21) return false;
  return /[.eE]/.test(text)
    ? withoutZeros(number.toFixed(MOST_DIGITS)) === withoutZeros(text)
    : Number.isSafeInteger(number);
}

const withoutZeros = (text: string) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

/** JSON whose numbers keep what they say. */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown, context?: { source?: string }) =>
    typeof value === "number" ? exactNumber(context?.source ?? value) : value,
  );
}
