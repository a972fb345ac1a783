import { type ByteSet, DIGIT_BYTES, ofText, SPACE_BYTES, WORD_BYTES, without } from "./byte-set.ts";
import { PatternProblem, type Reader } from "./reader.ts";
import type { Place } from "./tree.ts";

/** What a backslash and what follows it mean. */
export type Escape =
  | { readonly kind: "bytes"; readonly bytes: ByteSet }
  | { readonly kind: "byte"; readonly code: number }
  | { readonly kind: "place"; readonly place: Place }
  | { readonly kind: "again"; readonly group: number }
  | { readonly kind: "last-line-end" }
  /** `\Q…\E`; also a lone `\E`, which is nothing. */
  | { readonly kind: "quoted"; readonly text: string };

// pcre2pattern(3), "Generic character types": on bytes, and without locales.
const HORIZONTAL = ofText("\t \xa0");
const VERTICAL = ofText("\n\v\f\r\x85");
const CLASSES: ReadonlyMap<string, ByteSet> = new Map([
  ["d", DIGIT_BYTES],
  ["D", without(DIGIT_BYTES)],
  ["s", SPACE_BYTES],
  ["S", without(SPACE_BYTES)],
  ["w", WORD_BYTES],
  ["W", without(WORD_BYTES)],
  ["h", HORIZONTAL],
  ["H", without(HORIZONTAL)],
  ["v", VERTICAL],
  ["V", without(VERTICAL)],
  ["N", without(ofText("\n"))],
]);
const CONTROLS: ReadonlyMap<string, number> = new Map([
  ["a", 0x07],
  ["e", 0x1b],
  ["f", 0x0c],
  ["n", 0x0a],
  ["r", 0x0d],
  ["t", 0x09],
]);
const PLACES: ReadonlyMap<string, Place> = new Map([
  ["b", "word-edge"],
  ["B", "no-word-edge"],
  ["A", "start"],
  ["z", "end"],
]);

/** Reads an escape outside a class; the reader stands behind the backslash. */
export function readEscape(reader: Reader): Escape {
  const char = reader.source[reader.at] ?? "";
  const place = PLACES.get(char);
  if (place !== undefined) {
    reader.at++;
    return { kind: "place", place };
  }
  if (char === "Z") {
    reader.at++;
    return { kind: "last-line-end" };
  }
  if (char === "Q") return quoted(reader);
  if (char === "E") {
    reader.at++;
    return { kind: "quoted", text: "" };
  }
  const again = readAgain(reader);
  if (again !== undefined) return { kind: "again", group: again };
  const meaning = readByteEscape(reader);
  return typeof meaning === "number" ? { kind: "byte", code: meaning } : { kind: "bytes", bytes: meaning };
}

/** Reads an escape that means one byte or a set of them, as it also may stand in a class. */
export function readByteEscape(reader: Reader): ByteSet | number {
  const char = reader.source[reader.at] ?? "";
  const bytes = CLASSES.get(char);
  if (bytes !== undefined) {
    reader.at++;
    return bytes;
  }
  const control = CONTROLS.get(char);
  if (control !== undefined) {
    reader.at++;
    return control;
  }
  const code = readNumber(reader);
  if (code !== undefined) return code;
  if (char === "") throw new PatternProblem(reader, "a backslash at the end");
  if (/[A-Za-z0-9]/.test(char)) throw new PatternProblem(reader, `the escape \\${char}, which is not supported`);
  reader.at++;
  return char.charCodeAt(0) & 0xff;
}

const NUMBERS: readonly { readonly form: RegExp; readonly base: 8 | 16 }[] = [
  { form: /x\{([0-9A-Fa-f]{1,6})\}/y, base: 16 },
  { form: /x([0-9A-Fa-f]{0,2})/y, base: 16 },
  { form: /o\{([0-7]{1,6})\}/y, base: 8 },
  { form: /([0-7]{1,3})/y, base: 8 },
];
const CONTROL_LETTER = /c([ -~])/y;

function readNumber(reader: Reader): number | undefined {
  for (const { form, base } of NUMBERS) {
    const digits = take(reader, form);
    if (digits === undefined) continue;
    const code = digits === "" ? 0 : Number.parseInt(digits, base);
    if (code > 0xff) throw new PatternProblem(reader, `the character ${code}, but a value is made of bytes`);
    return code;
  }
  const letter = take(reader, CONTROL_LETTER);
  return letter === undefined ? undefined : letter.toUpperCase().charCodeAt(0) ^ 0x40;
}

const AGAIN = /([1-9]\d{0,2})|g\{?(-?[1-9]\d?)\}?|k(?:<(\w+)>|\{(\w+)\}|'(\w+)')/y;

/** The number of the group that is to occur again. Only groups that are open already: what refers forward is hardly ever meant. */
function readAgain(reader: Reader): number | undefined {
  AGAIN.lastIndex = reader.at;
  const found = AGAIN.exec(reader.source);
  if (found === null) return undefined;
  const name = found[3] ?? found[4] ?? found[5];
  const number = Number(found[1] ?? found[2] ?? 0);
  const group = name !== undefined ? (reader.names.get(name) ?? 0) : number < 0 ? reader.groups + 1 + number : number;
  // pcre2pattern(3), "Non-printing characters": from \10 on, a group if there are as many, else an octal number.
  if (found[1] !== undefined && number > 9 && number > reader.groups) return undefined;
  if (group < 1 || group > reader.groups) throw new PatternProblem(reader, "a reference to a group that is not open yet");
  reader.at = AGAIN.lastIndex;
  return group;
}

function take(reader: Reader, form: RegExp): string | undefined {
  form.lastIndex = reader.at;
  const found = form.exec(reader.source);
  if (found === null) return undefined;
  reader.at = form.lastIndex;
  return found[1] ?? "";
}

function quoted(reader: Reader): Escape {
  const start = reader.at + 1;
  const end = reader.source.indexOf("\\E", start);
  reader.at = end < 0 ? reader.source.length : end + 2;
  return { kind: "quoted", text: reader.source.slice(start, end < 0 ? undefined : end) };
}
