// Markup inside a value. Every `<` is tried as the beginning of a tag, also inside quotes and raw text: nobody knows into which
// context the application writes the value, and each context ends somewhere in it.
import type { Finding } from "../contract.ts";
import { isLetter } from "../entities.ts";
import { finding, surer } from "../finding.ts";
import { type Attribute, readAttributes } from "./attributes.ts";
import { nextMark } from "./lexer.ts";
import { judgeTag } from "./tag.ts";

/** Bytes read for each byte of the value before the search gives up: tags inside tags inside tags. */
const READS_PER_BYTE_MAX = 1;
const READS_FREE = 16_384;
/** Bytes and attributes read of each tag behind that, and how many of them. */
const SHORT_BYTES = 96;
const SHORT_TAGS_MAX = 4_000;
const SHORT_ATTRIBUTES_MAX = 6;
/** Script elements in one value; no text speaks of more. */
const SCRIPTS_MAX = 200;
/** Tags behind an attack that are still searched for a surer one. */
const TAGS_ENOUGH = 64;
/** Longest name of an element that is read. */
const TAG_NAME_BYTES_MAX = 64;

const STEPS_PER_ATTRIBUTE = 96;

const CWE_SCRIPT = 79;

export interface Tag {
  /** Lower case, without name-space prefix and NULs. */
  readonly name: string;
  readonly isEnd: boolean;
  readonly attributes: readonly Attribute[];
  /** Where its `<` stands and where it ends, behind `>`. */
  readonly start: number;
  readonly end: number;
  /** Was its `>` there? */
  readonly isClosed: boolean;
}

/** The surest finding over all tags of a value; every tag is paid for. */
export function findMarkup(value: string, spend: (steps: number) => void): Finding | undefined {
  let best: Finding | undefined;
  let tags = 0;
  let scripts = 0;
  let reads = READS_FREE + value.length * READS_PER_BYTE_MAX;
  for (let at = value.indexOf("<"); at >= 0; at = nextMark(value, at, "<")) {
    if (!mayOpen(value.charCodeAt(at + 1))) continue;
    const tag = readTag(value, at);
    if (tag === undefined) {
      best = surer(best, judgeDeclaration(value, at));
      continue;
    }
    reads -= tag.end - at;
    spend(priceOf(tag));
    best = surer(best, judgeTag(value, tag));
    if (tag.name === "script" && ++scripts > SCRIPTS_MAX) return finding("script.element", 5, CWE_SCRIPT, value, at);
    if (best?.weight === 5 || (best?.weight === 4 && ++tags > TAGS_ENOUGH)) return best;
    if (reads < 0) return surer(best, findShort(value, at + 1, spend));
  }
  return best;
}

/** The rest of a value whose tags hold each other: the beginning of each is looked at, no more. */
function findShort(value: string, from: number, spend: (steps: number) => void): Finding | undefined {
  let best: Finding | undefined;
  let tags = 0;
  for (let at = value.indexOf("<", from); at >= 0 && best?.weight !== 5; at = nextMark(value, at, "<")) {
    if (!mayOpen(value.charCodeAt(at + 1))) continue;
    // Nobody nests them thousands of times but to tire the reader.
    if (++tags > SHORT_TAGS_MAX) return finding("script.nested-markup", 5, CWE_SCRIPT, value, at);
    const head = value.slice(at, at + SHORT_BYTES);
    const tag = readTag(head, 0, SHORT_ATTRIBUTES_MAX);
    if (tag === undefined) continue;
    spend(priceOf(tag));
    best = surer(best, judgeTag(head, tag));
  }
  return best;
}

/** In steps: its bytes were read, and each of its attributes is held against several lists. */
function priceOf({ start, end, attributes }: Tag): number {
  return (end - start) * 2 + attributes.length * STEPS_PER_ATTRIBUTE;
}

/** A letter, `/`, `!`, `?`, `%`, or a NUL that is dropped. */
function mayOpen(code: number): boolean {
  return isLetter(code) || code === 0x2f || code === 0x21 || code === 0x3f || code === 0x25 || code === 0;
}

function readTag(value: string, start: number, attributesMax?: number): Tag | undefined {
  let at = skipIgnored(value, start + 1);
  const isEnd = value.charCodeAt(at) === 0x2f;
  if (isEnd) at = skipIgnored(value, at + 1);
  if (!isLetter(value.charCodeAt(at))) return undefined;
  const nameStart = at;
  while (at < value.length && at - nameStart < TAG_NAME_BYTES_MAX && !endsName(value.charCodeAt(at))) at++;
  const read = readAttributes(value, at, attributesMax);
  return { name: plainName(value.slice(nameStart, at)), isEnd, attributes: read.attributes, start, end: read.end, isClosed: read.isClosed };
}

/** NULs were dropped by old engines, and are by filters in front of new ones. */
function skipIgnored(value: string, at: number): number {
  let here = at;
  while (value.charCodeAt(here) === 0) here++;
  return here;
}

function endsName(code: number): boolean {
  return code === 0x3e || code === 0x2f || code === 0x3c || (code <= 0x20 && code !== 0);
}

/** Small letters and digits alone. */
function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!((code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39))) return false;
  }
  return true;
}

function plainName(text: string): string {
  if (isPlain(text)) return text;
  const lower = text.toLowerCase();
  const bare = lower.indexOf("\0") < 0 ? lower : lower.replaceAll("\0", "");
  const clean = bare.indexOf("\\0") < 0 ? bare : bare.replaceAll("\\0", "");
  return clean.slice(clean.lastIndexOf(":") + 1);
}

/** `<!--[if`, `<!<script>`, `<?import`: what is no tag and still is read by some engine. */
function judgeDeclaration(value: string, at: number): Finding | undefined {
  const mark = value.charCodeAt(at + 1);
  const next = value.charCodeAt(at + 2) | 0x20;
  if (!(mark === 0x21 && (next === 0x2d || next === 0x7b)) && !(mark === 0x3f && next === 0x69)) return undefined;
  const head = value.slice(at, at + 40).toLowerCase();
  // Office alone fulfils the condition, and it runs nothing: what it copies is full of them.
  if (/^<!--\[if [\s(]{0,4}(?:[gl]te? )?mso[\s\d)]{0,8}\]>/.test(head)) return undefined;
  if (head.startsWith("<!--[if") || head.startsWith("<?import") || head.startsWith("<![if"))
    return finding("script.conditional", 4, CWE_SCRIPT, value, at);
  return undefined;
}
