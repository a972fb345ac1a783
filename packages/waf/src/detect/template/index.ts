import { byteSet } from "../../text/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { finding, surer } from "../finding.ts";
import { EXPRESSION_BYTES_MAX, type Judged, judgeDirective, judgeExpression, judgePage, judgeToolkit } from "./expression.ts";

// Expressions and directives of template and expression languages, found by their delimiters and judged by what stands between them.

/** CWE-1336: improper neutralization of special elements used in a template engine. */
const CWE = 1336;
/** Expressions in one value that are judged, and single braces that are looked behind. */
const EXPRESSIONS_MAX = 120;
const BRACES_MAX = 1000;
/** Bytes behind a single brace that are read. */
const BRACE_BYTES_MAX = 64;
/** Different delimiters in a row that no text has: a probe for all languages at once. */
const POLYGLOT = /\$\{\{<%\[%|\{\{.{0,3}\$\{|<%.{0,4}\{\{.{0,4}\$\{|\}\}\[\[/;

interface Delimiter {
  readonly open: string;
  readonly close: string;
  readonly judge: (content: string) => Judged | undefined;
  /** How much less a finding weighs where documents write the same. */
  readonly doubt: 0 | 1;
  /** Bytes behind it that are read. */
  readonly bytesMax: number;
  /** What has to follow it at once, where it is a single byte that other notations are full of. */
  readonly begins?: readonly string[];
}

/** What the judge of a single brace knows begins with these: the names of calls behind a blank as well. */
const BRACED: readonly string[] = [
  ..."fFiIsSpPeEaA/0123456789",
  ...[..."\t\n\v\f\r \xa0"].flatMap((blank) => [..."sSeEpPaA"].map((letter) => blank + letter)),
];

const DELIMITERS: readonly Delimiter[] = [
  { open: "{{", close: "}}", judge: judgeExpression, doubt: 0, bytesMax: EXPRESSION_BYTES_MAX },
  { open: "{%", close: "%}", judge: judgeDirective, doubt: 0, bytesMax: EXPRESSION_BYTES_MAX },
  { open: "${", close: "}", judge: judgeExpression, doubt: 0, bytesMax: EXPRESSION_BYTES_MAX },
  { open: "#{", close: "}", judge: judgePage, doubt: 0, bytesMax: EXPRESSION_BYTES_MAX },
  { open: "%{", close: "}", judge: judgeExpression, doubt: 0, bytesMax: EXPRESSION_BYTES_MAX },
  { open: "*{", close: "}", judge: judgeExpression, doubt: 0, bytesMax: EXPRESSION_BYTES_MAX },
  { open: "@{", close: "}", judge: judgeExpression, doubt: 0, bytesMax: EXPRESSION_BYTES_MAX },
  { open: "@(", close: ")", judge: judgeProbe, doubt: 0, bytesMax: EXPRESSION_BYTES_MAX },
  { open: "<%", close: "%>", judge: judgePage, doubt: 0, bytesMax: EXPRESSION_BYTES_MAX },
  { open: "<#", close: ">", judge: judgeDirective, doubt: 0, bytesMax: EXPRESSION_BYTES_MAX },
  { open: "[%", close: "%]", judge: judgeToolkit, doubt: 0, bytesMax: EXPRESSION_BYTES_MAX },
  { open: "[#", close: "]", judge: judgeDirective, doubt: 0, bytesMax: EXPRESSION_BYTES_MAX },
  { open: "[=", close: "]", judge: judgeExpression, doubt: 0, bytesMax: EXPRESSION_BYTES_MAX },
  { open: "[[", close: "]]", judge: judgeProbe, doubt: 1, bytesMax: EXPRESSION_BYTES_MAX },
  { open: "#foreach", close: "\n", judge: judgeVelocity, doubt: 0, bytesMax: BRACE_BYTES_MAX },
  { open: "#include", close: "\n", judge: judgeVelocity, doubt: 0, bytesMax: BRACE_BYTES_MAX },
  { open: "#if", close: "\n", judge: judgeVelocity, doubt: 1, bytesMax: BRACE_BYTES_MAX },
  { open: "#set", close: "\n", judge: judgeVelocity, doubt: 0, bytesMax: EXPRESSION_BYTES_MAX },
  { open: "{$", close: "}", judge: judgeSmarty, doubt: 0, bytesMax: EXPRESSION_BYTES_MAX },
  { open: "{", close: "}", judge: judgeBrace, doubt: 1, bytesMax: BRACE_BYTES_MAX, begins: BRACED },
];

/** What a value holds where something is judged: the delimiters, and what has to follow them. */
const WORDS: readonly string[] = [
  ...new Set(DELIMITERS.flatMap(({ open, begins = [""] }) => begins.map((rest) => (open + rest).toLowerCase()))),
];

/** The delimiters by their first byte, and then by the one behind it. */
type BySecond = (readonly Delimiter[] | undefined)[];
const BY_BYTES: (BySecond | undefined)[] = emptyTable<BySecond>();
for (const delimiter of DELIMITERS) {
  const first = delimiter.open.charCodeAt(0);
  const seconds = BY_BYTES[first] ?? emptyTable<readonly Delimiter[]>();
  BY_BYTES[first] = seconds;
  for (const second of new Set((delimiter.begins ?? [""]).map((rest) => (delimiter.open + rest).charCodeAt(1))))
    seconds[second] = [...(seconds[second] ?? []), delimiter];
}

function emptyTable<Entry>(): (Entry | undefined)[] {
  return Array.from({ length: 256 }, () => undefined);
}

export const templateDetector: Detector = {
  name: "template",
  sparesDocuments: true,
  needs: byteSet("{<[@#"),
  words: WORDS,
  find: findTemplate,
};

/** Code of a template language that would run if the value became part of a template. Linear: a bounded number of bytes is read behind each delimiter. */
export function findTemplate(value: string): Finding | undefined {
  let best: Finding | undefined;
  let places = 0;
  let braces = 0;
  const known = placesIn(value);
  for (let at = nextPlace(value, 0, known); at < value.length; at = nextPlace(value, at + 1, known)) {
    if (places > EXPRESSIONS_MAX) {
      if (braces > BRACES_MAX) break;
      // Only single braces are judged from here on.
      known.opens.length = 0;
      known.isFull = true;
      while (value.charCodeAt(at + 1) === BRACE) at++;
    }
    const first = value.charCodeAt(at);
    const delimiters = BY_BYTES[first]?.[at + 1 < value.length ? value.charCodeAt(at + 1) : 0];
    if (delimiters === undefined) {
      if (first === BRACE) braces++;
      continue;
    }
    for (const delimiter of delimiters) {
      if (!value.startsWith(delimiter.open, at)) continue;
      if (delimiter.open === "{" ? ++braces > BRACES_MAX : ++places > EXPRESSIONS_MAX) break;
      best = surer(best, judgeAt(value, at, delimiter));
      break;
    }
    if (best?.weight === 5) return best;
  }
  if ((best?.weight ?? 0) < 4 && value.length <= POLYGLOT_BYTES_MAX && isMixture(value)) best = finding("template.polyglot", 4, CWE, value);
  if (places > 1) {
    const polyglot = POLYGLOT.exec(value.slice(0, EXPRESSION_BYTES_MAX));
    if (polyglot !== null) best = surer(best, finding("template.polyglot", 4, CWE, value, polyglot.index));
  }
  return best;
}

const BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
/** Delimiters without a brace, by what is common to all that begin alike, and what stands before the brace of the others. */
const BARE: readonly string[] = [...new Set(DELIMITERS.filter(({ open }) => open.indexOf("{") < 0).map(({ open }) => open.slice(0, 2)))];
const MARKS = byteSet(DELIMITERS.flatMap(({ open }) => (open.indexOf("{") === 1 ? [open.charAt(0)] : [])).join(""));

/** Delimiters of one value, each with the place where it stands next. */
interface Places {
  brace: number;
  /** No more of them are judged than single braces. */
  isFull: boolean;
  readonly opens: string[];
  readonly at: number[];
}

function placesIn(value: string): Places {
  const places: Places = { brace: placeOf(value, "{", 0), isFull: false, opens: [], at: [] };
  for (const open of BARE) {
    const at = value.indexOf(open);
    if (at < 0) continue;
    places.opens.push(open);
    places.at.push(at);
  }
  return places;
}

/** Where the next delimiter may begin; the value's length where there is none. Each is looked for on its own, at the speed of memory: few occur in one value. */
function nextPlace(value: string, from: number, places: Places): number {
  if (places.brace < from) places.brace = placeOf(value, "{", from);
  let next = !places.isFull && places.brace > from && MARKS[value.charCodeAt(places.brace - 1)] === 1 ? places.brace - 1 : places.brace;
  for (let index = 0; index < places.opens.length; index++) {
    let at = places.at[index] ?? 0;
    if (at < from) {
      at = placeOf(value, places.opens[index] ?? "", from);
      places.at[index] = at;
    }
    if (at < next) next = at;
  }
  return next;
}

function placeOf(value: string, open: string, from: number): number {
  const at = value.indexOf(open, from);
  return at < 0 ? value.length : at;
}

/** Longest value that may be a probe of several languages at once, in bytes. */
const POLYGLOT_BYTES_MAX = 80;
const OPENINGS: readonly string[] = ["{{", "${", "<%", "#{", "@{", "@*", "{%", "%{", "*{", "~{", "[["];

/** Openings of three languages and more in a few bytes. */
function isMixture(value: string): boolean {
  let kinds = 0;
  for (const opening of OPENINGS) if (value.indexOf(opening) >= 0) kinds++;
  // `[[ -z $x ]]`: a test of a shell.
  return kinds - (/\[\[ (?:!? ?-[a-zA-Z] |["$])/.test(value) ? 1 : 0) >= 3;
}

function judgeAt(value: string, at: number, delimiter: Delimiter): Finding | undefined {
  const from = at + delimiter.open.length;
  const window = value.slice(from, from + delimiter.bytesMax);
  const close = window.indexOf(delimiter.close);
  const content = (close < 0 ? window : window.slice(0, close)).toLowerCase();
  const judged = delimiter.judge(content);
  if (judged === undefined) return undefined;
  // `{{% include "x.md" %}}`: Hugo's shortcodes, which begin an expression and no directive for everybody else.
  const isShortcode = judged.kind === "template.directive" && value.charCodeAt(at - 1) === BRACE && value.charCodeAt(from) !== BRACE;
  // A program in the language has such a template between back-ticks.
  const isProgram = judged.kind === "template.process" && delimiter.open === "${" && value.lastIndexOf("`", at) >= 0;
  const weight = judged.weight - delimiter.doubt - (isProgram ? 1 : 0) - (isShortcode && isClosedTwice(window, close, delimiter) ? 1 : 0);
  return finding(judged.kind, weight >= 5 ? 5 : weight >= 4 ? 4 : weight >= 3 ? 3 : 2, CWE, value, at);
}

/** `%}}` */
function isClosedTwice(window: string, close: number, { open, close: end }: Delimiter): boolean {
  return open === "{%" && close >= 0 && window.charCodeAt(close + end.length) === CLOSING_BRACE;
}

/** Delimiters that prose and other notations use too: arithmetic of constants alone tells. */
function judgeProbe(content: string): Judged | undefined {
  const judged = judgeExpression(content);
  return judged?.kind === "template.context" || judged?.kind === "template.literal" ? undefined : judged;
}

/** `#set($x = …)` of Velocity. */
function judgeVelocity(content: string): Judged | undefined {
  return /^\s?\(\s?\$/.test(content) ? { kind: "template.directive", weight: 4 } : undefined;
}

/** `{$smarty.version}`, `{$x = system(…)}`. */
function judgeSmarty(content: string): Judged | undefined {
  if (/^(?:smarty\.|__)/.test(content)) return { kind: "template.context", weight: 4 };
  return content.startsWith("{") ? judgeExpression(content.slice(1)) : judgeExpression(content);
}

/** `{php}`, `{system('id')}`, `{7*7}`: a single brace is most often JSON or a place-holder. */
function judgeBrace(content: string): Judged | undefined {
  if (/^(?:fetch|include|include_php|insert)\s{1,4}(?:file|script|name)\s?=\s?["']?[/.\w]/.test(content))
    return { kind: "template.directive", weight: 5 };
  if (content === "php" || content === "/php") return { kind: "template.directive", weight: 5 };
  if (
    /^(?:if )?\s?(?:(?:system|exec|passthru|shell_exec|popen|phpinfo|eval|assert)|self::\w{1,40}|smarty_internal_\w{1,30}::\w{1,30})\(/.test(
      content,
    )
  )
    return { kind: "template.call", weight: 5 };
  return /^\d{1,8}\s?\*\s?'?\d{1,8}'?$/.test(content) ? { kind: "template.probe", weight: 5 } : undefined;
}
