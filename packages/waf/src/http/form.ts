import { Buffer } from "node:buffer";
import type { Form, Pair } from "./contract.ts";

export interface FormRules {
  /** Each of its characters parts arguments (SecArgumentSeparator). */
  readonly separator: string;
  readonly argumentsMax: number;
}

const PERCENT = 0x25;
const PLUS = 0x2b;

/** The value of each hexadecimal digit, 255 for any other byte. */
const DIGITS = new Uint8Array(256).fill(255);
for (const [index, digit] of [..."0123456789abcdef"].entries()) {
  DIGITS[digit.charCodeAt(0)] = index;
  DIGITS[digit.toUpperCase().charCodeAt(0)] = index;
}

/**
 * Reads `a=1&b=2` as ModSecurity and URLSearchParams do: empty arguments are left out, an argument without `=` is a name, `+` is a blank,
 * an escape that is none stays and is reported. Linear; beyond `argumentsMax` the rest becomes one nameless value, so that nothing is hidden.
 *
 * Where a common parser of Node's reads an argument otherwise, both readings are given: `a]=b` style names of `qs` (see otherReading).
 */
export function readForm(text: string, rules: FormRules): Form {
  const pairs: Pair[] = [];
  const faults = { count: 0 };
  let start = 0;
  while (start < text.length) {
    const end = nextSeparator(text, start, rules.separator);
    if (end > start) {
      if (pairs.length >= rules.argumentsMax) {
        pairs.push(["", decodeFormText(text.slice(start), faults)]);
        return { pairs, hasInvalidEscape: faults.count > 0, isCut: true };
      }
      pushArgument(pairs, text, start, end, faults);
    }
    start = end + 1;
  }
  return { pairs, hasInvalidEscape: faults.count > 0, isCut: false };
}

function pushArgument(pairs: Pair[], text: string, start: number, end: number, faults: { count: number }): void {
  const equals = text.indexOf("=", start);
  if (equals === -1 || equals >= end) {
    pairs.push([decodeFormText(text.slice(start, end), faults), ""]);
    return;
  }
  pairs.push([decodeFormText(text.slice(start, equals), faults), decodeFormText(text.slice(equals + 1, end), faults)]);
  const other = otherReading(text, start, equals, end);
  if (other !== undefined) pairs.push(other);
}

/** `qs`, which Express uses, parts name and value at the first `]=` where there is one, not at the first `=`. */
function otherReading(text: string, start: number, equals: number, end: number): Pair | undefined {
  if (equals > start && text.charCodeAt(equals - 1) === 0x5d) return undefined;
  const bracket = text.slice(equals, end).indexOf("]=");
  if (bracket === -1) return undefined;
  const parting = equals + bracket + 1;
  const ignored = { count: 0 };
  return [decodeFormText(text.slice(start, parting), ignored), decodeFormText(text.slice(parting + 1, end), ignored)];
}

function nextSeparator(text: string, start: number, separator: string): number {
  let end = text.length;
  for (const character of separator) {
    const found = text.indexOf(character, start);
    if (found !== -1 && found < end) end = found;
  }
  return end;
}

/** Percent decoding of a form: `+` is a blank. Adds the number of escapes that are none to `faults`. */
export function decodeFormText(text: string, faults: { count: number }): string {
  return text.includes("%") || text.includes("+") ? decode(text, faults, 0x20) : text;
}

/** Percent decoding of a path: `+` stays. Adds the number of escapes that are none to `faults`. */
export function decodePercent(text: string, faults: { count: number }): string {
  return text.includes("%") ? decode(text, faults, PLUS) : text;
}

function decode(text: string, faults: { count: number }, plus: number): string {
  const bytes = Buffer.from(text, "latin1");
  let length = 0;
  for (let index = 0; index < bytes.length; index++) {
    let byte = bytes[index] ?? 0;
    if (byte === PLUS) byte = plus;
    if (byte === PERCENT) {
      const high = DIGITS[bytes[index + 1] ?? 0] ?? 255;
      const low = DIGITS[bytes[index + 2] ?? 0] ?? 255;
      if (high < 16 && low < 16) {
        byte = high * 16 + low;
        index += 2;
      } else {
        faults.count++;
      }
    }
    bytes[length++] = byte;
  }
  return bytes.toString("latin1", 0, length);
}
