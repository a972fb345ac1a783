// Splitting of headers and responses: a line break in a value, and behind it what HTTP would read as a line of its own.
import { byteSet } from "../../text/index.ts";
import { createBreaks } from "../breaks.ts";
import type { Detector, Finding } from "../contract.ts";
import { finding, surer } from "../finding.ts";

const CWE_SPLITTING = 113;

export const headerDetector: Detector = { name: "header", sparesDocuments: true, needs: byteSet("\r\n"), find: findSplitting };

/** Headers that an intruder adds to a response or a request; the others only disturb. */
const HEADERS: ReadonlySet<string> = new Set([
  "set-cookie", "location", "content-type", "content-length", "transfer-encoding", "refresh", "link", "content-security-policy", "x-xss-protection",
  "access-control-allow-origin", "access-control-allow-credentials", "content-disposition", "content-encoding", "status", "host", "connection",
  "x-forwarded-for", "x-forwarded-host", "x-http-method-override", "cookie", "authorization", "cache-control", "last-modified", "set-cookie2", "x-injected", "etag", "date", "server", "x-original-url", "x-rewrite-url", "strict-transport-security", "content-security-policy-report-only", "content-language", "content-location", "content-range", "content-md5", "content-script-type",
  "access-control-allow-methods", "access-control-allow-headers", "access-control-expose-headers", "access-control-max-age", "access-control-allow-private-network", "cross-origin-opener-policy", "cross-origin-embedder-policy", "cross-origin-resource-policy",
  "permissions-policy", "feature-policy", "referrer-policy", "clear-site-data", "alt-svc", "report-to", "reporting-endpoints", "nel", "sourcemap", "timing-allow-origin", "accept-ranges", "accept-ch", "www-authenticate", "proxy-authenticate", "proxy-authorization",
  "authentication-info", "public-key-pins", "expect-ct", "origin-agent-cluster", "surrogate-control", "cdn-cache-control", "retry-after", "keep-alive", "set-login", "sec-websocket-accept", "sec-websocket-protocol", "server-timing", "p3p", "pragma", "expires", "age", "vary", "via", "warning", "allow", "upgrade", "trailer", "mime-version", "transfer-encoding", "te",
]); // biome-ignore format: one table

const NAME_BYTES_MAX = 40;
/** Somebody who pastes a message or a log pastes several lines. */
const PASTED_LINES_MIN = 4;
/** Lines looked at; a longer text is a document. */
const LINES_MAX = 2_000;

/** Finds lines of HTTP behind a line break; linear in the value's length. */
export function findSplitting(value: string): Finding | undefined {
  let best: Finding | undefined;
  let lines = 0;
  const breaks = createBreaks(value);
  for (let at = breaks.next(0); at < value.length && lines < LINES_MAX; lines++) {
    let next = at + 1;
    while (next < value.length && value.charCodeAt(next) <= 0x20) next++;
    // Behind a longer text only the lines below are looked for.
    if (at <= WORD_BYTES_MAX || BEGINNINGS.has(beginningOf(value, next))) best = surer(best, judgeLine(value, at, next));
    at = breaks.next(next);
  }
  if (best === undefined || best.weight < 4 || lines < PASTED_LINES_MIN || !isText(value)) return best;
  return { ...best, weight: 3 };
}

/** What a start line and the headers above begin with: three bytes each. */
const BEGINNINGS: ReadonlySet<number> = new Set(
  [...HEADERS, "http/", "get", "post", "put", "delete", "head", "options"].map((word) => beginningOf(word, 0)),
);

/** Three bytes in one number, letters in lower case. */
function beginningOf(text: string, at: number): number {
  return ((text.charCodeAt(at) | 0x20) << 16) | ((text.charCodeAt(at + 1) | 0x20) << 8) | (text.charCodeAt(at + 2) | 0x20);
}

/** Longest first line that is looked at, in bytes. */
const FIRST_LINE_BYTES_MAX = 120;

