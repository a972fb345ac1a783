// Addresses written so that whoever checks them and whoever follows them take different hosts (WHATWG URL §4.4, RFC 3986 §3.2).
import type { Finding } from "../contract.ts";
import { finding } from "../finding.ts";

/** CWE-601: redirection to an untrusted site. */
const CWE = 601;
/** Longest address that is looked at, in bytes. */
const ADDRESS_BYTES_MAX = 400;

/** Line ends may be hidden up to here: behind a scheme. */
const SCHEME_BYTES_MAX = 16;

const ROWS: readonly RegExp[] = [
  // `///host`, `/\host`, `\/\/host`, `//;@host`: slashes that no page writes.
  /^(?:\/{3,}|\/\\|\\\/|\\{1,2}\/|\/\t|\/%(?:09|0a|0d|5c|2f)|\/{1,4};@)[\\/]{0,6}(?:%5c|%09|[\s\\/]){0,8}(?:[\w.-]{1,80}@)?[\w-]{1,63}(?:\.[\w-]{1,63}){0,6}\.[a-z]{2,12}(?:[\\/:?#%]|$)/i,
  // `\\\\host`: slashes to a browser, and a share where something follows that.
  /^\\\\[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\.(?!local$|lan$|corp$|home$|internal$|intra)[a-z]{2,12}[\\/]?$/i,
  // `/.//host`, `/;//host`: slashes are what is left of the path.
  /^\/(?:\.{1,2}|;|%2e){1,2}[\\/]{2,8}[\w-]{1,63}(?:\.[\w-]{1,63}){0,6}\.[a-z]{2,12}(?:[\\/:?#%]|$)/i,
  // `https://host\.good.example`: browsers take the backslash for a slash. A pattern for hosts has one before every dot.
  /^(?:https?:)?\/\/(?:[\w-]{1,63}\.){1,6}[\w-]{2,63}(?::\d{1,5})?\\{1,4}[.@/\w]/i,
  // `/https://host`, `//https:host`: a path that is an address.
  /^\/{1,4}(?:%5c)?https?:(?:\/|[\w-]+\.\w)/i,
  // `https:host`, `https:/host`, `https:///host`.
  /^https?:(?:\/{3,}|\/(?=\w)|(?=[\w@[:;\\>.%-]))[^/\s][^\s]{2,}$/i,
  // `http://www.good.example@host/`: a host's name, or marks, in the place of a user's.
  /^(?:https?:)?\/{2,}(?:[^\s/?#@:]*\.[a-z]{2,10}(?::\d{2,5})?|[^\s/?#@]*[;+\\>%&][^\s/?#@]*|\[[\w.:-]{3,80}\]|[^\s/?#@]*\xe2\x80[\xa8\xa9][^\s/?#@]*|:)(?:@|%40)[^\s/]/i,
  /^(?:https?:)?\/\/[^\s/?#]*(?:[?#\\]|:\d+[?#])[^\s/]*@/i,
  // `//host/%2f..`, `//host/%2e%2e`, `//host/..`.
  /^(?:https?:)?\/{2,}[^\s/?#]{3,}\/{1,2}(?:%2f|%2e|\.|%5c){1,4}(?:%2f|%2e|[./])*$/i,
  // `http://\host`, `http://%5chost`, `http://%0d%0ahost`.
  /^https?:\/\/(?:[\\\t\r\n]|%5c|%0[9ad])/i,
  // Right-to-left marks, and parts of a name that are spelled in per cent.
  /^(?:https?:)?\/\/[^\s/?#]*(?:%e2%80%ae|\xe2\x80\xae|%2e)/i,
  // `@host`, `:80@host`: what stands before it in the page becomes the user.
  /^(?::\d{1,5})?@[\w-]{2,40}\.(?:com|net|org|io|pw|tld|xyz|ru|cn)$/i,
];

/** `0xd83ad6ce`, `[::ffff:1.2.3.4]`, `472.314.470.462`: numbers that only machines read as an address. */
const NUMBER =
  /^(?:https?:)?\/{0,2}(?:[^\s/?#]*@)?(?:0x[\da-f]{1,10}(?:\.(?:0x)?[\da-f]+){0,3}|0\d{2,14}(?:\.(?:0x)?[\da-f]+){0,3}|\d{8,10}|\d{1,3}\.\d{3,}\.\d{3,}\.\d{3}|\[::(?:ffff:)?\d+\.\d+\.\d+\.\d+\])(?:[:/?#]|$)/i;
const OVERFLOW = /\/\/(?:[^\s/?#]*@)?(?:\d{1,4}\.){0,3}(?:25[6-9]|2[6-9]\d|[3-9]\d\d)\.\d{1,4}/;

/** One of these stands in whatever `findDisguise` finds, or else two slashes or a scheme do. */
export const DISGUISE_WORDS: readonly string[] = ["/\\", "\\/", "\\\\", "/\t", "/\r", "/\n", "/%", "/;@", "/http", "@"];

/** Blanks and control bytes, which whoever follows an address takes off its ends and out of its middle (WHATWG URL §4.4). */
const PASSED_OVER = /^[\x00-\x20\x7f]{1,16}/;
const BREAKS = /[\t\r\n]/g;
/** What checks look for at the beginning, and do not find. */
const ADDRESS = /^(?:https?:)?(?:\/\/|\/\\|\\[\\/])[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}(?:[\\/:?#]|$)/i;

/** An address behind bytes that are passed over: a check of its beginning sees something else. Blanks before a whole one come by pasting. */
function findPassedOver(value: string): Finding | undefined {
  const [ahead = ""] = PASSED_OVER.exec(value) ?? [];
  const rest = value.slice(ahead.length);
  const plain = rest.slice(0, HEAD_BYTES_MAX).replace(BREAKS, "") + rest.slice(HEAD_BYTES_MAX);
  if (plain.length === value.length || plain.indexOf(" ") >= 0 || !ADDRESS.test(plain)) return undefined;
  const isPasted = rest === plain && /^[\s]*$/.test(ahead) && /^https?:\/\/\w/i.test(plain);
  return isPasted ? undefined : finding("ssrf.disguise", 4, CWE, value);
}

/** Breaks are looked for up to here: in a scheme, and between slashes. */
const HEAD_BYTES_MAX = 12;

/** A value that is one address and hides where it leads. Bounded: longer values are not looked at. */
export function findDisguise(value: string): Finding | undefined {
  if (value.length > ADDRESS_BYTES_MAX || value.length < 6) return undefined;
  return (mayBePassedOver(value) ? findPassedOver(value) : undefined) ?? findPlain(value);
}

/** A control byte or a blank within the first bytes. */
function mayBePassedOver(value: string): boolean {
  for (let at = 0; at < HEAD_BYTES_MAX && at < value.length; at++) if (value.charCodeAt(at) <= 0x20) return true;
  return false;
}

function findPlain(value: string): Finding | undefined {
  if (value.indexOf(" ") >= 0 || value.indexOf("\n", SCHEME_BYTES_MAX) >= 0) return undefined;
  const first = value.charCodeAt(0) | 0x20;
  // `h`, `/`, `\`, `@`, `:`.
  if (first !== 0x68 && first !== 0x2f && first !== 0x7c && first !== 0x60 && first !== 0x3a) return undefined;
  if (ROWS.some((row) => row.test(value))) return finding("ssrf.disguise", 4, CWE, value);
  const isAddress = first === 0x68 && value.charCodeAt(4) !== 0x2f && /^https?:/i.test(value);
  if (isAddress && (NUMBER.test(value) || OVERFLOW.test(value.slice(0, 80)))) return finding("ssrf.disguise", 4, CWE, value);
  return hasOddLetters(value) ? finding("ssrf.disguise", 4, CWE, value) : undefined;
}

/** Letters in circles, mathematical ones and full-width dots, which a resolver folds to plain ones (UTS 46). */
function hasOddLetters(value: string): boolean {
  const host = /^(?:https?:)?\/{2,}([^\s/?#]{3,200})/i.exec(value)?.[1] ?? "";
  if (!/[\xe2\xef\xf0]/.test(host)) return false;
  const text = Buffer.from(host, "latin1").toString("utf8");
  return /^[\x00-\x7f]+$/.test(text.normalize("NFKC").replaceAll("\u3002", "."));
}
