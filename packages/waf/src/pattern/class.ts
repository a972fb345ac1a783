import { type ByteSet, joined, ofRange, ofText, SPACE_BYTES, WORD_BYTES, without } from "./byte-set.ts";
import { readByteEscape } from "./escape.ts";
import { PatternProblem, type Reader } from "./reader.ts";

const UPPER = ofRange(0x41, 0x5a);
const LOWER = ofRange(0x61, 0x7a);
const DIGITS = ofRange(0x30, 0x39);
const LETTERS = joined(UPPER, LOWER);
const HYPHEN = 0x2d;
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

/** Reads a class; the reader stands behind `[`. `both` adds the other case, before negation is obeyed. */
export function parseClass(reader: Reader, both: (set: ByteSet) => ByteSet): ByteSet {
  const negated = reader.source[reader.at] === "^";
  if (negated) reader.at++;
  const bytes: ByteSet = new Uint8Array(256);
  // A ] that stands first means itself.
  let isFirst = true;
  while (isFirst || reader.source[reader.at] !== "]") {
    if (reader.at >= reader.source.length) throw new PatternProblem(reader, "a [ without its ]");
    readItem(reader, bytes);
    isFirst = false;
  }
  reader.at++;
  return negated ? without(both(bytes)) : both(bytes);
}

function readItem(reader: Reader, bytes: ByteSet): void {
  const low = readPosix(reader) ?? readOne(reader);
  const isRange = typeof low === "number" && reader.source[reader.at] === "-" && !"]".startsWith(reader.source[reader.at + 1] ?? "");
  if (!isRange) {
    put(bytes, low);
    return;
  }
  const back = ++reader.at;
  const high = readPosix(reader) ?? readOne(reader);
  if (typeof high !== "number") {
    // [a-\d]: the hyphen means itself.
    reader.at = back;
    put(bytes, low);
    put(bytes, HYPHEN);
    return;
  }
  if (high < low) throw new PatternProblem(reader, "a range whose end is below its start");
  bytes.fill(1, low, high + 1);
}

function put(bytes: ByteSet, item: ByteSet | number): void {
  if (typeof item === "number") bytes[item] = 1;
  else
    item.forEach((bit, code) => {
      bytes[code] = (bytes[code] ?? 0) | bit;
    });
}

function readPosix(reader: Reader): ByteSet | undefined {
  if (reader.source[reader.at] !== "[") return undefined;
  POSIX_FORM.lastIndex = reader.at;
  const found = POSIX_FORM.exec(reader.source);
  if (found === null) return undefined;
  const bytes = POSIX.get(found[2] ?? "");
  if (bytes === undefined) throw new PatternProblem(reader, `the class [:${found[2]}:], which is not known`);
  reader.at = POSIX_FORM.lastIndex;
  return found[1] === "^" ? without(bytes) : bytes;
}

function readOne(reader: Reader): ByteSet | number {
  const char = reader.source[reader.at++] ?? "";
  if (char !== "\\") return char.charCodeAt(0) & 0xff;
  const escaped = reader.source[reader.at];
  // Backspace, in a class only.
  if (escaped === "b") {
    reader.at++;
    return 0x08;
  }
  if (escaped === "Q" || escaped === "E") throw new PatternProblem(reader, "\\Q or \\E in a class, which is not supported");
  return readByteEscape(reader);
}
