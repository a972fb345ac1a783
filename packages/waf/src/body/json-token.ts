const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What the letter after a backslash stands for (RFC 8259 section 7). */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

const WORDS: readonly string[] = ["true", "false", "null"];

/**
 * The string that begins at `start`, decoded: escapes become UTF-8 bytes, half a surrogate pair the three bytes it would have.
 * Undefined where it is broken. Linear.
 */
export function readJsonString(text: string, start: number): { value: string; next: number } | undefined {
  if (text.charCodeAt(start) !== QUOTE) return undefined;
  let value = "";
  let from = start + 1;
  for (let index = from; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return { value: value + text.slice(from, index), next: index + 1 };
    if (code < 0x20) return undefined;
    if (code !== BACKSLASH) continue;
    value += text.slice(from, index);
    const escaped = readEscape(text, index + 1);
    if (escaped === undefined) return undefined;
    value += escaped.bytes;
    from = escaped.next;
    index = from - 1;
  }
  return undefined;
}

/** The escape whose letter stands at `index`. */
function readEscape(text: string, index: number): { bytes: string; next: number } | undefined {
  const simple = ESCAPES.get(text[index] ?? "");
  if (simple !== undefined) return { bytes: simple, next: index + 1 };
  const unit = text[index] === "u" ? readHex(text, index + 1) : -1;
  if (unit === -1) return undefined;
  if (unit >= 0xd800 && unit < 0xdc00 && text.startsWith("\\u", index + 5)) {
    const low = readHex(text, index + 7);
    if (low >= 0xdc00 && low < 0xe000) return { bytes: utf8(0x10000 + (unit - 0xd800) * 0x400 + low - 0xdc00), next: index + 11 };
  }
  return { bytes: utf8(unit), next: index + 5 };
}

/** Four hexadecimal digits, -1 where they are none. */
function readHex(text: string, start: number): number {
  const digits = text.slice(start, start + 4);
  return /^[0-9A-Fa-f]{4}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
}

function utf8(point: number): string {
  if (point < 0x80) return String.fromCharCode(point);
  if (point < 0x800) return String.fromCharCode(0xc0 | (point >> 6), tail(point));
  if (point < 0x10000) return String.fromCharCode(0xe0 | (point >> 12), tail(point >> 6), tail(point));
  return String.fromCharCode(0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point));
}

function tail(bits: number): number {
  return 0x80 | (bits & 0x3f);
}

/** Where `true`, `false` or `null` ends; -1 where none of them stands at `start`. */
export function skipWord(text: string, start: number): number {
  for (const word of WORDS) if (text.startsWith(word, start)) return start + word.length;
  return -1;
}

/** Where the number that begins at `start` ends (RFC 8259 section 6); -1 where none does. */
export function skipNumber(text: string, start: number): number {
  let index = text.charCodeAt(start) === 0x2d ? start + 1 : start;
  const digits = skipDigits(text, index);
  if (digits === index || (text.charCodeAt(index) === 0x30 && digits > index + 1)) return -1;
  index = digits;
  if (text.charCodeAt(index) === 0x2e) {
    const fraction = skipDigits(text, index + 1);
    if (fraction === index + 1) return -1;
    index = fraction;
  }
  if ((text.charCodeAt(index) | 0x20) !== 0x65) return index;
  const sign = text.charCodeAt(index + 1);
  const exponentStart = sign === 0x2b || sign === 0x2d ? index + 2 : index + 1;
  const exponent = skipDigits(text, exponentStart);
  return exponent === exponentStart ? -1 : exponent;
}

function skipDigits(text: string, start: number): number {
  let index = start;
  while (index < text.length && text.charCodeAt(index) >= 0x30 && text.charCodeAt(index) <= 0x39) index++;
  return index;
}

/** RFC 8259 section 2: these four and no others. */
export function skipWhitespace(text: string, start: number): number {
  let index = start;
  for (; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break;
  }
  return index;
}
