import { Buffer, isAscii, isUtf8 } from "node:buffer";
import { decodePercent, findByte, fromByteString, HEX_VALUE, HIGH, hexAt, invalidPercentAt } from "../text/index.ts";
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
  const decoder = text.includes("%") || text.includes("+") ? createDecoder(text) : createPlainDecoder(text);
  let start = 0;
  let hasOddReading = false;
  while (start < text.length) {
    const end = nextSeparator(text, start, rules.separator);
    if (end > start) {
      if (pairs.length >= rules.argumentsMax) {
        pairs.push(["", decoder.decode(start, text.length)]);
        return { pairs, hasInvalidEscape: decoder.faults > 0, isCut: true, hasOddReading: true };
      }
      if (pushArgument(pairs, { text, start, end, decoder })) hasOddReading = true;
    }
    start = end + 1;
  }
  return { pairs, hasInvalidEscape: decoder.faults > 0, isCut: false, hasOddReading };
}

interface Argument {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly decoder: Decoder;
}

/** Has it an odd reading? */
function pushArgument(pairs: Pair[], { text, start, end, decoder }: Argument): boolean {
  const found = decoder.find("=", start, end);
  const equals = found === -1 ? end : start + found;
  pairs.push([decoder.decode(start, equals), decoder.decode(equals + 1, end)]);
  const isOdd = decoder.hasHigh && pushNarrow(pairs, text.slice(start, equals), text.slice(equals + 1, end));
  if (found === -1 || text.charCodeAt(equals - 1) === BRACKET) return isOdd;
  // `qs`, which Express uses, parts name and value at the first `]=` where there is one, not at the first `=`.
  const bracket = decoder.find("]=", equals, end);
  if (bracket !== -1) pairs.push([decoder.decode(start, equals + bracket + 1), decoder.decode(equals + bracket + 2, end)]);
  return isOdd;
}

interface Decoder {
  /** Is there any byte above 0x7f beside an escape? */
  readonly hasHigh: boolean;
  /** Escapes that were none, so far. */
  readonly faults: number;
  /** Where it stands, counted from `start`; -1 where it does not. */
  find(needle: "=" | "]=", start: number, end: number): number;
  /** The bytes from `start` to before `end`, percent-decoded, `+` being a blank. */
  decode(start: number, end: number): string;
}

/** For texts in which nothing is encoded. */
function createPlainDecoder(text: string): Decoder {
  return {
    hasHigh: false,
    faults: 0,
    find: (needle, start, end) => text.slice(start, end).indexOf(needle),
    decode: (start, end) => text.slice(start, end),
  };
}

/** For forms of ordinary length: a form is read whole before the next one. */
const SCRATCH_BYTES = 65_536;
const SCRATCH = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
const DECODED = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

/** Works on bytes: three times as fast as on characters, and forms are the longest bodies there are. */
function createDecoder(text: string): Decoder {
  const isShort = text.length <= SCRATCH_BYTES;
  const bytes = isShort ? SCRATCH.subarray(0, text.length) : Buffer.allocUnsafeSlow(text.length);
  const decoded = isShort ? DECODED : Buffer.allocUnsafeSlow(text.length);
  bytes.write(text, "latin1");
  let faults = 0;

  return {
    hasHigh: !isAscii(bytes),
    get faults() {
      return faults;
    },
    find: (needle, start, end) => text.slice(start, end).indexOf(needle),
    decode(start, end) {
      const { length, invalid } = decodeInto(decoded, bytes, start, end);
      faults += invalid;
      return decoded.toString("latin1", 0, length);
    },
  };
}

/** By itself, because a loop is compiled best where it closes over nothing. */
function decodeInto(target: Uint8Array, bytes: Uint8Array, start: number, end: number): { length: number; invalid: number } {
  let length = 0;
  let invalid = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte !== PERCENT) {
      target[length++] = byte === PLUS ? SPACE : byte;
      continue;
    }
    const high = at + 2 < end ? (HEX_VALUE[bytes[at + 1] as number] as number) : -1;
    const low = high === -1 ? -1 : (HEX_VALUE[bytes[at + 2] as number] as number);
    if (low === -1) invalid++;
    else at += 2;
    target[length++] = low === -1 ? PERCENT : high * 16 + low;
  }
  return { length, invalid };
}

/** Whether Node reads a name or a value narrowly depends on what stands around it: every mixture is given. */
function pushNarrow(pairs: Pair[], name: string, value: string): boolean {
  const narrowName = narrow(name);
  const narrowValue = narrow(value);
  if (narrowName !== undefined) pairs.push([narrowName, decodePercent(value, "space")]);
  if (narrowValue !== undefined) pairs.push([decodePercent(name, "space"), narrowValue]);
  if (narrowName !== undefined && narrowValue !== undefined) pairs.push([narrowName, narrowValue]);
  return narrowName !== undefined || narrowValue !== undefined;
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
    bytes[write++] = low === -1 ? lowByte(code) : high * 16 + low;
    if (low !== -1) at += 2;
  }
  return bytes.toString("latin1", 0, write);
}

/** A blank instead of a zero that nobody has sent: the commonest syllable of Korean, U+AC00, would be one. */
function lowByte(code: number): number {
  return code > 0xff && (code & 0xff) === 0 ? SPACE : code & 0xff;
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
