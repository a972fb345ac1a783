// Web shells: page code that takes something of the request and gives it to what runs, includes or calls back.
import type { Finding } from "../contract.ts";
import { finding } from "../finding.ts";

/** Bytes of a value that are looked at, and of the statement behind one call. */
const SHELL_BYTES_MAX = 65_536;
const STATEMENT_BYTES_MAX = 1_000;
/** Calls and assignments of one value that are looked at, and names that hold something of the request. */
const PLACES_MAX = 500;
const NAMES_MAX = 32;
/** How often a name may be passed on to the next one. */
const HANDS_MAX = 3;

/** CWE-94: improper control of generation of code. */
const CWE = 94;

const PHP_SOURCE = String.raw`(?:\$_(?:GET|POST|REQUEST|COOKIE|FILES)\b|\$\{\s{0,4}["']_(?:GET|POST|REQUEST|COOKIE)\b|GLOBALS\s{0,4}\[\s{0,4}["']_(?:GET|POST|REQUEST|COOKIE)\b|\$_SERVER\s{0,4}\[\s{0,4}["']?(?:HTTP_|QUERY_STRING|REQUEST_URI|PATH_INFO|PHP_AUTH)|php://input|\bgetallheaders\b|\bapache_request_headers\b)`;
const PAGE_SOURCE = String.raw`\brequest\s{0,4}(?:\.\s{0,4}(?:getParameter\w{0,6}|getHeader|getQueryString|getCookies|getReader|getInputStream|item|form|querystring|params|cookies|headers|binaryread)\b|[\[(]\s{0,4}["'])`;

/** What runs or includes what it is given. */
const RUNNERS = "assert|eval|system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec|create_function|call_user_func|include|require";

interface Language {
  /** Whether the value is of this language at all: what is cheap to say no to. */
  readonly gate: RegExp;
  /** One of them, in lower case, stands in whatever the gate lets pass. */
  readonly words: readonly string[];
  /** What comes from the request. */
  readonly source: RegExp;
  /** A name that is given something. */
  readonly assignment: RegExp;
  /** What runs its argument; the name of a callback's taker in the first group. */
  readonly sink: RegExp;
  /** How the name is written where it is used, and where it is called itself. */
  readonly use: (name: string) => string;
  readonly calls: ((name: string) => string) | undefined;
  /** Shapes that tell without anything else. */
  readonly shapes: readonly RegExp[];
}

