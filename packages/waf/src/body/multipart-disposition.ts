import { decodePercent, invalidPercentAt } from "../text/index.ts";

/** What a Content-Disposition header says of a part. */
export interface Disposition {
  readonly name: string | undefined;
  readonly fileName: string | undefined;
  /** What `filename*` says where that is something else: servers differ in which of the two they take. */
  readonly otherFileName: string | undefined;
  /** Do all servers take the part for a file? Where some take it for a field, its content is an argument as well. */
  readonly isSurelyFile: boolean;
  /** A quote was used that is none (MULTIPART_INVALID_QUOTING). */
  readonly hasInvalidQuoting: boolean;
  readonly error: string | undefined;
}

interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly hasInvalidQuoting: boolean;
  readonly next: number;
}

/**
 * Reads `form-data; name="a"; filename="b"` (RFC 7578 section 4.2). Anything that another reader could take otherwise is an error: a name
 * twice, unknown parameters, an extended value that is none. Linear.
 *
 * Browsers send a backslash as it is (WHATWG HTML), other clients escape quotes with it. Where both readings make sense and differ, nobody
 * can tell which one the server takes.
 */
export function readDisposition(header: string): Disposition {
  const plain = readAs(header, "plain");
  if (!header.includes('\\"')) return plain;
  const escaped = readAs(header, "escapes");
  // Some look no further than one character back, and take `\\\\"` for an escaped quote. Each must come upon the file name.
  const isSurelyFile = [plain, escaped, readAs(header, "escapes quotes")].every((reading) => reading.isSurelyFile);
  if (plain.error !== undefined) return { ...escaped, isSurelyFile };
  if (escaped.error !== undefined || isSameReading(plain, escaped)) return { ...plain, isSurelyFile };
  return { ...escaped, isSurelyFile, error: "Two readings of the Content-Disposition header" };
}

/** In small letters, nothing around `=`, a token or quoted (RFC 9110 section 5.6): Rack, Werkzeug or PHP find no file name in others. */
const PLAIN_FILE_NAME = /^filename=(?:"|[!#$%&'*+.^_`|~0-9A-Za-z-]+$)/;

/** Backslashes alone may differ: the plain reading holds them all. */
function isSameReading(plain: Disposition, escaped: Disposition): boolean {
  const bare = (text: string | undefined): string | undefined => text?.replaceAll("\\", "");
  return (
    bare(plain.name) === bare(escaped.name) &&
    bare(plain.fileName) === bare(escaped.fileName) &&
    plain.otherFileName === escaped.otherFileName
  );
}

/** What a backslash in quotes means. */
type Backslash = "escapes" | "escapes quotes" | "plain";

function readAs(header: string, backslash: Backslash): Disposition {
  const found: { name?: string; filename?: string; "filename*"?: string } = {};
  let hasInvalidQuoting = false;
  let otherFileName: string | undefined;
  let isPlainFileName = false;
  const give = (error?: string): Disposition => ({
    name: found.name,
    fileName: found.filename,
    otherFileName,
    isSurelyFile: isPlainFileName && found.filename !== "" && otherFileName !== "",
    hasInvalidQuoting,
    error,
  });
  if (!/^form-data(?=[\t ;]|$)/i.test(header)) return give("Invalid Content-Disposition header");
  let position = skipBlanks(header, "form-data".length);
  while (position < header.length) {
    if (header[position] !== ";") return give("Invalid Content-Disposition header");
    position = skipBlanks(header, position + 1);
    if (position >= header.length) break;
    const parameter = readParameter(header, position, backslash);
    if (parameter === undefined) return give("Invalid Content-Disposition header");
    hasInvalidQuoting ||= parameter.hasInvalidQuoting;
    const { name } = parameter;
    if (name !== "name" && name !== "filename" && name !== "filename*") return give("Unknown Content-Disposition parameter");
    if (found[name] !== undefined) return give(`Duplicate Content-Disposition ${name}`);
    found[name] = parameter.value;
    if (name === "filename") isPlainFileName = PLAIN_FILE_NAME.test(header.slice(position, parameter.next));
    position = skipBlanks(header, parameter.next);
  }
  if (found["filename*"] === undefined) return give();
  const extended = decodeExtended(found["filename*"]);
  found.filename ??= extended ?? found["filename*"];
  if (extended !== found.filename) otherFileName = extended;
  return give(extended === undefined ? "Invalid extended file name" : undefined);
}

/** RFC 8187: `utf-8''%e2%82%ac.txt`. */
function decodeExtended(value: string): string | undefined {
  const text = /^(?:utf-8|iso-8859-1)'[0-9A-Za-z-]{0,20}'([^'"\s]*)$/i.exec(value)?.[1];
  return text === undefined || invalidPercentAt(text) !== -1 ? undefined : decodePercent(text, "keep");
}

function readParameter(header: string, start: number, backslash: Backslash): Parameter | undefined {
  let index = start;
  while (index < header.length && !/[=\s;]/.test(header[index] ?? "")) index++;
  const name = header.slice(start, index).toLowerCase();
  index = skipBlanks(header, index);
  if (name === "" || header[index] !== "=") return undefined;
  index = skipBlanks(header, index + 1);
  return header[index] === '"' ? readQuoted(header, name, index + 1, backslash) : readPlain(header, name, index);
}

/** A backslash is taken off in front of a quote or a backslash alone: some browsers send whole Windows paths. */
function readQuoted(header: string, name: string, start: number, backslash: Backslash): Parameter | undefined {
  let value = "";
  for (let index = start; index < header.length; index++) {
    const character = header[index];
    if (character === '"') return { name, value, hasInvalidQuoting: false, next: index + 1 };
    if (character === "\\" && isEscaped(header[index + 1], backslash)) index++;
    value += header[index];
  }
  return undefined;
}

function isEscaped(character: string | undefined, backslash: Backslash): boolean {
  if (backslash === "plain") return false;
  return character === '"' || (character === "\\" && backslash === "escapes");
}

function readPlain(header: string, name: string, start: number): Parameter | undefined {
  let index = start;
  while (index < header.length && !/[\s;]/.test(header[index] ?? "")) index++;
  const value = header.slice(start, index);
  if (value === "") return undefined;
  const hasInvalidQuoting = name !== "filename*" && (value.includes("'") || value.includes('"'));
  return { name, value, hasInvalidQuoting, next: index };
}

function skipBlanks(text: string, from: number): number {
  let index = from;
  while (text[index] === " " || text[index] === "\t") index++;
  return index;
}
