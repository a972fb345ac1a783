// JavaScript as an attacker writes it into a page: a call of something that acts, behind what ends the string it was put into.
// Names are compared with case, as the language does: `Confirm (yes/no)` and `Open(24h)` are prose.
import { bytesOf } from "../../text/index.ts";
import type { Finding } from "../contract.ts";
import { finding, surer } from "../finding.ts";
import { isHandedOn } from "./handed.ts";
import { endOfCallee, isWord, lastSolid, nextSolid, WORD } from "./lexer.ts";

/** `call`: acts when called. `string`: acts when called with a text. `page`: a thing of the page whose members matter. `global`: a name for the global object. `load`: acts with an address. `maker`: makes functions. `tag`: calls what stands in a template. */
type Role = "call" | "string" | "load" | "quiet" | "page" | "global" | "maker" | "tag";

const WORDS: ReadonlyMap<string, Role> = new Map<string, Role>([
  ["alert", "call"], ["confirm", "call"], ["prompt", "call"], ["eval", "call"], ["execScript", "call"], ["importScripts", "call"],
  ["atob", "call"], ["Function", "string"], ["setTimeout", "string"], ["setInterval", "string"], ["setImmediate", "string"], ["import", "load"],
  ["fetch", "quiet"], ["print", "quiet"], ["open", "quiet"], ["unescape", "quiet"], ["XMLHttpRequest", "quiet"], ["Worker", "quiet"],
  ["fromCharCode", "quiet"], ["sendBeacon", "quiet"], ["getScript", "quiet"], ["createElement", "quiet"], ["write", "quiet"], ["writeln", "quiet"],
  ["document", "page"], ["location", "page"], ["localStorage", "page"], ["sessionStorage", "page"], ["navigator", "page"],
  ["window", "global"], ["self", "global"], ["top", "global"], ["parent", "global"], ["frames", "global"], ["globalThis", "global"], ["this", "global"],
  ["constructor", "maker"], ["call", "tag"], ["apply", "tag"], ["bind", "tag"],
]); // biome-ignore format: one table

/** Shortest and longest of the words, in bytes. */
const WORD_BYTES_MIN = 3;
const WORD_BYTES_MAX = 14;
/** By a word's first and last byte, a bit for each length that a word of the table with these ends has. */
const LENGTHS = new Uint16Array(1 << 12);
for (const word of WORDS.keys()) {
  const ends = endsOf(word.charCodeAt(0), word.charCodeAt(word.length - 1));
  LENGTHS[ends] = (LENGTHS[ends] ?? 0) | (1 << word.length);
}

/** Words of this language begin and end with letters; other bytes share their places. */
function endsOf(first: number, last: number): number {
  return ((first & 63) << 6) | (last & 63);
}

const PAGE_MEMBERS: ReadonlySet<string> = new Set(["cookie", "domain", "write", "writeln", "location", "URL", "documentURI", "referrer", "body", "href", "hash", "replace", "assign", "createElement", "defaultView", "getItem", "sendBeacon", "forms", "scripts", "baseURI"]); // biome-ignore format: one line

const CWE_SCRIPT = 79;
/** A value longer than this that begins with a call is a program or a text, not an injected expression. */
const EXPRESSION_BYTES_MAX = 400;

/** Finds code that acts; the weight says how it stands: 5 behind a broken string, 4 as the whole value, 2 and 3 in a longer text. */
export function findCode(value: string): Finding | undefined {
  let best: Finding | undefined;
  let exit: Exit | undefined;
  const bytes = bytesOf(value);
  for (let at = 0; at < value.length; ) {
    while (at < value.length && WORD[bytes[at] as number] === 0) at++;
    const start = at;
    while (at < value.length && WORD[bytes[at] as number] === 1) at++;
    if (at - start < WORD_BYTES_MIN || at - start > WORD_BYTES_MAX) continue;
    // Nearly every other word is told from these by its ends and its length.
    if (((LENGTHS[endsOf(bytes[start] ?? 0, bytes[at - 1] ?? 0)] ?? 0) & (1 << (at - start))) === 0) continue;
    const role = WORDS.get(value.slice(start, at));
    if (role === undefined) continue;
    const kind = act(value, start, at, role);
    if (kind === undefined) continue;
    exit ??= exitOf(value);
    best = surer(best, finding(`script.${kind.name}`, weigh(value, start, kind, isOutside(value, start, exit)), CWE_SCRIPT, value, start));
    if (best?.weight === 5) return best;
  }
  return best;
}

