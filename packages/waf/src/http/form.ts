import { Buffer, isUtf8 } from "node:buffer";
import { decodePercent, findByte, fromByteString, HIGH, hexAt, invalidPercentAt } from "../text/index.ts";
import type { Form, Pair } from "./contract.ts";

const BRACKET = 0x5d;
const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;

export interface FormRules {
  /** Each of its characters parts arguments (SecArgumentSeparator). */
  readonly separator: string;
  readonly argumentsMax: number;
}

/**
 * Reads `a=1&b=2` as ModSecurity and URLSearchParams do: empty arguments are left out, an argument without `=` is a name, `+` is a blank,
 * an escape that is none stays and is reported. Linear; beyond `argumentsMax` the rest becomes one nameless value, so that nothing is hidden.
 *
 * Where a common parser of Node's reads an argument otherwise, both readings are given: names in brackets (`qs`), and text that is no UTF-8.
 */
export function readForm(text: string, rules: FormRules): Form {
  const pairs: Pair[] = [];
  const hasInvalidEscape = invalidPercentAt(text) !== -1;
  let start = 0;
  while (start < text.length) {
    const end = nextSeparator(text, start, rules.separator);
    if (end > start) {
      if (pairs.length >= rules.argumentsMax) {
        pairs.push(["", decodePercent(text.slice(start), "space")]);
        return { pairs, hasInvalidEscape, isCut: true };
      }
      pushArgument(pairs, text.slice(start, end));
    }
    start = end + 1;
  }
  return { pairs, hasInvalidEscape, isCut: false };
}

function pushArgument(pairs: Pair[], text: string): void {
  const equals = text.indexOf("=");
  if (equals === -1) {
    pairs.push([decodePercent(text, "space"), ""]);
    pushNarrow(pairs, text, "");
    return;
  }
  pairs.push(partAt(text, equals));
  pushNarrow(pairs, text.slice(0, equals), text.slice(equals + 1));
  // `qs`, which Express uses, parts name and value at the first `]=` where there is one, not at the first `=`.
  const bracket = text.indexOf("]=", equals);
  if (bracket !== -1 && text.charCodeAt(equals - 1) !== BRACKET) pairs.push(partAt(text, bracket + 1));
}

function partAt(text: string, equals: number): Pair {
  return [decodePercent(text.slice(0, equals), "space"), decodePercent(text.slice(equals + 1), "space")];
}

/** Whether Node reads a name or a value narrowly depends on what stands around it: every mixture is given. */
function pushNarrow(pairs: Pair[], name: string, value: string): void {
  const narrowName = narrow(name);
  const narrowValue = narrow(value);
  if (narrowName !== undefined) pairs.push([narrowName, decodePercent(value, "space")]);
  if (narrowValue !== undefined) pairs.push([decodePercent(name, "space"), narrowValue]);
  if (narrowName !== undefined && narrowValue !== undefined) pairs.push([narrowName, narrowValue]);
}

/**
 * What Node's URLSearchParams and querystring make of a text in which an escape is invalid or gives no UTF-8: they keep the low byte of
 * every character, so that `%ff` in front turns U+013C into `<`. Undefined where they read as everybody does.
 */
function narrow(text: string): string | undefined {
  if (!text.includes("%") || findByte(text, HIGH) === -1) return undefined;
  const decoded = decodePercent(text, "space");
  if (invalidPercentAt(text) === -1 && isUtf8(Buffer.from(decoded, "latin1"))) return undefined;
  const narrowed = decodeNarrow(fromByteString(text));
  return narrowed === decoded ? undefined : narrowed;
}

function decodeNarrow(characters: string): string {
  const bytes = Buffer.allocUnsafe(characters.length);
  let write = 0;
  for (let at = 0; at < characters.length; at++) {
    let code = characters.charCodeAt(at);
    if (code === PLUS) code = SPACE;
    const high = code === PERCENT ? digitAt(characters, at + 1) : -1;
    const low = high === -1 ? -1 : digitAt(characters, at + 2);
    bytes[write++] = low === -1 ? code & 0xff : high * 16 + low;
    if (low !== -1) at += 2;
  }
  return bytes.toString("latin1", 0, write);
}

function digitAt(characters: string, at: number): number {
  return characters.charCodeAt(at) < 0x80 ? hexAt(characters, at) : -1;
}

/** One search for each separator would read on to the end again and again where one of them is rare. */
function nextSeparator(text: string, start: number, separator: string): number {
  if (separator.length === 1) {
    const found = text.indexOf(separator, start);
    return found === -1 ? text.length : found;
  }
  let end = start;
  while (end < text.length && !separator.includes(text.charAt(end))) end++;
  return end;
}
