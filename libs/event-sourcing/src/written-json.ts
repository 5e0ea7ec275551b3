const [quote, backslash, zero, nine, open, close] = [34, 92, 48, 57, 123, 125];
const uuidLength = 36;
/** So many digits are a number to the last one. */
const mostDigits = 15;

/** A place in JSON of a form that is known, read where it lies in UTF-8: to make a text of it for a regular expression, or to
 *  parse it, costs a fold twice as much and more. */
export class WrittenJson {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  /** That was passed last. */
  number = 0;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Passes these very bytes. False: others come, and it stands where it stood. */
  passes(expected: Uint8Array): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    if (at + expected.length > this.#end) return false;
    for (let i = 0; i < expected.length; i += 1) if (bytes[at + i] !== expected[i]) return false;
    this.#at = at + expected.length;
    return true;
  }

  /** Passes the rest of a string that has begun, and its end. A quote where one ends that is a UUID is taken for that end
   *  without a look at what lies before it: of JSON in which a comma and the next name follow it can be no other.
   *  False: there are escapes in it, or no end. */
  passesText(): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    if (at + uuidLength < this.#end && bytes[at + uuidLength] === quote) {
      this.#at = at + uuidLength + 1;
      return true;
    }
    for (; at < this.#end; at += 1) {
      const byte = bytes[at];
      if (byte === backslash) return false;
      if (byte !== quote) continue;
      this.#at = at + 1;
      return true;
    }
    return false;
  }

  /** Passes a whole number that is not negative. False: it is none, or too large. */
  passesNumber(): boolean {
    const bytes = this.#bytes;
    const first = this.#at;
    let at = first;
    let value = 0;
    for (; at < this.#end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte < zero || byte > nine) break;
      value = value * 10 + byte - zero;
    }
    this.#at = at;
    this.number = value;
    return at > first && at - first <= mostDigits;
  }

  /** Passes an object in which no brace stands, not even in a string. False: it is none. */
  passesFlatObject(): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    if (at >= this.#end || bytes[at] !== open) return false;
    for (at += 1; at < this.#end; at += 1) {
      const byte = bytes[at];
      if (byte === open) return false;
      if (byte !== close) continue;
      this.#at = at + 1;
      return true;
    }
    return false;
  }

  /** Whether nothing follows. */
  get isOver(): boolean {
    return this.#at === this.#end;
  }
}
