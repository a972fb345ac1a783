import { mapBytes } from "../../text/index.ts";

// Other spellings of a value, as careless filters and servers read it.

/** As forms write blanks. */
const PLUS_AS_BLANK = new Uint8Array(256).map((_, code) => (code === 0x2b ? 0x20 : code));

/** A form's `+` read as a blank. */
export function withBlanks(value: string): string {
  return mapBytes(value, PLUS_AS_BLANK);
}

/** Bytes of typographic and full-width quotes and dashes, which some servers turn into plain ones when they convert a text (best fit). */
const OTHER_QUOTES: readonly (readonly [bytes: string, quote: string])[] = [
  ["\xe2\x80\x98", "'"],
  ["\xe2\x80\x99", "'"],
  ["\xe2\x80\xb2", "'"],
  ["\xca\xbc", "'"],
  ["\xef\xbc\x87", "'"],
  ["\xe2\x80\x9c", '"'],
  ["\xe2\x80\x9d", '"'],
  ["\xef\xbc\x82", '"'],
  ["\xe2\x80\x93", "--"],
  ["\xe2\x80\x94", "--"],
];

/** Typographic quotes made plain. */
export function withPlainQuotes(value: string): string {
  if (!value.includes("\xe2\x80") && !value.includes("\xef\xbc") && !value.includes("\xca\xbc")) return value;
  let plain = value;
  for (const [bytes, quote] of OTHER_QUOTES) plain = plain.replaceAll(bytes, quote);
  return plain;
}

/** As filters leave it that take comments out. */
export function withoutComments(value: string): string {
  let text = "";
  let at = 0;
  for (;;) {
    const open = value.indexOf("/*", at);
    const close = open < 0 ? -1 : value.indexOf("*/", open + 2);
    if (close < 0) return text + value.slice(at);
    text += value.slice(at, open);
    at = close + 2;
  }
}

/** `1.e`, which MySQL reads as nothing; the dot is looked for, because it is rarer than the number. */
export function holdsNothing(value: string): boolean {
  for (let at = value.indexOf(".e", 1); at >= 0; at = value.indexOf(".e", at + 1)) if (value.charCodeAt(at - 1) === 0x31) return true;
  return false;
}
