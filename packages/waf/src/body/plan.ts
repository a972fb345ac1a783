import { headerValues, type Pair } from "../http/index.ts";
import { type ContentType, readContentType } from "./content-type.ts";
import type { BodyPlan, BodyProblem, BodyProcessorName } from "./contract.ts";
import { codingOf } from "./inflate.ts";

/** Which processor reads which media type. */
const TYPES: ReadonlyMap<string, BodyProcessorName> = new Map([
  ["application/x-www-form-urlencoded", "URLENCODED"],
  ["multipart/form-data", "MULTIPART"],
  ["application/json", "JSON"],
  ["text/json", "JSON"],
  ["application/csp-report", "JSON"],
  ["application/xml", "XML"],
  ["text/xml", "XML"],
  ["application/graphql", "GRAPHQL"],
  ["application/x-ndjson", "NDJSON"],
  ["application/ndjson", "NDJSON"],
  ["application/jsonl", "NDJSON"],
  ["application/x-jsonlines", "NDJSON"],
  ["application/json-seq", "NDJSON"],
]);

/** RFC 6839: `application/problem+json`, `application/soap+xml`. */
const SUFFIXES: readonly (readonly [string, BodyProcessorName])[] = [
  ["+json", "JSON"],
  ["+xml", "XML"],
];

/** Encodings in which every ASCII character is its own byte and no other byte means one. */
const PLAIN_CHARSETS: ReadonlySet<string> = new Set([
  "utf-8",
  "utf8",
  "us-ascii",
  "ascii",
  "iso-8859-1",
  "latin1",
  "iso-8859-15",
  "windows-1252",
]);

/** Finds from the head how a body is to be read. Unknown types are read by nobody (`NONE`): rules see the bytes. */
export function planBody(headers: readonly Pair[]): BodyPlan {
  const types = headerValues(headers, "content-type");
  const contentType = types[0] ?? "";
  const read = readContentType(contentType);
  const { coding, problem = problemOf(types, read) } = codingOf(headers);
  const plan = { processor: processorFor(read.type) ?? processorIn(contentType), contentType, problem };
  return coding === undefined ? plan : { ...plan, coding };
}

/** Is that the name of an encoding in which a byte below 0x80 means what it means in ASCII, and nothing else does? */
export function isPlainCharset(charset: string): boolean {
  return PLAIN_CHARSETS.has(charset.toLowerCase());
}

function processorFor(type: string): BodyProcessorName | undefined {
  return TYPES.get(type) ?? SUFFIXES.find(([suffix]) => type.endsWith(suffix))?.[1];
}

/** Some servers (formidable) only look whether a form is named anywhere in the header. No honest client names one beside its type. */
function processorIn(contentType: string): BodyProcessorName {
  const header = contentType.toLowerCase();
  if (header.includes("multipart/form-data")) return "MULTIPART";
  return header.includes("x-www-form-urlencoded") ? "URLENCODED" : "NONE";
}

function problemOf(types: readonly string[], read: ContentType): BodyProblem | undefined {
  // Node's http keeps the first, fetch-like servers join them: two readers would see two types.
  if (types.some((type) => type !== types[0])) return { fault: "ambiguous", message: "There are two different Content-Type headers." };
  const charsets = read.parameters.filter(([name]) => name === "charset").map(([, value]) => value);
  if (charsets.some((charset) => charset.toLowerCase() !== charsets[0]?.toLowerCase())) {
    return { fault: "ambiguous", message: "The Content-Type names two character sets." };
  }
  const [charset] = charsets;
  if (charset !== undefined && !isPlainCharset(charset)) {
    return { fault: "charset", message: "The character set of the body is not one whose bytes can be read." };
  }
  return undefined;
}