const PHP: Language = {
  gate: new RegExp(PHP_SOURCE, "i"),
  words: [
    ..."$_get $_post $_request $_cookie $_files $_server php://input getallheaders apache_request_headers".split(" "),
    ...["'_", '"_'].flatMap((quote) => ["get", "post", "request", "cookie"].map((name) => quote + name)),
  ],
  source: new RegExp(PHP_SOURCE, "gi"),
  assignment: /\$(?:\{\s{0,4}["'])?(\w{1,40})(?:["']\s{0,4}\})?\s{0,8}\.?=(?![=>])/g,
  sink: /(?<![\w>:$])(?:(array_map|array_walk\w{0,10}|array_filter|array_reduce|u[ak]?sort|array_u\w{1,24}|array_(?:diff|intersect)_u\w{1,12}|register_(?:shutdown|tick)_function|set_(?:error|exception)_handler|ob_start|iterator_apply|spl_autoload_register|header_register_callback|preg_replace_callback\w{0,6}|filter_(?:var|input)\w{0,6})\s{0,8}\(|(?:eval|assert|create_function|system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec|call_user_func(?:_array)?|forward_static_call(?:_array)?|ReflectionFunction|mb_ereg_replace)\s{0,8}\(|(?:include|require)(?:_once)?\b\s{0,8}\(?(?!\s{0,8}(?:__DIR__|dirname|APP|ABSPATH))|(?:preg_replace|preg_filter)\s{0,8}\(\s{0,8}["']([^\w\s\\])[^\n]{0,80}?\2[a-z]{0,6}e[a-z]{0,6}["'])|->\s{0,4}(u[ak]?sort)\s{0,4}\(/gi,
  use: (name) => String.raw`\$(?:\{\s{0,4}["'])?${name}\b`,
  calls: (name) => String.raw`(?<![>:\w])\$${name}\s{0,8}\(`,
  shapes: [
    // `$f($_POST[…])`, `$_GET[a]($_GET[b])`, `"assert"($_POST[…])`, `` `$_GET[c]` ``.
    new RegExp(String.raw`(?<![>:\w])\$\w{1,40}\s{0,8}\([^;]{0,200}?${PHP_SOURCE}`, "i"),
    new RegExp(String.raw`(?:\]|\w["']\)?|\})\s{0,8}\(\s{0,8}@?${PHP_SOURCE}`, "i"),
    new RegExp(`->\\s{0,4}u[ak]?sort\\s{0,4}\\(\\s{0,4}["'](?:${RUNNERS})["']`, "i"),
    /\$_(?:GET|POST|REQUEST|COOKIE)\s{0,4}[[{][^\]}\n]{0,60}[\]}]\s{0,4}\(/i,
    new RegExp(`(?:\\b(?:echo|print|die\\s?\\(|exit\\s?\\()|=|;|<\\?php)\\s{0,8}\`[^\`"'\\n]{0,40}?${PHP_SOURCE}`, "i"),
  ],
};

const PAGE: Language = {
  gate: /<%|<jsp:|<script[^>]{0,60}\brunat\b/i,
  words: ["<%", "<jsp:", "runat"],
  source: new RegExp(PAGE_SOURCE, "gi"),
  assignment: /\b([a-z_]\w{0,39})(?:\[\])?\s{0,8}=(?!=)/gi,
  sink: /(?<![.\w])(?:eval|execute|executeglobal)\b|getRuntime\s{0,4}\(\s{0,4}\)\s{0,4}\.\s{0,4}exec\b|\b(?:ProcessBuilder|defineClass|Process\s?\.\s?Start|Assembly\s?\.\s?Load|Class\s?\.\s?forName|engine\s?\.\s?eval|\.\s?Arguments\s{0,4}=)|wscript\.shell["']?\s?\)\s{0,4}\.\s?(?:exec|run)\b|\.\s?exec\s?\(\s?["']cmd/gi,
  use: (name) => String.raw`\b${name}\b`,
  calls: undefined,
  shapes: [],
};

const LANGUAGES: readonly Language[] = [PHP, PAGE];

/** Words of each language, in lower case, without which a value is not of it. */
export const LANGUAGE_WORDS: readonly (readonly string[])[] = LANGUAGES.map(({ words }) => words);

/** The web shell that stands in a value. Linear: bounded bytes, places and names. `isHeld`: whether a word of that language occurs. */
export function findShell(value: string, isHeld: (language: number) => boolean = () => true): Finding | undefined {
  const text = value.length > SHELL_BYTES_MAX ? value.slice(0, SHELL_BYTES_MAX) : value;
  for (const [index, language] of LANGUAGES.entries()) {
    if (!isHeld(index) || !language.gate.test(text)) continue;
    // As it stands too: what looks like a comment may be part of a text.
    for (const code of [text, withoutComments(text)]) {
      const at = flowAt(code, language);
      if (at >= 0) return finding("code.shell", 5, CWE, code, at);
    }
  }
  return undefined;
}

/** Comments are written between a call and its argument to hide that they belong together. */
function withoutComments(text: string): string {
  let out = "";
  let from = 0;
  for (let at = text.indexOf("/*"); at >= 0; at = text.indexOf("/*", from)) {
    out += text.slice(from, at);
    const end = text.indexOf("*/", at + 2);
    from = end < 0 ? text.length : end + 2;
  }
  return (out + text.slice(from)).replace(/(?:\/\/|#)[^\n]*/g, "");
}

function flowAt(text: string, language: Language): number {
  for (const shape of language.shapes) {
    const at = text.search(shape);
    if (at >= 0) return at;
  }
  const names = tainted(text, language);
  if (language.calls !== undefined && names.length > 0) {
    const at = text.search(new RegExp(names.map(language.calls).join("|")));
    if (at >= 0) return at;
  }
  const given = new RegExp([language.source.source, ...names.map(language.use)].join("|"), "gi");
  let places = 0;
  for (const found of text.matchAll(language.sink)) {
    if (++places > PLACES_MAX) break;
    const argument = statement(text, found.index + found[0].length);
    const marked = marksOf(argument, given);
    const rest = /^(?:include|require)/i.test(found[0]) ? marked.replace(FILE_NAME, "") : marked;
    if (!rest.includes("\u0000")) continue;
    const taker = found[1] ?? found[3];
    if (taker === undefined || isCallback(taker, rest)) return found.index;
  }
  return -1;
}

const RUNS = new RegExp(`["'](?:${RUNNERS})["']|\\b(?:${RUNNERS})\\s{0,8}\\(`, "i");

/** Those that take nothing but the callback, or take it last. */
const CALLBACK_ALONE = /^(?:u|ob_|register|set_|spl|header)/i;

/** Whether the arguments of what calls back name something that runs, or something nobody can tell; `array_map('trim', $_POST)` does not. */
function isCallback(taker: string, argument: string): boolean {
  if (RUNS.test(argument)) return true;
  if (/\b(?:function|fn)\s{0,4}\(/i.test(argument)) return false;
  const bare = argument
    .replace(/(?:array\s?\(|\[)\s{0,4}\$\w{1,40}\s{0,4},\s{0,4}["']\w{1,60}["']\s{0,4}[)\]]/gi, "'method'")
    .replace(/\u0000\s{0,4}\[[^\]]{0,80}\]/g, "\u0000");
  if (/(?:^|[(,])\s{0,8}\$(?!this\b)\w{1,40}\s{0,8}(?:[,.)]|$)|["']\s{0,4}\.\s{0,4}["'$]/.test(bare)) return true;
  if (/^\s{0,8}\u0000\s{0,8}$/.test(bare)) return CALLBACK_ALONE.test(taker);
  return /[,.]\s{0,8}\u0000\s{0,8}(?:\.[^,]{0,80})?$/.test(bare) && !/^\s{0,8}["']\w{1,60}["']\s{0,8},/.test(bare);
}

/** Names that something of the request was given to, in the order they were found. */
function tainted(text: string, language: Language): readonly string[] {
  const names: string[] = [];
  for (let hand = 0; hand < HANDS_MAX; hand++) {
    const before = names.length;
    const given = new RegExp([language.source.source, ...names.map(language.use)].join("|"), "gi");
    let places = 0;
    for (const found of text.matchAll(language.assignment)) {
      const name = found[1] ?? "";
      if (++places > PLACES_MAX || names.length >= NAMES_MAX) break;
      if (names.includes(name)) continue;
      const right = statement(text, found.index + found[0].length);
      if (marksOf(right, given).includes("\u0000") && !CLOSURE.test(right)) names.push(name);
    }
    if (names.length === before) break;
  }
  return names;
}

/** A closure reads the request when it is called, and is none of it. */
const CLOSURE = /^\s{0,8}(?:static\s)?(?:function|fn)\b/i;
/** What is no longer the request's own text: a number, one quoted word of a shell. */
const CLEANED =
  /(?:\b(?:escapeshellarg|escapeshellcmd|intval|floatval|count)\s{0,8}\(|\((?:int|integer|float|bool)\))\s{0,8}\u0000(?:\s{0,4}\[[^\]]{0,80}\]){0,3}(?:\s{0,8}\))?/gi;
/** A name without folders, of a file to include. */
const FILE_NAME = /\bbasename\s{0,8}\(\s{0,8}\u0000(?:\s{0,4}\[[^\]]{0,80}\]){0,3}/gi;

/** A zero byte for everything of the request that is still as it was sent. */
function marksOf(code: string, given: RegExp): string {
  return code.replaceAll("\u0000", "").replace(given, "\u0000").replace(CLEANED, "");
}

/** The arguments of a call, or the rest of a statement: up to the parenthesis that closes them or the end, outside of texts and blocks. */
function statement(text: string, from: number): string {
  const end = Math.min(text.length, from + STATEMENT_BYTES_MAX);
  let quote = 0;
  let depth = 0;
  let blocks = 0;
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (quote !== 0) quote = code === quote ? 0 : quote;
    else if (code === 0x22 || code === 0x27) quote = code;
    else if (code === 0x28) depth++;
    else if (code === 0x7b) blocks++;
    else if (code === 0x7d) blocks--;
    else if ((code === 0x29 && --depth < 0) || (code === 0x3b && blocks <= 0)) return text.slice(from, at);
  }
  return text.slice(from, end);
}