/** A message that somebody shows begins with a sentence or with its own first line; an injected one stands behind a word, or behind nothing. */
function isText(value: string): boolean {
  const head = value.slice(0, FIRST_LINE_BYTES_MAX);
  const end = head.search(/[\r\n]/);
  const line = end < 0 ? head : head.slice(0, end);
  return line.trim().indexOf(" ") > 0 || isPasted(value);
}

function judgeLine(value: string, breakAt: number, start: number): Finding | undefined {
  const head = value.slice(start, start + NAME_BYTES_MAX).toLowerCase();
  if (/^http\/\d(?:\.\d)?\s+\d{3}/.test(head)) return finding("header.response", breakAt < 64 ? 5 : 4, CWE_SPLITTING, value, breakAt);
  if (/^(?:get|post|put|delete|head|options)\s+\S+\s+http\/\d/.test(value.slice(start, start + 200).toLowerCase()))
    return finding("header.request", 4, CWE_SPLITTING, value, breakAt);
  const isShort = breakAt <= WORD_BYTES_MAX && ALONE.test(value.slice(0, breakAt));
  if (isShort && STORE_COMMAND.test(value.slice(start, start + NAME_BYTES_MAX)))
    return finding("header.command", 4, CWE_SPLITTING, value, breakAt);
  const colon = head.indexOf(":");
  if (colon <= 0) return undefined;
  const name = head.slice(0, colon).trimEnd();
  // A header of nobody's, behind one word and right at the line's beginning.
  if (isShort && start - breakAt <= 3 && /^x-[a-z][a-z-]{2,}$/.test(name)) return finding("header.line", 4, CWE_SPLITTING, value, breakAt);
  if (isShort && start - breakAt <= 3 && CLIMBS.test(value.slice(0, breakAt)) && /^[a-z][a-z\d]{1,20}(?:-[a-z\d]{1,20}){1,4}$/.test(name))
    return finding("header.line", 4, CWE_SPLITTING, value, breakAt);
  if (isShort && name === "set-cookie") return finding("header.line", 4, CWE_SPLITTING, value, breakAt);
  if (!HEADERS.has(name)) return undefined;
  if (value.slice(start + colon + 1, start + colon + 4).trim() === "") return undefined;
  // A header begins its line; an indented one belongs to a program or a list (RFC 9112 §5.2 would join it to the line before).
  if (isShort && start - breakAt <= 3 && isTold(value, breakAt, name, value.slice(start + colon + 1, start + colon + 1 + VALUE_BYTES)))
    return finding("header.line", 4, CWE_SPLITTING, value, breakAt);
  const before = value.charCodeAt(start - 1);
  if ((before === 0x20 || before === 0x09) && breakAt > 2) return finding("header.line", 2, CWE_SPLITTING, value, breakAt);
  if (EVERYDAY.has(name)) return finding("header.line", 2, CWE_SPLITTING, value, breakAt);
  // Words of every day, and what e-mails hold as well, need the break right at the beginning of the value, as an injected one has it.
  if (breakAt <= 2) return finding("header.line", 5, CWE_SPLITTING, value, breakAt);
  if (COMMON.has(name)) return finding("header.line", 2, CWE_SPLITTING, value, breakAt);
  return finding("header.line", isPasted(value) ? 3 : 4, CWE_SPLITTING, value, breakAt);
}

/** One word before the break, blanks and nothing else, or an address and blanks. */
const ALONE = /^(?:\S*|\s+|[^\s/=?&%]{0,128}[/=?&%]\S*\s{1,8})$/;
/** `host/..`: an address that ends in steps up, as servers that add a slash have it redirected. */
const CLIMBS = /\/(?:\.{1,2}|%2e{1,2}|%2f)(?:\/|%2f)?$|\/\.\.\/?$/i;

