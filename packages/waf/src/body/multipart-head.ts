import { readContentType } from "./content-type.ts";
import type { BodyProblem } from "./contract.ts";
import { type Disposition, readDisposition } from "./multipart-disposition.ts";
import { isPlainCharset } from "./plan.ts";

/** The head of a part. `flags` are MULTIPART_* variables that are 1. */
export interface PartHead {
  readonly name: string | undefined;
  readonly fileName: string | undefined;
  readonly otherFileName: string | undefined;
  /** Do all servers take the part for a file? */
  readonly isSurelyFile: boolean;
  /** Its header lines as sent, folded ones joined. */
  readonly lines: readonly string[];
  readonly flags: readonly string[];
  readonly hasReturnLine: boolean;
  /** Why the head cannot be read. */
  readonly error: string | undefined;
  /** Why the content cannot, though the head can: servers decode it, the firewall does not. */
  readonly problem: BodyProblem | undefined;
  /** Where the content begins. */
  readonly end: number;
}

/** Header lines of one part; form-data needs two. */
const LINES_MAX = 32;

interface Lines {
  readonly lines: string[];
  readonly flags: Set<string>;
  hasReturnLine: boolean;
  error: string | undefined;
  position: number;
}

/** Reads the header lines of a part to the empty line, or to a line that begins with `delimiter`. Linear. */
export function readPartHead(text: string, start: number, delimiter: string): PartHead {
  const read: Lines = { lines: [], flags: new Set(), hasReturnLine: false, error: undefined, position: start };
  readLines(read, text, delimiter);
  const disposition = dispositionOf(read);
  if (disposition?.hasInvalidQuoting === true) read.flags.add("MULTIPART_INVALID_QUOTING");
  read.error ??= disposition?.error ?? (disposition?.name === undefined ? "Content-Disposition header missing name field" : undefined);
  return {
    name: disposition?.name,
    fileName: disposition?.fileName,
    otherFileName: disposition?.otherFileName,
    isSurelyFile: disposition?.isSurelyFile === true && read.flags.size === 0 && !read.lines.some(isEmptyType),
    lines: read.lines,
    flags: [...read.flags],
    hasReturnLine: read.hasReturnLine,
    error: read.error,
    problem: contentProblem(read.lines),
    end: read.position,
  };
}

function readLines(read: Lines, text: string, delimiter: string): void {
  while (read.position < text.length) {
    if (text.startsWith(delimiter, read.position)) {
      read.error ??= "Invalid part header (no empty line)";
      return;
    }
    const feed = text.indexOf("\n", read.position);
    const end = feed === -1 ? text.length : feed;
    const hasReturn = end > read.position && text.charCodeAt(end - 1) === 0x0d;
    if (feed !== -1 && hasReturn) read.hasReturnLine = true;
    else read.flags.add("MULTIPART_LF_LINE");
    const line = text.slice(read.position, hasReturn ? end - 1 : end);
    read.position = Math.min(end + 1, text.length);
    if (line === "") return;
    addLine(read, line);
  }
}

function addLine(read: Lines, line: string): void {
  if (/^\s/.test(line)) {
    fold(read, line);
    return;
  }
  if (read.lines.length >= LINES_MAX) read.error ??= "Invalid part header (too many)";
  else read.lines.push(line);
  const colon = line.indexOf(":");
  if (colon === -1) read.error ??= "Invalid part header (colon missing)";
  else if (colon === 0) read.error ??= "Invalid part header (header name missing)";
  else if (!/^[\x21-\x39\x3b-\x7e]+$/.test(line.slice(0, colon))) read.error ??= "Invalid part header (contains invalid character)";
}

/** A line that goes on with the one before. Only a blank or a tab may say so. */
function fold(read: Lines, line: string): void {
  read.flags.add("MULTIPART_HEADER_FOLDING");
  if (!/^[ \t]/.test(line)) read.flags.add("MULTIPART_INVALID_HEADER_FOLDING");
  // To some readers it ends the head.
  if (line.trim() === "") read.error ??= "Invalid part header (blank line)";
  const last = read.lines.length - 1;
  if (last === -1) {
    read.error ??= "Invalid part header (folding error)";
    read.lines.push(line);
    return;
  }
  read.lines[last] = `${read.lines[last]} ${line.trim()}`;
}

/** Two headers of one name are an error: servers differ in which they take. */
function dispositionOf(read: Lines): Disposition | undefined {
  const names = new Set<string>();
  let disposition: Disposition | undefined;
  for (const line of read.lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    if (names.has(name)) read.error ??= "Duplicate part header";
    names.add(name);
    if (name === "content-disposition") disposition ??= readDisposition(line.slice(colon + 1).trim());
  }
  if (disposition === undefined) read.error ??= "Part missing Content-Disposition header";
  return disposition;
}

/** formidable takes a part without a type for a field. Honest clients leave the header out, and never send it empty. */
function isEmptyType(line: string): boolean {
  return /^content-type\s*:\s*(?:;|$)/i.test(line);
}

/** Transfer encodings that change nothing (RFC 2045 section 6.2). */
const PLAIN_ENCODINGS: ReadonlySet<string> = new Set(["7bit", "8bit", "binary"]);

/** RFC 7578 section 4.7 knows no transfer encodings, and yet undici undoes base64; busboy reads a part in the character set that it names. */
function contentProblem(lines: readonly string[]): BodyProblem | undefined {
  for (const line of lines) {
    const value = line.slice(line.indexOf(":") + 1).trim();
    if (/^content-transfer-encoding\s*:/i.test(line) && !PLAIN_ENCODINGS.has(value.toLowerCase())) {
      return { fault: "coding", message: "A part of the multipart body has a transfer encoding." };
    }
    if (!/^content-type\s*:/i.test(line)) continue;
    const charset = readContentType(value).parameters.find(([name]) => name === "charset")?.[1];
    if (charset !== undefined && !isPlainCharset(charset)) {
      return { fault: "charset", message: "The character set of a part is not one whose bytes can be read." };
    }
  }
  return undefined;
}
