// What the value of a parameter may be. A *typed* value is of a form in which no attack can be written, so that signatures need not
// look at it; a text is bounded here and inspected afterwards. Values are byte strings.

export interface Shape {
  /** For sentences: `a whole number from 1 to 10`. */
  readonly name: string;
  /** No attack can be written in it: signatures skip it. */
  readonly isTyped: boolean;
  fits(value: string): boolean;
}

const NUMBER = /^-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DATE = /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?$/; // biome-ignore format: one line
const BOOLEAN = /^(?:true|false|0|1|on|off)$/;
const CHOICES_CHARACTERS_MAX = 10_000;

/** What a text may hold: `line` is any character but controls, `text` allows line breaks and tabs as well. */
const CHARACTERS = {
  digits: /^[0-9]*$/,
  word: /^[\p{L}\p{N}_-]*$/u,
  line: /^[^\p{Cc}]*$/u,
  text: /^[^\p{Cc}]*(?:[\t\r\n][^\p{Cc}]*)*$/u,
} as const;

export interface NumberBounds {
  readonly from?: number;
  readonly to?: number;
  readonly whole?: boolean;
}

/** A decimal number as JSON writes it, without exponent. */
export function number({ from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, whole = false }: NumberBounds = {}): Shape {
  return {
    name: `a ${whole ? "whole " : ""}number from ${from} to ${to}`,
    isTyped: true,
    fits: (value) => NUMBER.test(value) && Number(value) >= from && Number(value) <= to && (!whole || Number.isInteger(Number(value))),
  };
}

export function uuid(): Shape {
  return { name: "a UUID", isTyped: true, fits: (value) => UUID.test(value) };
}

/** `2026-11-21`, with or without a time and a zone (RFC 3339). */
export function date(): Shape {
  return { name: "a date", isTyped: true, fits: (value) => DATE.test(value) && !Number.isNaN(Date.parse(value)) };
}

export function boolean(): Shape {
  return { name: "true or false", isTyped: true, fits: (value) => BOOLEAN.test(value) };
}

/** One of these texts, which are taken to be harmless. */
export function oneOf(...choices: readonly string[]): Shape {
  const known = new Set(choices.map((choice) => Buffer.from(choice, "utf8").toString("latin1")));
  const name = `one of ${choices.join(", ").slice(0, CHOICES_CHARACTERS_MAX)}`;
  return { name, isTyped: true, fits: (value) => known.has(value) };
}

/** UTF-8 text of at most so many characters; it is inspected like any other. */
export function text({
  charactersMax,
  characters = "text",
}: {
  readonly charactersMax: number;
  readonly characters?: keyof typeof CHARACTERS;
}): Shape {
  const allowed = CHARACTERS[characters];
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return {
    name: `a text of at most ${charactersMax} characters (${characters})`,
    isTyped: false,
    fits: (value) => {
      // A character takes at most four bytes: longer ones need not be decoded.
      if (value.length > charactersMax * 4) return false;
      const decoded = decode(decoder, value);
      return decoded !== undefined && lengthOf(decoded) <= charactersMax && allowed.test(decoded);
    },
  };
}

function decode(decoder: TextDecoder, value: string): string | undefined {
  try {
    return decoder.decode(Buffer.from(value, "latin1"));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function lengthOf(decoded: string): number {
  let count = 0;
  for (const _ of decoded) count++;
  return count;
}
