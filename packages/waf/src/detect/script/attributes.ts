// The attributes of a tag, as tolerantly as browsers read them (HTML Living Standard §13.2.5.32 and following).

export interface Attribute {
  /** Lower case, NULs taken out. */
  readonly name: string;
  readonly value: string;
  readonly start: number;
}

export interface ReadAttributes {
  readonly attributes: readonly Attribute[];
  /** Behind the `>`, or the end of the value. */
  readonly end: number;
  readonly isClosed: boolean;
}

/** More attributes than this in one tag are not read, where nothing else is said. */
const ATTRIBUTES_MAX = 64;
/** Names and values are cut to this many bytes for judging; they are walked over to their end. */
const NAME_BYTES_MAX = 64;
const VALUE_BYTES_MAX = 2_048;

/** Reads from behind a tag's name. A tag that is never closed ends with the value: in a page, something closes it. */
export function readAttributes(value: string, start: number, attributesMax = ATTRIBUTES_MAX): ReadAttributes {
  const attributes: Attribute[] = [];
  let close = -1;
  let at = start;
  while (at < value.length) {
    const code = value.charCodeAt(at);
    if (code === 0x3e) return { attributes, end: at + 1, isClosed: true };
    if (isBetween(code)) {
      at++;
      continue;
    }
    const nameEnd = endOfName(value, at);
    const blank = skipBlanks(value, nameEnd);
    // `onerror/=`: old engines and some filters read past the slash.
    const equals = value.charCodeAt(blank) === 0x2f && value.charCodeAt(blank + 1) === 0x3d ? blank + 1 : blank;
    const isKept = attributes.length < attributesMax;
    // Nothing is kept any more, and no end is to come.
    if (!isKept && close < at) close = value.indexOf(">", at);
    if (!isKept && close < 0) break;
    const name = isKept ? cleanName(value.slice(at, Math.min(nameEnd, at + NAME_BYTES_MAX))) : "";
    if (value.charCodeAt(equals) !== 0x3d) {
      if (isKept) attributes.push({ name, value: "", start: at });
      at = nameEnd;
      continue;
    }
    const first = skipBlanks(value, equals + 1);
    const [valueStart, valueEnd, next] = boundsOfValue(value, first);
    if (isKept) {
      attributes.push({ name, value: value.slice(valueStart, Math.min(valueEnd, valueStart + VALUE_BYTES_MAX)), start: at });
    }
    at = next;
  }
  return { attributes, end: value.length, isClosed: false };
}

/** Blanks, slashes, and the quotes and controls that old engines passed over. */
function isBetween(code: number): boolean {
  return code <= 0x20 || code === 0x2f || code === 0x22 || code === 0x27 || code === 0x60 || code === 0xa0;
}

function endOfName(value: string, start: number): number {
  let at = start + 1;
  for (; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code === 0x3d || code === 0x3e || code === 0x2f || (code <= 0x20 && code !== 0) || code === 0x22 || code === 0x27) break;
  }
  return at;
}

function cleanName(text: string): string {
  const end = text.charCodeAt(text.length - 1) === 0x2b ? text.replace(/\+{1,4}$/, "") : text;
  const lower = end.toLowerCase();
  return lower.indexOf("\0") < 0 ? lower : lower.replaceAll("\0", "");
}

function skipBlanks(value: string, start: number): number {
  let at = start;
  while (at < value.length && value.charCodeAt(at) <= 0x20) at++;
  return at;
}

/** Where a value begins and ends, and where to read on. The back-tick was a quote for Internet Explorer. */
function boundsOfValue(value: string, first: number): readonly [number, number, number] {
  const code = value.charCodeAt(first);
  if (code === 0x22 || code === 0x27 || code === 0x60) {
    // A text whose quotes were doubled for another language: `src=""x""`.
    const isDoubled = value.charCodeAt(first + 1) === code && isNameStart(value.charCodeAt(first + 2));
    const start = isDoubled ? first + 2 : first + 1;
    const end = value.indexOf(value.charAt(first), start);
    if (end >= 0) return [start, end, isDoubled && value.charCodeAt(end + 1) === code ? end + 2 : end + 1];
    if (code !== 0x60) return [first + 1, value.length, value.length];
  }
  let at = first;
  while (at < value.length && value.charCodeAt(at) > 0x20 && value.charCodeAt(at) !== 0x3e) at++;
  return [first, at, at];
}

/** A letter or a slash, as an address starts. */
function isNameStart(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code === 0x2f;
}