interface Act {
  readonly name: "call" | "member" | "maker" | "reference";
  /** How sure where the whole value is the expression. */
  readonly alone: 2 | 3 | 4;
  /** How sure in a longer text. */
  readonly within: 1 | 2 | 3;
}

const CALL: Act = { name: "call", alone: 4, within: 2 };
const CALL_HOSTILE: Act = { name: "call", alone: 4, within: 3 };
const CALL_QUIET: Act = { name: "call", alone: 2, within: 1 };
const MEMBER: Act = { name: "member", alone: 3, within: 1 };
/** Any member of it that is set. */
const MEMBER_SET: Act = { name: "member", alone: 2, within: 1 };
const MEMBER_COMPUTED: Act = { name: "member", alone: 4, within: 3 };
const MEMBER_CALLED: Act = { name: "member", alone: 4, within: 1 };
const MAKER: Act = { name: "maker", alone: 4, within: 3 };
const REFERENCE: Act = { name: "reference", alone: 4, within: 3 };

/** What the word between `start` and `end` does there. */
function act(value: string, start: number, end: number, role: Role): Act | undefined {
  const next = nextSolid(value, end);
  const code = value.charCodeAt(next);
  if (role === "page" || role === "global") return actOfThing(value, end, role);
  if (role === "tag")
    return value.charCodeAt(start - 1) === 0x2e && code === 0x60 && /^`[^`\n]{0,80}`/.test(value.slice(next, next + 84))
      ? MAKER
      : undefined;
  if (role === "call" && isNamed(value, start, end)) return MEMBER_COMPUTED;
  const call = endOfCallee(value, end);
  if (call >= 0) {
    if (role === "maker") return opensText(value, call) || value.charCodeAt(call) === 0x60 ? MAKER : undefined;
    if (value.charCodeAt(call) === 0x60 && !isTemplate(value, call)) return undefined;
    if (role === "load")
      return /^\(\s{0,8}["'`](?:\/\/|https?:|data:|blob:|[\w-]{2,40}\.(?!(?:[cm]?[jt]sx?|json|s?css|vue|wasm)["'`/])[a-z]{2,8}["'`/])/.test(
        value.slice(call, call + 24),
      )
        ? CALL_HOSTILE
        : undefined;
    if (role === "call") return isHostileArgument(value, call) ? CALL_HOSTILE : CALL;
    if (role === "string")
      return opensText(value, call) || value.charCodeAt(call) === 0x60 || isHostileArgument(value, call) ? CALL_HOSTILE : CALL_QUIET;
    if (/^\(\s{0,4}["'`](?:https?:)?\/\//.test(value.slice(call, call + 16)) && value.slice(start, end) === "getScript")
      return CALL_HOSTILE;
    // `createElement("script")`
    if (/^\(\s{0,4}["'`](?:script|iframe|object|embed)["'`]/i.test(value.slice(call, call + 24))) return CALL_HOSTILE;
    return isHostileArgument(value, call) ? MEMBER : CALL_QUIET;
  }
  // `constructor.constructor`, `["constructor"]["constructor"]`
  if (role === "maker") return /^["'\]]{0,2}(?:\.|\[["'])constructor/.test(value.slice(end, end + 20)) ? MAKER : undefined;
  // `[1].some(alert)`, `onerror=eval`
  if (role !== "call") return undefined;
  if ((code === 0x29 || code === 0x3b || code === 0x7d || code === 0x2c) && isHandedOver(value, start)) return REFERENCE;
  return isHandedOn(value, start, end) ? REFERENCE : undefined;
}

/** `content["alert"](1)`: a member by its name in a text, called. */
function isNamed(value: string, start: number, end: number): boolean {
  const quote = value.charCodeAt(start - 1);
  if ((quote !== 0x22 && quote !== 0x27 && quote !== 0x60) || value.charCodeAt(end) !== quote) return false;
  if (value.charCodeAt(lastSolid(value, start - 1)) !== 0x5b || value.charCodeAt(nextSolid(value, end + 1)) !== 0x5d) return false;
  const call = value.charCodeAt(nextSolid(value, nextSolid(value, end + 1) + 1));
  return call === 0x28 || call === 0x60;
}

function actOfThing(value: string, end: number, role: "page" | "global"): Act | undefined {
  // Blanks, comments and a bracket may stand between a name and its member.
  let at = nextSolid(value, end);
  if (value.charCodeAt(at) === 0x29 && at === end) at = nextSolid(value, at + 1);
  if (value.charCodeAt(at) === 0x3f && value.charCodeAt(at + 1) === 0x2e) at += value.charCodeAt(at + 2) === 0x5b ? 2 : 1;
  const code = value.charCodeAt(at);
  if (code === 0x5b) {
    const inner = value.charCodeAt(nextSolid(value, at + 1));
    // A text, a pattern or a template as the member's name: nobody writes `document["cookie"]` who need not hide it.
    if (inner === 0x22 || inner === 0x27 || inner === 0x60 || inner === 0x2f || inner === 0x5c) return MEMBER_COMPUTED;
    // `top[8680439..toString(30)](1)`: a name that is computed and called.
    return role === "global" && /^\[[^\]\n]{1,80}\]{1,3}\s{0,4}[(`]/.test(value.slice(at, at + 96)) ? MEMBER_CALLED : undefined;
  }
  if (role === "global") return undefined;
  if (code === 0x3d && value.charCodeAt(at + 1) !== 0x3d) return /^=\s*(?:["'`]\s*(?:javascript|data|\/\/|https?:)|name\b|atob|String\.)/i.test(value.slice(at, at + 40)) ? MEMBER_COMPUTED : undefined; // biome-ignore format: one line
  if (code !== 0x2e) return undefined;
  const first = nextSolid(value, at + 1);
  let stop = first;
  while (stop < value.length && isWord(value.charCodeAt(stop))) stop++;
  if (!PAGE_MEMBERS.has(value.slice(first, stop))) return /^\s{0,4}=[^=>]/.test(value.slice(stop, stop + 6)) ? MEMBER_SET : undefined;
  // What a page shows, or where it goes, is set to a text.
  if (
    /^(?:\.\w{1,20}){0,2}\s{0,4}\+?=\s{0,4}["'`](?:<|https?:|\/\/|javascript:|data:)|^\s{0,4}\(\s{0,4}["'`](?:<|https?:|\/\/|javascript:|data:)/i.test(
      value.slice(stop, stop + 64),
    )
  )
    return MEMBER_COMPUTED;
  // Nobody writes a comment into `document.cookie` who need not hide it.
  return value.slice(end, first).indexOf("/*") >= 0 ? MEMBER_COMPUTED : MEMBER;
}

/** Is the word an argument of a method or the value of an assignment? */
function isHandedOver(value: string, start: number): boolean {
  const before = lastSolid(value, start);
  const code = value.charCodeAt(before);
  if (code === 0x3d) return isWord(value.charCodeAt(lastSolid(value, before)));
  if (code !== 0x28) return false;
  let at = before - 1;
  while (at >= 0 && before - at < 40 && isWord(value.charCodeAt(at))) at--;
  return value.charCodeAt(at) === 0x2e && before - at > 2;
}

/** A back-tick may end what Markdown shows as code; a template that is called with goes on at once and ends soon, without a blank. */
function isTemplate(value: string, at: number): boolean {
  return /^`[^`\s]{0,60}`/.test(value.slice(at, at + 64));
}

/** Is the first argument a text? `call` is where the bracket stands. */
function opensText(value: string, call: number): boolean {
  const code = value.charCodeAt(nextSolid(value, call + 1));
  return code === 0x22 || code === 0x27 || code === 0x60;
}

const HOSTILE_ARGUMENT = /^[(`]\s{0,4}(?:[("'`/]{0,2}\d{1,6}[)"'`/]|["'`/]?xss|document\b|location\b|window\b|origin\b|self\b|this\b|name\b|atob\b|String\.|unescape|\/[^/\s]{1,40}\/[.)]|\)|`)/i; // biome-ignore format: one line

/** What testers and thieves hand over: a number, `document.cookie`, `/xss/`, nothing. */
function isHostileArgument(value: string, call: number): boolean {
  return HOSTILE_ARGUMENT.test(value.slice(call, call + 60));
}

function weigh(value: string, start: number, kind: Act, isOut: boolean): Finding["weight"] {
  if (isOut) return kind.within >= 2 || kind.name === "member" ? 5 : 3;
  if (value.length > EXPRESSION_BYTES_MAX) return kind.within;
  if (isAlone(value, start) || (kind.name !== "member" && isLed(value, start))) return kind.alone;
  return kind.within;
}

/** A word of the language that has an expression behind it, a name that is given one, or a number and the end of its statement. */
const LEAD =
  /^[\s;,(){}!+~[-]{0,8}(?:\d{1,12}\s?[;,]\s?)?(?:(?:void|typeof|new|throw|return|await|delete|do|else|yield)\s{1,4}|(?:var|let|const)\s{1,4}[\w$]{1,24}=|new\s{1,4}(?:class\s?\{\s?constructor\s?\(\)|function\s?\(\))\s?\{\s?|new\s{1,4}\w{1,12}\((?:.{0,16}\)\.\w{1,12}\()?|for\s?\(\s?(?:(?:let|var|const)\s)?\w{1,8}\sof\s?\[){1,2}[(!+~-]{0,4}$/;
const LEAD_BYTES_MAX = 64;

function isLed(value: string, start: number): boolean {
  return start <= LEAD_BYTES_MAX && LEAD.test(value.slice(0, start));
}

/** Nothing but marks of the language, or one word without a blank, stands before it. */
function isAlone(value: string, start: number): boolean {
  let letters = 0;
  for (let at = 0; at < start; at++) {
    const code = value.charCodeAt(at);
    if (isWord(code)) letters++;
    else if (code <= 0x20 && letters > 0) return false;
  }
  return true;
}

/** Where a value leaves the string it was written into, and how many of that quote have been passed since. */
interface Exit {
  /** -1: nowhere. */
  readonly start: number;
  readonly quote: number;
  at: number;
  count: number;
}

/** The first quote that is at once followed by what only a program has there. */
function exitOf(value: string): Exit {
  let start = -1;
  for (const quote of ["'", '"', "`"]) {
    const at = value.indexOf(quote);
    if (at < 0 || (start >= 0 && at > start)) continue;
    const next = nextSolid(value, at + 1);
    if (next < value.length && BREAKERS[value.charCodeAt(next)] === 1) start = at;
  }
  return { start, quote: value.charCodeAt(start), at: start + 1, count: 0 };
}

/** How far behind a back-tick a call may stand. */
const TEMPLATE_BYTES_MAX = 80;

/** Two words, the first of which is none of the language. */
const PROSE =
  /(?:^|[^A-Za-z])(?!(?:let|var|const|new|function|class|async|await|throw|void|typeof|return|static|get|set|in|of) )[A-Za-z]{1,40},? [A-Za-z]/;

/** Behind the exit, and not inside a string that was opened there: with an odd number of quotes the first one was an opening. Places only grow. */
function isOutside(value: string, place: number, exit: Exit): boolean {
  if (exit.start < 0 || exit.start > place) return false;
  // Markdown opens and closes code with back-ticks, and there is prose between two pieces of it.
  if (exit.quote === 0x60 && (place - exit.start > TEMPLATE_BYTES_MAX || PROSE.test(value.slice(exit.start, place)))) return false;
  for (; exit.at < place; exit.at++) if (value.charCodeAt(exit.at) === exit.quote) exit.count++;
  return exit.count % 2 === 0;
}

const BREAKERS = new Uint8Array(256);
for (const mark of ";,)}]+-*/|&^%=?:.<>!") BREAKERS[mark.charCodeAt(0)] = 1;

const CODE_START =
  /^[\s(!+~{[;"'-]{0,16}(?:(?:void|new|throw|return|var|let|const|typeof|delete|if|for|while|try|with|function)\b[\s({/]{0,4})?[\w$.?\]["'\\]{1,60}(?:\(|`|\)\(|\)`|=|\[|\/|;|\?\.|\s{0,3}\()/;
const PROSE_START = /^[\s]*[A-Za-z]+\s+\(/;

/** Does a text begin as a statement of JavaScript does? For texts of at most some hundred bytes. */
export function looksLikeCode(text: string): boolean {
  const head = text.length > 160 ? text.slice(0, 160) : text;
  if (!CODE_START.test(head)) return false;
  return !PROSE_START.test(head) || /^\s*(?:alert|confirm|prompt|eval|fetch)\s/.test(head);
}
