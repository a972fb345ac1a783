import type { Finding } from "../contract.ts";

// What a value may begin with that is run: formulas of spreadsheets that start programs or tell, files of another server, classes.

export interface Beginning {
  readonly kind: string;
  readonly weight: Finding["weight"];
  /** Anchored, bounded. */
  readonly pattern: RegExp;
  /** One of them stands in whatever the pattern matches, in lower case; `undefined` where only what the value begins with says whether to try. */
  readonly words: readonly string[] | undefined;
}

/** `\s?` of a pattern, over bytes. */
const GAPS = ["", " ", "\t", "\n", "\v", "\f", "\r", "\xa0"];

/** The names with a parenthesis behind them, and one blank at most between. */
function called(names: string): readonly string[] {
  return names.split(" ").flatMap((name) => GAPS.map((gap) => `${name}${gap}(`));
}

/** The names behind a mark, and one blank at most between. */
function behind(mark: string, names: string): readonly string[] {
  return names.split(" ").flatMap((name) => GAPS.map((gap) => `${mark}${gap}${name}`));
}

/** In the order in which they are told. */
export const BEGINNINGS: readonly Beginning[] = [
  {
    kind: "code.formula",
    weight: 5,
    pattern: /^[\s"']{0,4}[=+@-][\w\s()+*.,"'-]{0,40}\b(?:cmd|msexcel|powershell|rundll32|regsvr32|mshta)(?:\.exe)?\s{0,4}\|\s{0,4}['"]/i,
    words: undefined,
  },
  {
    kind: "code.formula",
    weight: 4,
    pattern:
      /^[\s"']{0,4}[=+@-]\s{0,4}(?:dde\s{0,4}\(|webservice\s{0,4}\(|(?:hyperlink|importxml|importdata|importhtml|importfeed|image)\s{0,4}\(\s{0,4}(?:concatenate\s?\()?\s{0,4}"(?:https?|ftp):[^"]{0,200}"\s{0,4}&)/i,
    words: undefined,
  },
  {
    kind: "code.include",
    weight: 5,
    pattern: /^[\s;'"@]{0,8}(?:include|require)(?:_once)?\s{0,4}\(?\s{0,4}['"](?:https?|ftp|php|data|phar|expect):/i,
    words: undefined,
  },
  {
    kind: "code.call",
    weight: 5,
    pattern:
      /^[\w\s.@:=-]{0,40}['"]\s?\.\s?@?(?:system|print|eval|passthru|exec|phpinfo|md5|var_dump|die|print_r|shell_exec|assert|file_get_contents|readfile)\s?\(/i,
    words: called("system print eval passthru exec phpinfo md5 var_dump die print_r shell_exec assert file_get_contents readfile"),
  },
  {
    kind: "code.call",
    weight: 4,
    pattern:
      /^@?(?:system|exec|passthru|shell_exec|popen|proc_open)\s?\(\s?\$?[a-z_][\w\s./-]{0,60}\);?$|^\w{1,40}\(\);(?:print|echo|system|eval|var_dump|md5|phpinfo)\s?\(/i,
    words: called("system exec passthru shell_exec popen proc_open print echo eval var_dump md5 phpinfo"),
  },
  {
    // `';exit(md5('x'));//`, `;echo file_get_contents(…)`: behind the end of a text or of a statement.
    kind: "code.call",
    weight: 5,
    pattern:
      /^[\w\s.@:=)-]{0,40}['";]\s{0,4}[)\]}]{0,3}\s{0,4};?\s{0,4}(?:exit|die|echo|print|return)\s{0,4}\(?\s{0,4}@?(?:md5|sha1|system|passthru|shell_exec|exec|phpinfo|file_get_contents|readfile)\s?\(/i,
    words: called("md5 sha1 system passthru shell_exec exec phpinfo file_get_contents readfile"),
  },
  {
    kind: "code.call",
    weight: 4,
    pattern: /^\s{0,4}(?:exit|die|echo|print)\s{0,4}\(?\s{0,4}@?(?:system|passthru|shell_exec|phpinfo)\s?\([^\n]{0,80}\)\s?\)?;?\s{0,4}$/i,
    words: called("system passthru shell_exec phpinfo"),
  },
  // What tells a scanner that its code was run.
  {
    kind: "code.call",
    weight: 4,
    pattern: /^\s{0,4}(?:exit|die|echo|print|var_dump)[\s(]{1,4}md5\s?\(\s?['"]?\w{1,40}['"]?\s?\)\s?\)?;/i,
    words: called("md5"),
  },
  { kind: "code.call", weight: 5, pattern: /^zerodium\w/, words: ["zerodium"] },
  {
    kind: "code.backtick",
    weight: 4,
    pattern: /^[\s;'"@]{0,8}(?:print|print_r|var_dump|die|exit|puts)\s{0,4}\(\s{0,4}`/i,
    words: undefined,
  },
  {
    kind: "code.escape",
    weight: 5,
    pattern: /^script::|^[^\n]{0,120}Runtime\s?\.\s?getRuntime\s?\(\s?\)[^\n]{0,60}\.exec\s?\(/,
    words: ["script::", "getruntime"],
  },
  {
    kind: "code.call",
    weight: 4,
    pattern: /^[\w\s-]{0,40}["']\s?;\s?\}\s?(?:header|print|echo|system|eval|exec|phpinfo|die|class|function)\b/,
    words: behind("}", "header print echo system eval exec phpinfo die class function"),
  },
  {
    kind: "code.import",
    weight: 5,
    pattern: /^[^\n]{0,200}__import__\s?\(\s?\\?['"](?:os|subprocess|sys|socket|commands|pty)\b/,
    words: ["__import__"],
  },
  { kind: "code.page", weight: 4, pattern: /^[\s<%!@>"-]{0,24}execute(?:global)?\s?\(?\s?request\s?\(/i, words: called("request") },
  { kind: "code.class", weight: 4, pattern: /^[\s;'"]{0,8}new\s{1,4}javax?\.\w/, words: undefined },
  {
    kind: "code.module",
    weight: 4,
    pattern: /^[\s;'"]{0,8}require\s?\(\s?["'](?:node:)?(?:https?|net|fs|os|vm|dns)["']\s?\)\s?\.\w/,
    words: undefined,
  },
  { kind: "code.call", weight: 4, pattern: /^[\s;'"(]{0,8}new\s{1,4}Function\s?\(?\s?["'`]/, words: undefined },
  { kind: "code.class", weight: 4, pattern: /^@\(?\s?(?:System|Microsoft)\.[\w.]{2,60}\(/, words: undefined },
  {
    kind: "code.pieces",
    weight: 5,
    pattern: /^[\s;@]{0,4}(?:\(?["']\w{1,20}["'](?:\.["']\w{1,20}["']){1,5}\)?|\(\w{1,20}\.\(\w{1,20}\)(?:\.\(?\w{1,20}\)?){0,3}\))\(/,
    words: [`'.'`, `'."`, `".'`, `"."`, ".("],
  },
];

/** Bytes that may stand in front of the first word of the beginnings without words, and how many. */
const MARKS = new Uint8Array(256);
for (const character of "\t\n\v\f\r \xa0;'\"@(") MARKS[character.charCodeAt(0)] = 1;
const MARKS_MAX = 8;
/** What a formula begins with, behind blanks and quotes. */
const FORMULA_BYTES_MAX = 5;
const FORMULA = new Uint8Array(256);
for (const character of "=+@-") FORMULA[character.charCodeAt(0)] = 1;
/** First letters of `include`, `require`, `print`, `var_dump`, `die`, `exit`, `puts`, `new`; the second ones follow. */
const FIRST_TWO = new Set("in re pr va di ex pu ne".split(" ").map((two) => two.charCodeAt(0) * 256 + two.charCodeAt(1)));

/** Whether a value begins as one of those without words may. Reads a few bytes. */
export function beginsAsCode(value: string): boolean {
  for (let at = 0; at < FORMULA_BYTES_MAX; at++) if (FORMULA[value.charCodeAt(at)] === 1) return true;
  let at = 0;
  while (at < MARKS_MAX && MARKS[value.charCodeAt(at)] === 1) at++;
  return FIRST_TWO.has((value.charCodeAt(at) | 32) * 256 + (value.charCodeAt(at + 1) | 32));
}