/** Longest word in front of a break that is a field's own value, in bytes. */
const WORD_BYTES_MAX = 128;
/** What caches and stores that read lines would obey. */
const STORE_COMMAND =
  /^(?:slaveof|replicaof)\s+\S|^flush(?:all|db|_all)\b|^config\s+(?:set|get)\s|^(?:set|add|replace)\s\S{1,40}\s\d{1,6}\s\d{1,9}\s\d|^module\s+load\s|^\*\d\r?\n\$\d|^stats\s*[\r\n]|^eval\s["']/i;

const VALUE_BYTES = 80;
/** What the headers hold that share their name with words of every day, or with lines of a mail. */
const VALUES: ReadonlyMap<string, RegExp> = new Map([
  ["location", /^\s?(?:https?:\/\/|\/{1,2}[\w.]|javascript:|data:|\\)/i],
  ["refresh", /^\s?\d{1,6}\s?[;,]\s?url=/i],
  ["link", /^\s?</],
  ["host", /^\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}(?::\d{1,5})?\s*(?:$|[\r\n])/i],
  ["status", /^\s?[1-5]\d\d(?:\s|$)/],
  ["connection", /^\s?(?:close|keep-alive|upgrade)\b/i],
  ["upgrade", /^\s?(?:h2c?|websocket|tls)\b/i],
  ["content-type", /^\s?(?:text|image|application|multipart|message|audio|video)\/[\w.+-]/i],
  ["content-length", /^\s?\d{1,12}\s*(?:$|[\r\n])/],
  ["content-encoding", /^\s?(?:gzip|deflate|br|zstd|identity|x-)/i],
  ["content-disposition", /^\s?(?:attachment|inline)\b/i],
  ["authorization", /^\s?(?:basic|bearer|digest|negotiate|ntlm)\s/i],
  ["proxy-authorization", /^\s?(?:basic|bearer|digest|negotiate|ntlm)\s/i],
  ["date", /^\s?(?:mon|tue|wed|thu|fri|sat|sun), \d/i],
  ["expires", /^\s?(?:0|-1|(?:mon|tue|wed|thu|fri|sat|sun), \d)/i],
  ["pragma", /^\s?no-cache/i],
  ["vary", /^\s?(?:\*|accept|origin|cookie|user-agent|x-)/i],
  ["via", /^\s?(?:http\/)?\d\.\d /i],
  ["allow", /^\s?(?:get|post|put|head|options|delete|patch|trace)\b/i],
  ["trailer", /^\s?[a-z]+-[a-z]/i],
  ["warning", /^\s?\d{3} /],
]);

/** The value of a header that nobody writes by accident; behind something that is no title, for a place may have a link as well. */
function isTold(value: string, breakAt: number, name: string, text: string): boolean {
  const known = VALUES.get(name);
  if (known === undefined) return !PLAIN.has(name);
  return known.test(text) && !/^[A-Z][^/=%&?\s]{3,}$/.test(value.slice(0, breakAt));
}

/** Words of every day, whatever they are followed by. */
const PLAIN: ReadonlySet<string> = new Set([
  "age",
  "server",
  "cookie",
  "te",
  "status",
  "warning",
  "nel",
  "via",
  "cache-control",
  "last-modified",
  "mime-version",
  "etag",
]);

/** Of those, the ones that lists and notes have at the beginning of a line: nothing but their value tells. */
const EVERYDAY: ReadonlySet<string> = new Set(["age", "allow", "expires", "upgrade", "via", "vary", "warning", "trailer", "te", "nel", "mime-version", "pragma", "retry-after", "keep-alive"]); // biome-ignore format: one table

const COMMON: ReadonlySet<string> = new Set(["date", "status", "location", "link", "host", "server", "connection", "refresh", "content-type", "content-disposition", "content-encoding", "content-length", "authorization"]); // biome-ignore format: one table

/** A message that was copied begins with a line of its own kind: a header, a boundary, a start line. */
function isPasted(value: string): boolean {
  return /^\s{0,8}(?:[\w-]{2,40}:\s|--|```|HTTP\/\d|[<>$#] )/.test(value.slice(0, 64)) && !/^\s{0,8}https?:/i.test(value.slice(0, 16));
}
