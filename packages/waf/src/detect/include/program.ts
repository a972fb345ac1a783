// Programs that a server runs by their place alone: CGI, PostScript and MVG that start one, settings that make one of a picture.
import type { Finding } from "../contract.ts";
import { finding } from "../finding.ts";

const CWE_UPLOAD = 434;
/** Bytes of a program that are looked at. */
const PROGRAM_BYTES_MAX = 8_192;

interface Shape {
  /** Lower case; without one of them the value is none. */
  readonly words: readonly string[];
  readonly kind: string;
  /** Over the program's first bytes; linear. */
  readonly pattern: RegExp;
  readonly head: RegExp;
}

const SHAPES: readonly Shape[] = [
  // RFC 3875 section 6.2: a program answers with a header of its own. One that sends a request has no line that begins so.
  {
    kind: "include.program",
    words: ["#!"],
    head: /^(?:\xef\xbb\xbf)?\s{0,4}#!\s?(?:\/|[a-z]:)/i,
    pattern:
      /(?:\b(?:echo|print|printf|puts|say|write|cout|out)\b[\s(<-]{0,6}(?:-[ne]{1,2}\s)?\w{0,2}['"`]{0,3}|^|\n)(?:Status: ?\d{3}|Content-type:\s{0,4}(?:text|application|image)\/)|\bQUERY_STRING\b|\bHTTP_(?:USER_AGENT|COOKIE|REFERER|X_[A-Z_]{2,20})\b|\buse CGI\b|\bimport cgi\b|\bCGI\.new\b/i,
  },
  { kind: "include.program", words: ["%pipe%"], head: /^\s{0,4}%!|(?:^|[([/])%pipe%/i, pattern: /%pipe%\s?[\w./$"'|&;({-]/i },
  {
    kind: "include.program",
    words: ["push graphic-context"],
    head: /^\s{0,8}(?:#|push|viewbox)/i,
    pattern: /\b(?:label|caption|text|msl|ephemeral|https?|ftp|vid|mvg|show|win|plt):[@/\\|"'\w]|\|/i,
  },
];

/** One of them stands in each of these programs. */
export const PROGRAM_WORDS: readonly string[] = SHAPES.flatMap(({ words }) => words);

/** The shape of such a program. Linear, over the first bytes alone. */
export function findProgram(value: string): Finding | undefined {
  const text = value.length > PROGRAM_BYTES_MAX ? value.slice(0, PROGRAM_BYTES_MAX) : value;
  let lower: string | undefined;
  for (const { words, kind, head, pattern } of SHAPES) {
    lower ??= text.toLowerCase();
    const held = lower;
    if (words.some((word) => held.includes(word)) && head.test(text) && pattern.test(text)) return finding(kind, 4, CWE_UPLOAD, text);
  }
  return undefined;
}

const SETTINGS =
  /(?:^|\n)\s{0,8}(?:(?:AddType|AddHandler|SetHandler|ForceType)\s{1,8}["']?(?:application\/x-httpd-\w|php\d?-\w|cgi-script|server-(?:info|status)|proxy:)|Options\s[^\n]{0,40}\+?ExecCGI|php_(?:value|flag)\s{1,4}(?:auto_|allow_url|engine|zend)|auto_(?:prepend|append)_file\s?=)/i;

/** Settings of a folder that run what lies in it, for the content of files. */
export function findSettings(content: string): Finding | undefined {
  return SETTINGS.test(content.slice(0, PROGRAM_BYTES_MAX)) ? finding("include.settings", 4, CWE_UPLOAD, content) : undefined;
}
