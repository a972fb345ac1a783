import { Buffer } from "node:buffer";
import type { Pair } from "../http/index.ts";
import { toByteString } from "../text/index.ts";
import type { ProcessorContext, Reading } from "./contract.ts";
import { readJson } from "./json.ts";
import { readJsonString } from "./json-token.ts";
import { readNdjson } from "./ndjson.ts";
import { readXml } from "./xml.ts";

/** What a document begins with, behind a byte order mark, white space of any kind, and comments that some readers of JSON bear. */
const BEGINNING = /^[\s\x80-\xff]*([[{"</])/;

/**
 * A body that is a JSON text or an XML document, whatever its type says: many applications parse what they are sent without a look at the
 * type, and a page of another origin may send text or a form where it may not send JSON. Also in UTF-16 and UTF-32, which Python's
 * `json.loads` and parsers of XML find out by themselves.
 *
 * Never a problem, since nobody has said what the body is. Of what is not quite JSON all strings are given: readers go on behind NaN and
 * comments (Python, Ruby), or stop before the end (Go). Empty where it is neither. A JSON text without a fault says nothing beside its
 * members (`isWhole`): nobody has to look at its bytes as well.
 */
export function readDocument(text: string, context: ProcessorContext): Reading {
  const wide = fromWide(text);
  // A byte order mark may be in front of UTF-8 as well: some readers pass over what they cannot read.
  const narrow = wide !== undefined && BEGINNING.test(wide) ? wide : undefined;
  const read = narrow ?? text;
  const [, first] = BEGINNING.exec(read) ?? [];
  if (first === undefined) return {};
  // What was wide names an encoding that it is no longer in.
  if (first === "<") {
    const { xml } = narrow === undefined ? readXml(read, context) : readXml(read.replace(DECLARATION, ""), { ...context, isUtf8: true });
    return xml === undefined ? {} : { xml };
  }
  const reading = readJson(read, { ...context, isUtf8: true });
  if (reading.problem === undefined) return { ...reading, isWhole: first !== '"' };
  // Prose may begin with a quotation.
  if (first === '"') return {};
  const lines = readLines(read, context);
  if (lines !== undefined) return lines;
  const { argumentsMax } = context.limits;
  return { args: readStrings(read, argumentsMax), isWhole: (reading.args?.length ?? 0) >= argumentsMax && isJson(read) };
}

/** What begins as a JSON text, a line end, and what begins as another one. */
const LINES = /^[\s\x80-\xff]*[[{][^\n]*\n\s*[[{]/;

/** JSON texts in lines, as watchers of errors and of pages send them (`text/plain`); undefined where a line is none. */
function readLines(text: string, context: ProcessorContext): Reading | undefined {
  if (!LINES.test(text)) return undefined;
  const reading = readNdjson(text, { ...context, isUtf8: true });
  // A line may be a text or a number alone: such a body is anything.
  return reading.problem === undefined && !/\n[ \t\r]*[^[{\s]/.test(text) ? { ...reading, isWhole: true } : undefined;
}

/** All there is beside the strings of a JSON text, however many, is numbers and marks. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** All that could be a string of JSON, each once, in order; beyond `stringsMax` the rest is one. Linear: a broken one ends where the next may begin. */
function readStrings(text: string, stringsMax: number): Pair[] {
  const strings = new Set<string>();
  for (let at = text.indexOf('"'); at !== -1; ) {
    const read = readJsonString(text, at);
    if (read !== undefined && strings.size >= stringsMax && !strings.has(read.value)) {
      strings.add(text.slice(at));
      break;
    }
    if (read !== undefined) strings.add(read.value);
    at = text.indexOf('"', read?.next ?? at + 1);
  }
  return Array.from(strings, (value) => ["json", value]);
}

/** The XML declaration. */
const DECLARATION = /^[ \t\r\n]*<\?xml[^>]{0,200}\?>/;

/** The text of a body in UTF-16 or UTF-32, as UTF-8 bytes; undefined where it is in neither. The zeros among its first bytes tell. */
function fromWide(text: string): string | undefined {
  const unit = widthOf(text);
  if (unit === undefined) return undefined;
  const bytes = Buffer.from(text.slice(0, text.length - (text.length % unit.bytes)), "latin1");
  const wide = unit.bytes === 2 ? (unit.isBigEndian ? bytes.swap16() : bytes).toString("utf16le") : fromUtf32(bytes, unit.isBigEndian);
  return toByteString(wide).replace(/^\xef\xbb\xbf/, "");
}

interface Unit {
  readonly bytes: 2 | 4;
  readonly isBigEndian: boolean;
}

/** RFC 4627 section 3: the first two characters of JSON are ASCII, and so are those of XML. A byte order mark tells as well. */
const BEGINNINGS: readonly (readonly [RegExp, Unit])[] = [
  [/^(?:\0\0\xfe\xff|\0\0\0[^\0])/, { bytes: 4, isBigEndian: true }],
  [/^(?:\xff\xfe|[^\0]\0)\0\0/, { bytes: 4, isBigEndian: false }],
  [/^(?:\xfe\xff|\0[^\0])/, { bytes: 2, isBigEndian: true }],
  [/^(?:\xff\xfe|[^\0]\0)/, { bytes: 2, isBigEndian: false }],
];

function widthOf(text: string): Unit | undefined {
  return BEGINNINGS.find(([beginning]) => beginning.test(text))?.[1];
}

const REPLACEMENT = 0xfffd;

function fromUtf32(bytes: Buffer, isBigEndian: boolean): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4) {
    const point = isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
    text += String.fromCodePoint(point > 0x10ffff ? REPLACEMENT : point);
  }
  return text;
}
