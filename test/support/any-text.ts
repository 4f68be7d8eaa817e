import fc from "fast-check";

/** Any character, and halves of some. fast-check's own unit `binary` first makes a map of all of them, which takes seconds. */
const character = fc.nat({ max: 0x10_ff_ff }).map(
  (code) => String.fromCodePoint(code),
  // So that texts that are known to be dangerous, such as `__proto__`, are among those that are made.
  (text) => {
    const [code, ...more] = Array.from(String(text), (one) => one.codePointAt(0));
    if (code === undefined || more.length > 0) throw new Error("It is no character.");
    return code;
  },
);

/** Any text. */
export const anyText = fc.string({ unit: character });
