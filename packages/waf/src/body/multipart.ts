import type { Pair } from "../http/index.ts";
import type { BodyProblem, FilePart, ProcessorContext, Reading } from "./contract.ts";
import { readOperations } from "./json.ts";
import { readBoundary } from "./multipart-boundary.ts";
import { doubtOf } from "./multipart-doubt.ts";
import { type PartHead, readPartHead } from "./multipart-head.ts";
import { otherReadings } from "./multipart-name.ts";

/** Files of one body that are kept (SecUploadFileLimit has the same default). */
const FILES_MAX = 100;

/** The variables that make MULTIPART_STRICT_ERROR (reference manual). */
const STRICT: readonly string[] = [
  "MULTIPART_BOUNDARY_QUOTED",
  "MULTIPART_BOUNDARY_WHITESPACE",
  "MULTIPART_DATA_BEFORE",
  "MULTIPART_DATA_AFTER",
  "MULTIPART_HEADER_FOLDING",
  "MULTIPART_LF_LINE",
  "MULTIPART_MISSING_SEMICOLON",
  "MULTIPART_INVALID_QUOTING",
  "MULTIPART_INVALID_PART",
  "MULTIPART_INVALID_HEADER_FOLDING",
  "MULTIPART_FILE_LIMIT_EXCEEDED",
];

interface Walk {
  readonly text: string;
  readonly delimiter: string;
  readonly partsMax: number;
  readonly args: Pair[];
  readonly files: FilePart[];
  readonly partHeaders: Pair[];
  readonly flags: Map<string, string>;
  parts: number;
  /** Delimiters that were taken for such. */
  delimiters: number;
  position: number;
  hasReturnLine: boolean;
  error: string | undefined;
  /** What else stands against the body, beside `error`, which goes first. */
  problem: BodyProblem | undefined;
}

/**
 * Reads multipart/form-data (RFC 7578) as strictly as ModSecurity 3 does, with its MULTIPART_* variables. Linear.
 *
 * A part with a file name is a file; one that some servers take for a field is an argument as well. Parts whose head is broken are kept in
 * MULTIPART_PART_HEADERS; what was read before a fault is given too.
 */
export function readMultipart(text: string, { contentType, limits }: ProcessorContext): Reading {
  const { boundary, flags, error } = readBoundary(contentType);
  const walk: Walk = {
    text,
    delimiter: `--${boundary}`,
    partsMax: limits.argumentsMax,
    args: [],
    files: [],
    partHeaders: [],
    flags: new Map(flags.map((flag) => [flag, "1"])),
    parts: 0,
    delimiters: 0,
    position: 0,
    hasReturnLine: false,
    error,
    problem: undefined,
  };
  if (error === undefined) walkParts(walk);
  const operations = readOperations(walk.args, limits);
  if (operations.length > 0) walk.args.push(...operations);
  return readingOf(walk);
}

function walkParts(walk: Walk): void {
  const first = nextDelimiter(walk, 0);
  if (first === undefined) {
    walk.error = "No boundary found in the multipart body";
    if (walk.flags.has("MULTIPART_UNMATCHED_BOUNDARY")) walk.flags.set("MULTIPART_UNMATCHED_BOUNDARY", "1");
    return;
  }
  if (first.start > 0) walk.flags.set("MULTIPART_DATA_BEFORE", "1");
  for (let delimiter: Delimiter | undefined = first; ; ) {
    if (!passDelimiter(walk, delimiter)) return;
    if (delimiter.isLast) break;
    if (walk.parts >= walk.partsMax) {
      walk.problem = { fault: "limit", message: "The multipart body has too many parts." };
      return;
    }
    walk.parts++;
    delimiter = readPart(walk);
    if (delimiter === undefined) return;
  }
  // Line ends behind the last boundary are common and say nothing.
  if (/[^\r\n]/.test(walk.text.slice(walk.position))) walk.flags.set("MULTIPART_DATA_AFTER", "1");
  const hasTwoLineEnds = walk.hasReturnLine && walk.flags.has("MULTIPART_LF_LINE");
  walk.problem ??= doubtOf({ ...walk, start: first.start, end: walk.position, hasTwoLineEnds });
}

interface Delimiter {
  /** Where its two hyphens stand. */
  readonly start: number;
  readonly isLast: boolean;
  /** Behind its hyphens and the boundary. */
  readonly end: number;
}

/** The next line that begins with the delimiter; lines that only look alike are noted. */
function nextDelimiter(walk: Walk, from: number): Delimiter | undefined {
  const { text, delimiter } = walk;
  let start = text.startsWith("--", from) ? from : lineBehind(text, from);
  while (start !== -1) {
    if (text.startsWith(delimiter, start)) {
      const isLast = text.startsWith("--", start + delimiter.length);
      return { start, isLast, end: start + delimiter.length + (isLast ? 2 : 0) };
    }
    // 2: hyphens that may well be data; 1 where no boundary is found at all (as the recommended rules tell them apart).
    walk.flags.set("MULTIPART_UNMATCHED_BOUNDARY", "2");
    start = lineBehind(text, start);
  }
  return undefined;
}

