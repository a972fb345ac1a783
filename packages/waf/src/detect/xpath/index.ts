import { byteSet } from "../../text/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { finding, surer } from "../finding.ts";

// Expressions of XPath and XQuery that lead out of the place a value was written to.

/** CWE-643: improper neutralization of data within XPath expressions. */
const CWE = 643;
const PLACES_MAX = 400;
const WINDOW_BYTES = 64;

const BREAK = /^[^'"()[\]]{0,80}['")\]]/;
const AXIS =
  /\b(?:child|parent|ancestor|ancestor-or-self|descendant|descendant-or-self|following|following-sibling|preceding|preceding-sibling|attribute|namespace)::(?:\w|\*)/i;
/** Longest of the names below, in bytes. */
const NAME_BYTES_MAX = 32;
/** What is called, by what may be done with it; the patterns below hold what may stand between the parentheses. */
const WALKS =
  "count name string substring string-length local-name namespace-uri normalize-space number sum contains starts-with boolean not id data position translate concat ceiling floor round last";
/** Names of methods in other languages as well, where a slash begins a pattern. */
export const STEPS =
  "substring-before substring-after string-join string-to-codepoints matches ends-with tokenize replace compare exists empty distinct-values lower-case upper-case node-name base-uri document-uri root path has-children deep-equal index-of subsequence avg min max";
const NODES = "text node comment processing-instruction";
const FETCHES = "doc document unparsed-text doc-available collection";
const PREDICATES = "name local-name position last string-length count text";
/** What leads out of the document, with or without an argument. */
export const SYSTEMS =
  "system-property environment-variable available-environment-variables unparsed-text-lines unparsed-text-available json-doc function-lookup load-xquery-module transform";
/** Conditions that are constants. */
const CONSTANTS = "true false last position not boolean";
const NAMES: ReadonlySet<string> = new Set(
  [WALKS, STEPS, NODES, FETCHES, PREDICATES, SYSTEMS, CONSTANTS].flatMap((names) => names.split(" ")),
);

const WALK = callOf(WALKS, String.raw`\(\s?(?:\/{1,2}[\w*@.]|\.\.\/|\.\/|@\*|\/\*|(?:child|parent|descendant|ancestor|attribute)::)`);
const STEP = callOf(STEPS, String.raw`\(\s?(?:\/\/[\w*@]|\/\*[[)/]|\.\.?\/\/|@\*|(?:child|parent|descendant|ancestor|attribute)::)`);
const NODE = callOf(NODES, String.raw`\(\)`);
const FETCH = callOf(FETCHES, String.raw`\(\s?(?:['"](?:\/\/|https?:|file:|ftp:|\\\\)|concat|''\)|""\))`);
const PREDICATE = callOf(PREDICATES, String.raw`\([^()]{0,20}\)\s?(?:=|!=|<|>)`);
const SYSTEM = callOf(SYSTEMS, String.raw`\(\s?(?:['")]|\/)`);
/** What closes a constant condition, or goes on with the next. */
const CONSTANT =
  /^(?:(?:true|false|last|position)\(\s?\)|not\(\s?(?:(?:true|false)\(\s?\)|[01]|''|"")\s?\)|boolean\(\s?(?:\d{1,6}|['"][^'"]{0,20}['"])\s?\))\s{0,4}(?:$|\]|\)|['"|]|(?:or|and)\b|(?:=|!=|<|>)\s{0,4}(?:['"\d(]|true|false|last))/i;

function callOf(names: string, rest: string): RegExp {
  return new RegExp(`^(?:${names.replaceAll(" ", "|")})${rest}`, "i");
}

/** A union with a path, and an axis; paths call one of the names above. */
const JOINTS: readonly string[] = ["::", "]|", "|/", "| /", ...[..."\t\n\v\f\r \xa0"].map((blank) => `]${blank}|`)];

export const xpathDetector: Detector = {
  name: "xpath",
  sparesDocuments: true,
  needs: byteSet("(:[|"),
  words: [...[...NAMES].map((name) => `${name}(`), ...JOINTS],
  find: findXpath,
};

const UNION_BYTES = 120;
/** `1] | //user`, `') | /descendant::a`: what was open is closed, and nodes from anywhere are added. */
const UNION =
  /^[^'"()[\]{}<>|]{0,40}['")\]]\s{0,2}[)\]]{0,3}\s{0,2}\|\s{0,2}(?:\/\/(?:[a-z_*@.][\w.:-]{0,40})(?=$|[\s[/|'"(])|\/[\w*]{1,30}(?:\[|\/|::|\s?\|)|\/?(?:child|descendant|ancestor|parent|attribute|following|preceding|self|ancestor-or-self|descendant-or-self|following-sibling|preceding-sibling)::)/i;

/** An expression over a document. Linear: a bounded window at each mark. */
export function findXpath(value: string): Finding | undefined {
  const hasBreak = BREAK.test(value.slice(0, 200));
  let best: Finding | undefined;
  let at = value.indexOf("(");
  for (let places = 0; at >= 0 && places < PLACES_MAX && best?.weight !== 5; places++) {
    best = surer(best, callAt(value, at, hasBreak));
    at = value.indexOf("(", at + 1);
  }
  const union = /\]\s?\|\s?\/{1,2}[\w*]/.exec(value.slice(0, 400));
  if (union !== null && /['")]\s?\]/.test(value.slice(Math.max(0, union.index - 2), union.index + 1)))
    best = surer(best, finding("xpath.union", 5, CWE, value, union.index));
  if (best?.weight !== 5 && value.indexOf("|") > 0 && UNION.test(value.slice(0, UNION_BYTES)))
    best = surer(best, finding("xpath.union", 5, CWE, value));
  if (
    value.charCodeAt(0) === 0x2f &&
    /^\/{1,2}[a-z]\w{0,40}\[\s?(?:contains|starts-with|string-length|count|not)\(\s?[a-z]\w{0,40}\s?[,)]/i.test(value.slice(0, 120))
  )
    best = surer(best, finding("xpath.path", 4, CWE, value, 0));
  const colon = value.indexOf("::");
  if (colon >= 0) {
    const from = Math.max(0, colon - 20);
    if (AXIS.test(value.slice(from, colon + 4)))
      best = surer(best, finding("xpath.axis", hasBreak || value.includes("/") ? 4 : 2, CWE, value, from));
  }
  return best;
}

function callAt(value: string, open: number, hasBreak: boolean): Finding | undefined {
  let start = open;
  while (start > 0 && open - start < NAME_BYTES_MAX && isNameByte(value.charCodeAt(start - 1))) start--;
  if (start === open || !NAMES.has(value.slice(start, open).toLowerCase())) return undefined;
  const text = value.slice(start, start + WINDOW_BYTES);
  if (FETCH.test(text)) return finding("xpath.fetch", 5, CWE, value, start);
  if (WALK.test(text) || STEP.test(text)) return finding("xpath.walk", hasBreak || start === 0 ? 5 : 4, CWE, value, start);
  const before = value.slice(Math.max(0, start - 2), start);
  if (NODE.test(text) && (before.endsWith("/") || before.endsWith("[") || before.endsWith("::")))
    return finding("xpath.node", hasBreak || /^\/{1,2}[\w*]/.test(value) ? 4 : 3, CWE, value, start);
  if (hasBreak && SYSTEM.test(text)) return finding("xpath.fetch", 4, CWE, value, start);
  const isJoined = /(?:\b(?:or|and)|\[|\]|\()\s{0,4}$/i.test(value.slice(Math.max(0, start - 8), start));
  if (hasBreak && isJoined && /^(?:contains|starts-with)\(\s?[\w@./-]{1,30}\s?,/i.test(text))
    return finding("xpath.predicate", 4, CWE, value, start);
  if (hasBreak && isJoined && CONSTANT.test(text)) return finding("xpath.predicate", 4, CWE, value, start);
  return hasBreak && isJoined && PREDICATE.test(text) ? finding("xpath.predicate", 4, CWE, value, start) : undefined;
}

function isNameByte(code: number): boolean {
  return ((code | 32) >= 0x61 && (code | 32) <= 0x7a) || code === 0x2d;
}
