import { type ByteSet, bytesOf, joined, ofRange, ofText, SPACE_BYTES, sizeOf, WORD_BYTES, without } from "./byte-set.ts";
import { readByteEscape } from "./escape.ts";
import { PatternProblem, type Reader } from "./reader.ts";

const UPPER = ofRange(0x41, 0x5a);
const LOWER = ofRange(0x61, 0x7a);
const DIGITS = ofRange(0x30, 0x39);
const LETTERS = joined(UPPER, LOWER);
const GRAPHIC = ofRange(0x21, 0x7e);
/** pcre2pattern(3), "POSIX character classes", in the C locale. */
const POSIX: ReadonlyMap<string, ByteSet> = new Map([
  ["alnum", joined(LETTERS, DIGITS)],
  ["alpha", LETTERS],
  ["ascii", ofRange(0, 0x7f)],
  ["blank", ofText("\t ")],
  ["cntrl", joined(ofRange(0, 0x1f), ofRange(0x7f, 0x7f))],
  ["digit", DIGITS],
  ["graph", GRAPHIC],
  ["lower", LOWER],
  ["print", joined(GRAPHIC, ofText(" "))],
  ["punct", GRAPHIC.map((bit, code) => bit & (1 - (LETTERS[code] ?? 0)) & (1 - (DIGITS[code] ?? 0)))],
  ["space", SPACE_BYTES],
  ["upper", UPPER],
  ["word", WORD_BYTES],
  ["xdigit", joined(DIGITS, joined(ofRange(0x41, 0x46), ofRange(0x61, 0x66)))],
]);
const POSIX_FORM = /\[:(\^?)(\w+):\]/y;

/** Reads a class; the reader stands behind `[`. Case is the caller's matter, before negation is obeyed. */
export function parseClass(reader: Reader, both: (set: ByteSet) => ByteSet): ByteSet {
  const negated = reader.source[reader.at] === "^";
  if (negated) reader.at++;
  let bytes: ByteSet = new Uint8Array(256);
  // A ] that stands first means itself.
  let isFirst = true;
  while (isFirst || reader.source[reader.at] !== "]") {
    if (reader.at >= reader.source.length) throw new PatternProblem(reader, "a [ without its ]");
    bytes = joined(bytes, readItem(reader));
    isFirst = false;
  }
  reader.at++;
  return negated ? without(both(bytes)) : both(bytes);
}

function readItem(reader: Reader): ByteSet {
  const posix = readPosix(reader);
  if (posix !== undefined) return posix;
  const low = readOne(reader);
  const dash = reader.source[reader.at] === "-";
  const next = reader.source[reader.at + 1];
  if (!dash || next === undefined || next === "]" || sizeOf(low) !== 1) return low;
  const back = reader.at++;
  const high = readPosix(reader) ?? readOne(reader);
  if (sizeOf(high) !== 1) {
    // [a-\d]: the hyphen means itself.
    reader.at = back + 1;
    return joined(low, ofText("-"));
  }
  const [first, last] = [bytesOf(low)[0] ?? 0, bytesOf(high)[0] ?? 0];
  if (last < first) throw new PatternProblem(reader, "a range whose end is below its start");
  return ofRange(first, last);
}

function readPosix(reader: Reader): ByteSet | undefined {
  POSIX_FORM.lastIndex = reader.at;
  const found = POSIX_FORM.exec(reader.source);
  if (found === null) return undefined;
  const bytes = POSIX.get(found[2] ?? "");
  if (bytes === undefined) throw new PatternProblem(reader, `the class [:${found[2]}:], which is not known`);
  reader.at = POSIX_FORM.lastIndex;
  return found[1] === "^" ? without(bytes) : bytes;
}

function readOne(reader: Reader): ByteSet {
  const char = reader.source[reader.at++] ?? "";
  if (char !== "\\") return ofText(char);
  const escaped = reader.source[reader.at];
  // Backspace, in a class only.
  if (escaped === "b") {
    reader.at++;
    return ofRange(0x08, 0x08);
  }
  if (escaped === "Q" || escaped === "E") throw new PatternProblem(reader, "\\Q or \\E in a class, which is not supported");
  return readByteEscape(reader);
}