/** Where the next line begins that starts with two hyphens; -1 where none does. */
function lineBehind(text: string, from: number): number {
  const feed = text.indexOf("\n--", from);
  return feed === -1 ? -1 : feed + 1;
}

/** Moves behind the line of a delimiter; nothing may follow it there. */
function passDelimiter(walk: Walk, { end, isLast }: Delimiter): boolean {
  const { text } = walk;
  const hasReturn = text.charCodeAt(end) === 0x0d && text.charCodeAt(end + 1) === 0x0a;
  if (!hasReturn && text.charCodeAt(end) !== 0x0a && !(isLast && end === text.length)) {
    walk.error = "Invalid boundary in the multipart body";
    return false;
  }
  if (end < text.length) noteLineEnd(walk, hasReturn);
  walk.position = end + (hasReturn ? 2 : 1);
  walk.delimiters++;
  return true;
}

function noteLineEnd(walk: Walk, hasReturn: boolean): void {
  if (hasReturn) walk.hasReturnLine = true;
  else walk.flags.set("MULTIPART_LF_LINE", "1");
}

/** Reads a part from behind its delimiter, and gives the delimiter that ends it. */
function readPart(walk: Walk): Delimiter | undefined {
  const head = readPartHead(walk.text, walk.position, walk.delimiter);
  for (const flag of head.flags) walk.flags.set(flag, "1");
  if (head.hasReturnLine) walk.hasReturnLine = true;
  for (const line of head.lines) walk.partHeaders.push([head.name ?? "", line]);
  if (head.error !== undefined) {
    walk.flags.set("MULTIPART_INVALID_PART", "1");
    walk.error ??= head.error;
  }
  walk.problem ??= head.problem;
  const next = nextDelimiter(walk, head.end);
  // A line feed alone in front of it makes no delimiter for strict readers: to them the part goes on.
  if (next !== undefined && next.start > head.end) noteLineEnd(walk, walk.text.charCodeAt(next.start - 2) === 0x0d);
  if (next === undefined) {
    walk.error ??= "Final boundary missing in the multipart body";
    if (walk.flags.has("MULTIPART_UNMATCHED_BOUNDARY")) walk.flags.set("MULTIPART_UNMATCHED_BOUNDARY", "1");
  }
  addPart(walk, head, contentOf(walk.text, head.end, next?.start ?? walk.text.length));
  return next;
}

/** The line end in front of a delimiter belongs to it. */
function contentOf(text: string, start: number, delimiter: number): string {
  if (delimiter <= start) return "";
  if (delimiter === text.length) return text.slice(start);
  const end = text.charCodeAt(delimiter - 2) === 0x0d ? delimiter - 2 : delimiter - 1;
  return text.slice(start, Math.max(start, end));
}

function addPart(walk: Walk, head: PartHead, content: string): void {
  const { name = "", fileName, otherFileName } = head;
  if (name !== "") walk.flags.set("MULTIPART_NAME", name);
  const names = otherReadings(name);
  if (!head.isSurelyFile) for (const each of [name, ...names]) walk.args.push([each, content]);
  if (fileName === undefined) return;
  walk.flags.set("MULTIPART_FILENAME", fileName);
  if (walk.files.length >= FILES_MAX) walk.flags.set("MULTIPART_FILE_LIMIT_EXCEEDED", "1");
  else walk.files.push({ field: name, fileName, bytes: content.length, content });
  // The same file by its other names, without its bytes: they count once.
  const add = (field: string, other: string): void => {
    if (walk.files.length < FILES_MAX) walk.files.push({ field, fileName: other, bytes: 0, content: "" });
  };
  for (const other of names) add(other, fileName);
  for (const other of otherReadings(fileName)) add(name, other);
  if (otherFileName === undefined) return;
  add(name, otherFileName);
  for (const other of otherReadings(otherFileName)) add(name, other);
}

function readingOf(walk: Walk): Reading {
  const { args, files, partHeaders, flags, error } = walk;
  const problem: BodyProblem | undefined = error === undefined ? walk.problem : { fault: "syntax", message: `${error}.` };
  if (walk.hasReturnLine && flags.has("MULTIPART_LF_LINE")) flags.set("MULTIPART_CRLF_LF_LINES", "1");
  if (problem !== undefined || STRICT.some((flag) => flags.has(flag))) flags.set("MULTIPART_STRICT_ERROR", "1");
  return { args, files, partHeaders, flags: Object.fromEntries(flags), problem };
}
