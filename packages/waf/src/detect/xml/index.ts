// Attacks on whoever parses XML: document types that declare entities, inclusion, schemas and style sheets from elsewhere.
import { byteSet } from "../../text/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { findWord } from "../find-word.ts";
import { finding, surer } from "../finding.ts";
import { findInclude } from "../include/index.ts";
import { peelUtf7 } from "../layers/spellings.ts";
import { objectTraceDetector } from "../object/traces.ts";

const CWE_ENTITY = 611;
const CWE_INCLUSION = 91;

/** For a whole body of XML: its declarations, elements and inclusions, as it stands and in UTF-7. */
export const documentDetector: Detector = {
  name: "document",
  needs: undefined,
  find: (value) => {
    const wide = peelUtf7(value);
    return surer(
      surer(surer(findXml(value), findInclude(value)), objectTraceDetector.find(value)),
      wide === undefined ? undefined : findXml(wide),
    );
  },
};

/** Bytes of a declaration that are looked at. */
const HEAD_BYTES_MAX = 320;

/** Nothing surer is looked for behind this. */
const SURE_WEIGHT = 4;

type Judge = (head: string) => Finding["weight"] | undefined;

interface Row {
  readonly opening: string;
  readonly kind: string;
  readonly cwe: number;
  readonly judge: Judge;
  /** How many bytes of it are looked at; absent: HEAD_BYTES_MAX. */
  readonly bytes?: number;
}

