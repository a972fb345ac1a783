// Recorded requests: one line of JSON each, small enough to be kept for weeks, with what nobody should keep taken out.
import type { Pair, RequestHead } from "../http/index.ts";
import { decodePercent } from "../text/index.ts";
import type { ExplainedRequest } from "./explain.ts";

const FORMAT = 1;
const BODY_BYTES_MAX = 131_072;
const LINE_CHARACTERS_MAX = 4_194_304;
const HEADERS_MAX = 1_000;

/** Headers whose values let whoever holds them act as somebody else. */
const SECRET_HEADERS = /^(?:authorization|proxy-authorization|x-(?:api|auth|csrf|xsrf)[a-z-]*|[a-z-]*(?:token|secret|api-?key)[a-z-]*)$/i;
const COOKIE = /^cookie$/i;
const SECRET_NAMES = /(?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?-?key|auth|session|sid|credential|otp|pin|code|signature)/i;
/** A word of its own: rules that look for credentials find it no more, and people see why. */
const REDACTED = "redacted";

export interface RecordOptions {
  /** Keeps credentials as they are. A file of such records is as dangerous as the credentials. */
  readonly allowSecrets?: boolean;
}

/** A request as one line. Bodies are cut at 128 KiB. Secrets in headers, cookies, queries, forms and JSON texts are replaced by a word. */
export function recordRequest({ head, body }: ExplainedRequest, { allowSecrets = false }: RecordOptions = {}): string {
  const kept = Buffer.from(body.subarray(0, BODY_BYTES_MAX)).toString("latin1");
  const hide = !allowSecrets;
  return JSON.stringify({
    v: FORMAT,
    m: head.method,
    t: hide ? redactTarget(head.target) : head.target,
    p: head.protocol,
    h: hide ? head.headers.map(redactHeader) : head.headers,
    b: hide ? redactBody(kept) : kept,
    r: head.remoteAddress,
  });
}

/** Reads what `recordRequest` wrote; undefined where the line is something else. */
export function readRecord(line: string): ExplainedRequest | undefined {
  if (line.length > LINE_CHARACTERS_MAX) return undefined;
  const value = parse(line);
  if (value === undefined || value.get("v") !== FORMAT) return undefined;
  const [method, target, protocol, body, remoteAddress] = ["m", "t", "p", "b", "r"].map((key) => value.get(key));
  const headers = readHeaders(value.get("h"));
  if (![method, target, protocol, body, remoteAddress].every(isText) || headers === undefined) return undefined;
  const ends = { remoteAddress: String(remoteAddress), remotePort: 0, serverAddress: "", serverPort: 0 };
  const head: RequestHead = { method: String(method), target: String(target), protocol: String(protocol), headers, ...ends };
  return { head, body: Buffer.from(String(body), "latin1") };
}

function parse(line: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? new Map(Object.entries(value)) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readHeaders(value: unknown): readonly Pair[] | undefined {
  if (!Array.isArray(value) || value.length > HEADERS_MAX) return undefined;
  const pairs: Pair[] = [];
  for (const item of value) {
    if (!Array.isArray(item) || item.length !== 2) return undefined;
    const [name, content]: readonly unknown[] = item;
    if (!isText(name) || !isText(content)) return undefined;
    pairs.push([name, content]);
  }
  return pairs;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && !/[^\x00-\xff]/.test(value);
}

function redactHeader([name, value]: Pair): Pair {
  if (COOKIE.test(name)) return [name, value.replaceAll(/=[^;]*/g, `=${REDACTED}`)];
  return SECRET_HEADERS.test(name) ? [name, REDACTED] : [name, redactTarget(value)];
}

/** Whatever looks like a query in it: a target, and the Referer that names one. */
function redactTarget(target: string): string {
  const mark = target.indexOf("?");
  if (mark === -1) return target;
  return target.slice(0, mark + 1) + redactPairs(target.slice(mark + 1));
}

function redactBody(body: string): string {
  if (body.trimStart().startsWith("{") || body.trimStart().startsWith("[")) return redactJson(body);
  if (body.startsWith("--")) return redactParts(body);
  return redactPairs(body);
}

function redactPairs(text: string): string {
  return text
    .split("&")
    .map((pair) => {
      const equals = pair.indexOf("=");
      const name = equals === -1 ? pair : pair.slice(0, equals);
      return equals !== -1 && SECRET_NAMES.test(decodePercent(name, "keep")) ? `${name}=${REDACTED}` : pair;
    })
    .join("&");
}

/** Strings and numbers behind a secret's name; the rest of the text stays byte for byte. */
function redactJson(text: string): string {
  return text.replaceAll(/"((?:[^"\\]|\\.){1,200})"(\s*:\s*)("(?:[^"\\]|\\.)*"|[0-9][0-9.eE+-]*)/g, (all, name: string, colon: string) =>
    SECRET_NAMES.test(name) ? `"${name}"${colon}"${REDACTED}"` : all,
  );
}

/** The content of multipart parts with a secret's name. */
function redactParts(text: string): string {
  return text.replaceAll(
    /(\bname="([^"\r\n]{1,200})"[^\r\n]*\r\n(?:[^\r\n]{1,1000}\r\n){0,20}\r\n)([^\r]*)/g,
    (all, start: string, name: string) => (SECRET_NAMES.test(name) ? `${start}${REDACTED}` : all),
  );
}
