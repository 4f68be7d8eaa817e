/** A text without its wrapping, so that a secret in it reads the same whatever a server or proxy made of it. */

/** Characters, each with where it stands in the original. */
export interface View {
  readonly text: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Stands between two views in one; no secret holds it. */
const BORDER = "\uffff";
/** Wrappings inside wrappings that are looked into. */
const DEEPEST = 5;

/** Escaped once or more: bytes as in URLs, entities of HTML, and what JSON does not leave as it is. */
const WRAPPED =
  /((?:%(?:25)*[0-9a-f]{2})+)|&(?:amp;)*(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));|\\+(?:u([0-9a-f]{4})|([nrtbf]))/gi;
const BYTE = /%(?:25)*([0-9a-f]{2})/gi;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", " "],
]);
/** White space comes and goes (line breaks become blanks, blanks become `+`), and a backslash is there to escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are as invisible as white space
const LOOSE = /[\s\\+\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const BASE64 = /[A-Za-z0-9+/_-]{6,}/g;

/** The text unwrapped, and beside it whatever in it can be read as base64. */
export function viewOf(text: string): View {
  const plain = unwrapped({
    text,
    from: [...text.split("").keys()],
    to: [...text.split("").keys()].map(next),
  });
  const joined = builder();
  for (const view of [plain, ...base64In(plain)]) {
    joined.take(view, LOOSE);
    joined.add(BORDER, -1, -1);
  }
  return joined.view();
}

/** A secret as it reads in a {@link View}. */
export function skeletonOf(secret: string): string {
  if (secret.search(WRAPPED) === -1) return secret.replace(LOOSE, "");
  const unknown = Array.from<number>({ length: secret.length }).fill(0);
  return unwrapped({ text: secret, from: unknown, to: unknown }).text.replace(LOOSE, "");
}

function unwrapped(view: View): View {
  let outer = view;
  for (let depth = 0; depth < DEEPEST && outer.text.search(WRAPPED) !== -1; depth++)
    outer = unwrappedOnce(outer);
  return outer;
}

function unwrappedOnce(view: View): View {
  const inner = builder();
  let end = 0;
  for (const match of view.text.matchAll(WRAPPED)) {
    const [whole, bytes, decimal, hex, entity, unit, control] = match;
    const start = match.index;
    inner.copy(view, end, start);
    end = start + whole.length;
    const [from, to] = [view.from[start] ?? 0, view.to[end - 1] ?? 0];
    if (bytes !== undefined) {
      const pieces = [...bytes.matchAll(BYTE)];
      const at = (byte: number) => start + (pieces[byte]?.index ?? 0);
      inner.addUtf8(
        Buffer.from(pieces.map(([, digits = ""]) => Number.parseInt(digits, 16))),
        (byte) => view.from[at(byte)] ?? 0,
        (byte) => view.to[at(byte) + (pieces[byte]?.[0].length ?? 1) - 1] ?? 0,
      );
    } else if (control !== undefined) inner.add(" ", from, to);
    else if (entity !== undefined) inner.add(ENTITIES.get(entity.toLowerCase()) ?? whole, from, to);
    else if (unit !== undefined) inner.add(String.fromCharCode(Number.parseInt(unit, 16)), from, to);
    else
      inner.add(
        character(decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal)),
        from,
        to,
      );
  }
  inner.copy(view, end, view.text.length);
  return inner.view();
}

const character = (code: number) => (code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd");
const next = (index: number) => index + 1;

/** Each run of digits read from its first four places: a value may begin anywhere in what was encoded. */
function base64In(view: View): View[] {
  return [...view.text.matchAll(BASE64)].flatMap(({ 0: run, index }) =>
    [0, 1, 2, 3].map((shift) => {
      const start = index + shift;
      const inner = builder();
      inner.addUtf8(
        Buffer.from(run.slice(shift), "base64"),
        (byte) => view.from[start + Math.floor((byte * 8) / 6)] ?? 0,
        (byte) => view.to[start + Math.floor((byte * 8 + 7) / 6)] ?? 0,
      );
      return unwrapped(inner.view());
    }),
  );
}

function builder() {
  const parts: string[] = [];
  const from: number[] = [];
  const to: number[] = [];
  const add = (text: string, start: number, end: number) => {
    parts.push(text);
    for (let index = 0; index < text.length; index++) {
      from.push(start);
      to.push(end);
    }
  };
  const copy = (view: View, start: number, end: number) => {
    parts.push(view.text.slice(start, end));
    for (let index = start; index < end; index++) {
      from.push(view.from[index] ?? 0);
      to.push(view.to[index] ?? 0);
    }
  };
  return {
    view: (): View => ({ text: parts.join(""), from, to }),
    add,
    copy,
    /** A whole view without the characters of a pattern. */
    take(view: View, without: RegExp) {
      let end = 0;
      for (const { index } of view.text.matchAll(without)) {
        copy(view, end, index);
        end = index + 1;
      }
      copy(view, end, view.text.length);
    },
    /** Bytes as text, each character from where its first byte stands to where its last one does. */
    addUtf8(bytes: Buffer, begin: (byte: number) => number, end: (byte: number) => number) {
      for (let at = 0; at < bytes.length; ) {
        const first = bytes[at] ?? 0;
        const length = Math.min(lengthOf(first), bytes.length - at);
        const text = first < 0x80 ? String.fromCharCode(first) : bytes.toString("utf8", at, at + length);
        add(text, begin(at), end(at + length - 1));
        at += length;
      }
    },
  };
}

/** Bytes of the character that begins with this one. */
const lengthOf = (first: number) => (first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4);
