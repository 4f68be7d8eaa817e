const HIDDEN = "[secret]";

/**
 * A secret on its way through the program. However it is printed, logged or serialised it says `[secret]`;
 * only {@link SecretValue.reveal} opens it, and the linter lets the few files call that which biome.json names.
 */
export class SecretValue {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The plain text, for a request that is being written. */
  reveal(): string {
    return this.#text;
  }

  equals(other: SecretValue): boolean {
    return this.#text === other.#text;
  }

  get isEmpty(): boolean {
    return this.#text === "";
  }

  /** True where the text holds `${`, the beginning of an Infisical secret reference. */
  get holdsReference(): boolean {
    return this.#text.includes("${");
  }

  matches(pattern: RegExp): boolean {
    return pattern.test(this.#text);
  }

  /** Length in UTF-16 units, a lower bound of the bytes on the wire. */
  get length(): number {
    return this.#text.length;
  }

  /** As the server stores it: trimmed, with one final newline kept if there was one (data-plane §9.2). */
  normalised(): SecretValue {
    const trimmed = this.#text.trim();
    const text = this.#text.endsWith("\n") ? `${trimmed}\n` : trimmed;
    return text === this.#text ? this : new SecretValue(text);
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return HIDDEN;
  }
}
