import { Fault } from "../kit/index.ts";
import type { JsonLimits } from "./limits.ts";

/** What a JSON text says. Every key is an own property, also `__proto__` and `constructor`: they are data and reach nothing. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const NEEDS_CARE = /[\\\x00-\x1f]/;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const WORDS: readonly (readonly [text: string, value: null | boolean])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

/**
 * Reads a body as JSON (RFC 8259), in one pass: UTF-8, depth, number of keys, no key twice in one object, no number that would
 * be held as another one. Fault `request.malformed`, with what is wrong but never with the text.
 */
export function readJson(body: Uint8Array, limits: JsonLimits): Json {
  const reader = new Reader(decode(body), limits);
  const value = reader.value(0);
  reader.end();
  return value;
}

function decode(body: Uint8Array): string {
  try {
    return decoder.decode(body);
  } catch (cause) {
    throw new Fault("request.malformed", "The body is not UTF-8.", { cause });
  }
}

function malformed(message = "The body is not JSON."): Fault {
  return new Fault("request.malformed", message);
}

/** Holds the place in the text. A class, because a closure for each step of each body would cost more than the steps. */
class Reader {
  readonly #text: string;
  readonly #limits: JsonLimits;
  #at = 0;
  #keys = 0;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  value(depth: number): Json {
    this.#space();
    const code = this.#text.charCodeAt(this.#at);
    if (code === QUOTE) return this.#string();
    if (code === OPEN_BRACE) return this.#object(this.#deeper(depth));
    if (code === OPEN_BRACKET) return this.#array(this.#deeper(depth));
    return code === 0x2d || (code >= 0x30 && code <= 0x39) ? this.#number() : this.#word();
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw malformed();
  }

  #deeper(depth: number): number {
    if (depth >= this.#limits.jsonDepthMax) throw malformed(`The body is nested deeper than ${this.#limits.jsonDepthMax} levels.`);
    return depth + 1;
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  /** Takes one character if it is the next one after spaces. */
  #takes(wanted: number): boolean {
    this.#space();
    if (this.#text.charCodeAt(this.#at) !== wanted) return false;
    this.#at += 1;
    return true;
  }

  #object(depth: number): Json {
    const object: Record<string, Json> = {};
    this.#at += 1;
    if (this.#takes(CLOSE_BRACE)) return object;
    do {
      this.#space();
      if (this.#text.charCodeAt(this.#at) !== QUOTE) throw malformed();
      const key = this.#string();
      this.#keys += 1;
      if (this.#keys > this.#limits.jsonKeysMax) throw malformed(`The body has more than ${this.#limits.jsonKeysMax} keys.`);
      // Readers differ in which of two equal keys they believe (RFC 8259 §4).
      if (Object.hasOwn(object, key)) throw malformed("The body has a key twice in one object.");
      if (!this.#takes(COLON)) throw malformed();
      put(object, key, this.value(depth));
    } while (this.#takes(COMMA));
    if (!this.#takes(CLOSE_BRACE)) throw malformed();
    return object;
  }

  #array(depth: number): Json {
    const list: Json[] = [];
    this.#at += 1;
    if (this.#takes(CLOSE_BRACKET)) return list;
    do list.push(this.value(depth));
    while (this.#takes(COMMA));
    if (!this.#takes(CLOSE_BRACKET)) throw malformed();
    return list;
  }

  #string(): string {
    const start = this.#at + 1;
    let end = this.#text.indexOf('"', start);
    while (end !== -1 && this.#isEscaped(end, start)) end = this.#text.indexOf('"', end + 1);
    if (end === -1) throw malformed();
    this.#at = end + 1;
    const plain = this.#text.slice(start, end);
    return NEEDS_CARE.test(plain) ? withoutEscapes(plain) : plain;
  }

  #isEscaped(quote: number, start: number): boolean {
    let at = quote;
    while (at > start && this.#text.charCodeAt(at - 1) === BACKSLASH) at -= 1;
    return (quote - at) % 2 === 1;
  }

  #number(): number {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) throw malformed();
    this.#at = NUMBER.lastIndex;
    const value = Number(match[0]);
    const isWhole = match[1] === undefined && match[2] === undefined;
    if (!Number.isFinite(value) || (isWhole && !Number.isSafeInteger(value)))
      throw malformed("The body has a number that cannot be held exactly.");
    return value;
  }

  #word(): null | boolean {
    for (const [text, value] of WORDS) {
      if (!this.#text.startsWith(text, this.#at)) continue;
      this.#at += text.length;
      return value;
    }
    throw malformed();
  }
}

/** An assignment to `__proto__` would set the prototype and not a key. */
function put(object: Record<string, Json>, key: string, value: Json): void {
  if (key === "__proto__") Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}

/** The runtime's own reader knows the escapes; a half of a surrogate pair has no UTF-8 and is refused. */
function withoutEscapes(inside: string): string {
  let text: unknown;
  try {
    text = JSON.parse(`"${inside}"`);
  } catch (cause) {
    throw new Fault("request.malformed", "The body is not JSON.", { cause });
  }
  if (typeof text !== "string" || !text.isWellFormed()) throw malformed("The body has text that is not Unicode.");
  return text;
}