/** What may stand behind `<`, lower case. */
const ROWS: readonly Row[] = [
  { opening: "!doctype", kind: "xml.doctype", cwe: CWE_ENTITY, judge: judgeDoctype },
  { opening: "!entity", bytes: 120, kind: "xml.entity", cwe: CWE_ENTITY, judge: (head) => (/^!entity\s+(?:%\s*)?[\w:.-]+\s+(?:system|public|["'])/.test(head) ? 5 : /^!entity\s+\S/.test(head) ? 4 : 2) },
  { opening: "!attlist", bytes: 64, kind: "xml.declaration", cwe: CWE_ENTITY, judge: (head) => (/^!attlist\s+\S/.test(head) ? 3 : undefined) },
  { opening: "!element", bytes: 120, kind: "xml.declaration", cwe: CWE_ENTITY, judge: (head) => (/^!element\s+\S+\s+(?:any|empty|\()/.test(head) ? 4 : undefined) },
  { opening: "![cdata[", bytes: 16, kind: "xml.cdata", cwe: CWE_INCLUSION, judge: (head) => (/^!\[cdata\[\W{0,2}\]\]>/.test(head) ? 4 : undefined) },
  { opening: "?xml-stylesheet", bytes: 200, kind: "xml.style-sheet", cwe: CWE_INCLUSION, judge: (head) => (/href\s*=/.test(head) ? 4 : 2) },
  { opening: "?xml ", bytes: 120, kind: "xml.encoding", cwe: CWE_ENTITY, judge: (head) => (/^\?xml\s[^>]{0,80}encoding\s*=\s*["']\s*(?:utf-?7|utf-?16|utf-?32|ucs|ibm|cp037|ebcdic)/.test(head) ? 4 : undefined) },
]; // biome-ignore format: one row each

/** Elements by the name behind their prefix. */
const ELEMENTS: ReadonlyMap<string, Row> = new Map(
  (
    [
      { opening: "include", kind: "xml.inclusion", bytes: 160, cwe: CWE_INCLUSION, judge: judgeInclude },
      { opening: "import", kind: "xml.inclusion", bytes: 160, cwe: CWE_INCLUSION, judge: judgeInclude },
      { opening: "redefine", kind: "xml.inclusion", bytes: 160, cwe: CWE_INCLUSION, judge: judgeInclude },
      { opening: "value-of", kind: "xml.transformation", cwe: CWE_INCLUSION, judge: (head) => (/(?:system-property|unparsed-text|document|php:function|exec|runtime|current\(|msxsl|user:|rt:|ob:)/.test(head) ? 5 : 3) },
      { opening: "copy-of", kind: "xml.transformation", cwe: CWE_INCLUSION, judge: (head) => (/document\s*\(|unparsed-text/.test(head) ? 5 : 3) },
      { opening: "script", kind: "xml.transformation", cwe: CWE_INCLUSION, judge: (head) => (/^msxsl:script/.test(head) ? 5 : undefined) },
    ] satisfies Row[]
  ).map((row) => [row.opening, row]),
); // biome-ignore format: one row each

/** Third and fourth byte of what the declarations above begin with, and first byte of the names of elements: nothing else is cut out and compared. */
const DECLARED: ReadonlySet<number> = new Set(ROWS.map(({ opening }) => pairOf(opening.charCodeAt(1), opening.charCodeAt(2))));
const ELEMENT_FIRST = byteSet([...ELEMENTS.keys()].flatMap((name) => [name.charAt(0), name.charAt(0).toUpperCase()]).join(""));

/** Two bytes in one number, letters in lower case: `[` and `{` are one to it. */
function pairOf(one: number, two: number): number {
  return ((one | 0x20) << 8) | (two | 0x20);
}

/** What attributes hold that name a schema or the name-space of inclusion; they stand at a document's beginning. */
const SCHEMA_WORDS: readonly string[] = ["chemaLocation", "XInclude", "xinclude"];
const NAMED_ELEMENTS_MAX = 2_000;

/** The prefix under which every element of a style sheet is looked at. */
const STYLE_PREFIX = "xsl";

export const xmlDetector: Detector = {
  name: "xml",
  needs: byteSet("<"),
  words: [
    ...ROWS.map(({ opening }) => `<${opening}`),
    ...[...ELEMENTS.keys()].map((name) => `:${name}`),
    `<${STYLE_PREFIX}:`,
    ...SCHEMA_WORDS.map((word) => word.toLowerCase()),
  ],
  find: findXml,
};

/** Any other element of a style sheet: what it selects may act. */
const TRANSFORMING: Row = {
  opening: "",
  kind: "xml.transformation",
  cwe: CWE_INCLUSION,
  judge: (head) =>
    /["'][^"'>]{0,120}(?:system-property|unparsed-text|document\(|php:function|rt:|ob:|msxsl:|user:|java:)/.test(head.slice(0, 240))
      ? 5
      : undefined,
};

/** Finds what makes a parser of XML fetch, expand or run something; linear in the value's length. */
export function findXml(value: string): Finding | undefined {
  let best: Finding | undefined;
  // One look over the value saves a look at each of its elements.
  let named = SCHEMA_WORDS.some((word) => findWord(value, word) >= 0) ? NAMED_ELEMENTS_MAX : 0;
  for (let at = value.indexOf("<"); at >= 0; at = value.indexOf("<", at + 1)) {
    while (value.charCodeAt(at + 1) === 0x3c) at++;
    const next = value.charCodeAt(at + 1);
    const lower = next | 0x20;
    if (next !== 0x21 && next !== 0x3f && !(lower >= 0x61 && lower <= 0x7a)) continue;
    best = surer(best, next === 0x21 || next === 0x3f ? judgeDeclaration(value, at) : judgeElement(value, at, named-- > 0));
    if ((best?.weight ?? 0) >= SURE_WEIGHT) return best;
  }
  return best;
}

function judgeDeclaration(value: string, at: number): Finding | undefined {
  if (!DECLARED.has(pairOf(value.charCodeAt(at + 2), value.charCodeAt(at + 3)))) return undefined;
  const opening = value.slice(at + 1, at + 17).toLowerCase();
  for (const row of ROWS) {
    if (!opening.startsWith(row.opening)) continue;
    const weight = row.judge(headOf(value, at, row));
    return weight === undefined ? undefined : finding(row.kind, weight, row.cwe, value, at);
  }
  return undefined;
}

function headOf(value: string, at: number, { bytes = HEAD_BYTES_MAX }: Row): string {
  return value.slice(at + 1, at + 1 + bytes).toLowerCase();
}

/** `<!DOCTYPE html>` begins every page; a subset or an address of its own makes a parser read more. */
function judgeDoctype(head: string): Finding["weight"] | undefined {
  const bracket = head.indexOf("[");
  const end = head.indexOf(">");
  if (bracket >= 0 && (end < 0 || bracket < end)) return 5;
  const match = /^!doctype\s+(\S+)\s+(system|public)\b/.exec(end < 0 ? head : head.slice(0, end));
  if (match === null) return undefined;
  // A name in the same folder, or one that is no address, is fetched from nowhere.
  if (/\ssystem\s+["'](?:urn:|\.{0,2}\/?[\w-][\w./-]*["'])/.test(head) && !/\ssystem\s+["']\/(?:etc|proc|dev)\//.test(head)) return 3;
  if (
    /\/\/(?:www\.)?(?:freedesktop|apple|oasis-open|docbook|hibernate|mybatis|springframework|apache|gnome|kde|jboss|eclipse)\.(?:org|com)\//.test(
      head,
    )
  )
    return 3;
  return /-\/\/(?:w3c|ietf|softquad|netscape)\/\//.test(head) || /\/\/www\.w3\.org\//.test(head) || /about:legacy-compat/.test(head)
    ? 1
    : 5;
}

/** Addresses in inclusions lead outside the document. */
function judgeInclude(head: string): Finding["weight"] | undefined {
  const tag = head.slice(0, head.indexOf(">") < 0 ? undefined : head.indexOf(">"));
  if (/^xi:|xinclude/.test(tag)) return 5;
  if (!/^[\w-]+:(?:include|import|redefine)\b/.test(tag)) return undefined;
  return /\s(?:href|schemalocation|namespace|file|src)\s*=/.test(tag) ? 4 : undefined;
}

const NAME_BYTES_MAX = 40;

function judgeElement(value: string, at: number, isNamed: boolean): Finding | undefined {
  let end = at + 1;
  let colon = at;
  while (end < value.length && end - at < NAME_BYTES_MAX) {
    const code = value.charCodeAt(end);
    if (code === 0x3a) colon = end;
    else if (code <= 0x20 || code === 0x2f || code === 0x3e || code === 0x3c) break;
    end++;
  }
  if (colon === at) return isNamed ? judgeNames(value, at, end) : undefined;
  const row = rowOf(value, at, colon, end);
  const weight = row?.judge(headOf(value, at, row));
  if (row !== undefined && weight !== undefined) return finding(row.kind, weight, row.cwe, value, at);
  return isNamed ? judgeNames(value, at, end) : undefined;
}

/** By its name, and then by its prefix. */
function rowOf(value: string, at: number, colon: number, end: number): Row | undefined {
  const row = ELEMENT_FIRST[value.charCodeAt(colon + 1)] === 1 ? ELEMENTS.get(value.slice(colon + 1, end).toLowerCase()) : undefined;
  if (row !== undefined || colon - at !== STYLE_PREFIX.length + 1) return row;
  return value.slice(at + 1, colon).toLowerCase() === STYLE_PREFIX ? TRANSFORMING : undefined;
}

/** Name-spaces and schema hints among the attributes of an element. */
function judgeNames(value: string, at: number, end: number): Finding | undefined {
  if (value.charCodeAt(end) > 0x20) return undefined;
  const head = value.slice(end, end + HEAD_BYTES_MAX);
  const close = head.indexOf(">");
  const tag = close < 0 ? head : head.slice(0, close);
  if (!SCHEMA_WORDS.some((word) => tag.indexOf(word) >= 0)) return undefined;
  if (/w3\.org\/2001\/xinclude/i.test(tag)) return finding("xml.inclusion", 5, CWE_INCLUSION, value, at);
  const hint = /:schemaLocation\s*=\s*["']\s*([^"']{0,400})/i.exec(tag);
  // The recommendation wants pairs of name-space and address (XML Schema §4.3.2); a single address only makes the parser fetch it.
  if (hint !== null && (hint[1] ?? "").trim().split(/\s+/).length % 2 === 1) return finding("xml.schema", 4, CWE_ENTITY, value, at);
  if (/:noNamespaceSchemaLocation\s*=\s*["']\s*(?:https?|ftp|file|\/\/)/i.test(tag)) return finding("xml.schema", 4, CWE_ENTITY, value, at);
  return undefined;
}
