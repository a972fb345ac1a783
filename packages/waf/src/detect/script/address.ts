// Web addresses that run what stands in them: `javascript:` and its kin, `data:` with a type that is rendered (WHATWG URL, RFC 2397).
import { byteSet, findByte } from "../../text/index.ts";
import { decodeEntities } from "../entities.ts";
import { looksLikeCode } from "./code.ts";
import { nextMark } from "./lexer.ts";

/** The longest beginning of an address that is folded before its scheme is read, in bytes. */
const HEAD_BYTES_MAX = 512;

const SCRIPT_SCHEMES: readonly string[] = ["javascript:", "vbscript:", "livescript:", "mocha:", "jscript:", "jar:", "view-source:javascript:", "feed:javascript:"]; // biome-ignore format: one line
const LIVE_TYPES: readonly string[] = ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml", "text/xsl", "text/javascript", "application/javascript", "application/x-javascript", "text/vbscript", "application/ecmascript", "text/ecmascript", "text/html-sandboxed"]; // biome-ignore format: one line

/** `javascript:void(0)`, `javascript:;`: links that do nothing, as pages have them in masses. */
const IDLE = /^javascript:(?:void\(?0?\)?|false|true)?;{0,2}$/;
/** The same at the beginning of a text that goes on. */
const IDLE_START = /^javascript:\s{0,4}(?:void\s?\(\s?0\s?\)|;)\s?;{0,2}(?:["'\\\s<>,]|$)/i;

export type AddressKind = "script" | "data";

/** Judges the value of an attribute that holds an address: everything before the scheme that a browser ignores is taken off. */
export function judgeAddress(value: string): AddressKind | undefined {
  const folded = foldAddress(value.length > HEAD_BYTES_MAX ? value.slice(0, HEAD_BYTES_MAX) : value);
  if (folded.indexOf(":") < 0) return undefined;
  if (SCRIPT_SCHEMES.some((scheme) => folded.startsWith(scheme))) return IDLE.test(folded) ? undefined : "script";
  if (folded.startsWith("data:")) return isLiveData(folded) ? "data" : undefined;
  return undefined;
}

/** `data:` is harmless for pictures and plain text. */
function isLiveData(folded: string): boolean {
  const comma = folded.indexOf(",");
  const type = folded.slice(5, comma < 0 ? undefined : comma);
  if (LIVE_TYPES.some((live) => type.startsWith(live))) return true;
  // Without a type it is text/plain for a page, and a script for a script element.
  return comma >= 0 && (type === "" || type.startsWith(";")) && looksLikeCode(folded.slice(comma + 1));
}

/** In a text, a picture with its address is a picture: what may stand in it is looked at under its Base64. */
function isLivePage(folded: string): boolean {
  return isLiveData(folded) && !folded.startsWith("data:image/svg+xml;") && !/^data:[;,]/.test(folded);
}

/** A browser strips leading C0 controls and spaces, and tabs and newlines anywhere (WHATWG URL §4.4); references are read first. */
function foldAddress(value: string): string {
  let text = decodeEntities(value);
  if (text.indexOf("&") >= 0) text = decodeEntities(text);
  if (text.indexOf("\\") >= 0)
    text = text.replace(/\\(?:u00|x)([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  let out = "";
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x20 && code !== 0x7f && code !== 0x22 && code !== 0x27 && code !== 0x60) out += text.charAt(at);
  }
  return out.toLowerCase();
}

/** Where a script address stands in a text that is no attribute; only one with code behind it counts, because the word occurs in prose. */
export function findScriptAddress(value: string): { readonly at: number; readonly kind: AddressKind } | undefined {
  let sign = -1;
  for (let colon = value.indexOf(":"); colon >= 0; colon = nextMark(value, colon, ":")) {
    if (mayBeScript(value, colon)) {
      if (sign <= colon) sign = nextSign(value, colon + 1);
      if (sign > colon + CODE_BYTES_MAX) continue;
      const start = schemeStart(value, colon);
      const scheme = foldAddress(value.slice(start, colon + 1));
      if (IDLE_START.test(value.slice(start, start + 48))) continue;
      if ((scheme.endsWith("javascript:") || scheme.endsWith("vbscript:")) && isRun(value.slice(colon + 1, colon + 1 + CODE_BYTES_MAX)))
        return { at: start, kind: "script" };
    } else if (mayBeData(value, colon) && isLivePage(foldAddress(value.slice(colon - 4, colon - 4 + TYPE_BYTES_MAX)))) {
      return { at: colon - 4, kind: "data" };
    }
  }
  return undefined;
}

/** How far the code behind a scheme is looked at, and the type of a data address. */
const CODE_BYTES_MAX = 200;
const TYPE_BYTES_MAX = 48;

/** `…pt:`, perhaps with controls in it. */
function mayBeScript(value: string, colon: number): boolean {
  const last = value.charCodeAt(colon - 1);
  const before = value.charCodeAt(colon - 2);
  return ((last | 0x20) === 0x74 && ((before | 0x20) === 0x70 || before <= 0x20)) || (last < 0x20 && (before | 0x20) === 0x74);
}

/** `data:` and the beginning of a type that is rendered. */
function mayBeData(value: string, colon: number): boolean {
  if ((value.charCodeAt(colon - 1) | 0x20) !== 0x61 || (value.charCodeAt(colon - 2) | 0x20) !== 0x74) return false;
  const next = value.charCodeAt(colon + 1) | 0x20;
  return (next === 0x74 || next === 0x69 || next === 0x61 || next === 0x20) && value.slice(colon - 4, colon).toLowerCase() === "data";
}

/** Longest spelling of a scheme with what may be hidden in it, in bytes. */
const SCHEME_BYTES_MAX = 64;

function schemeStart(value: string, colon: number): number {
  let start = colon;
  while (start > 0 && colon - start < SCHEME_BYTES_MAX && isSchemePart(value.charCodeAt(start - 1))) start--;
  return start;
}

/** Letters, and the controls that a browser drops; a space ends a word of prose. */
function isSchemePart(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code < 0x20;
}

/** Bytes without one of which nothing is called, assigned, or escaped. */
const SIGNS = byteSet("([{!+~/=`&");

function nextSign(value: string, from: number): number {
  const at = findByte(value, SIGNS, from);
  return at < 0 ? value.length + CODE_BYTES_MAX : at;
}

/** Statements and expressions by what they begin with; a word of prose has no bracket at its end. */
const STATEMENT =
  /^(?:(?:void|typeof|delete|throw|return|await|do|new|yield)\s[!~+(-]{0,3}[\w$.]{1,40}[([`={]|(?:var|let|const)\s[\w$]{1,40}\s?=|new\s(?:class|function)\b|(?:try|do)\s?\{|(?:async\s)?function\b[\s\w$]{0,40}\(|class\b[\s\w$]{0,40}\{|(?:if|for|while|with|switch)\s?\(|\d{1,9}\s(?:instanceof|in)\b|[\w$]{1,20}[,:;]\s?[\w$.]{2,40}[(`=]|[\w$.]{2,60}[-+|]=|`[^`\n]{0,80}`\s?[.;,+[(-]|\/[^/\s]{1,40}\/[a-z]{0,4}\.\w|<!--)/;

/** Code stands right behind the colon, and goes on to a call or an assignment before the next blank. */
function isRun(rest: string): boolean {
  const text = decodeEntities(rest)
    .replace(/[\t\n\r]/g, "")
    .trimStart();
  // Nothing but marks of a program: letters of other scripts stand for names.
  if (/^[([{!+~]/.test(text) && rest.charCodeAt(0) > 0x20) return true;
  if (STATEMENT.test(text)) return true;
  if (text.startsWith("//") || text.startsWith("/*")) return true;
  if (/^(?:var|let|const)\s?[{[][^\n]{0,80}=/.test(text)) return true;
  if (!looksLikeCode(text)) return false;
  const word = text.slice(0, 160).split(/\s/, 1)[0] ?? "";
  return /[(=[]|`[^`]*`/.test(word) || /^\w+\s*\(/.test(text);
}
