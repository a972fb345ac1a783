// Serialised objects: marks with which a value makes a server build objects of the sender's choice.

import { byteSet, DIGITS } from "../../text/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { findWord } from "../find-word.ts";
import { finding, surer } from "../finding.ts";
import { findGadget, GADGET_WORDS } from "./gadgets.ts";
import { objectTraceDetector } from "./traces.ts";

const CWE_DESERIALISATION = 502;

interface Mark {
  readonly kind: string;
  readonly weight: Finding["weight"];
  /** At the value's beginning, or behind a blank, a quote or a sign of assignment. */
  readonly pattern: RegExp;
  /** What it begins with, in lower case: one of these stands in the value. */
  readonly words: readonly string[];
}

/** Modules of Python that a pickle calls. */
const MODULES = "os posix nt subprocess sys builtins __builtin__ commands socket".split(" ");

/** What a serialised value begins with, plain and in Base64 or hexadecimal. Each is tried once, at the value's beginning. */
const HEADS: readonly Mark[] = [
  { kind: "object.java", weight: 5, pattern: /^(?:\xac\xed\x00\x05|rO0AB|ac ?ed ?00 ?05)/i, words: ["\xac", "ro0ab", "aced", "ac ed"] },
  { kind: "object.java", weight: 5, pattern: /^(?:H4sIA[\w+/]{3}A{4,8}[\w+/]{0,3}v[\w+/]{0,3}l)/, words: ["h4sia"] },
  // ObjectStateFormatter, whose third byte says that a stream of BinaryFormatter follows: no page's own state begins so.
  { kind: "object.dotnet", weight: 5, pattern: /^(?:\/wEy[\w+/]{16}|\xff\x01\x32)/, words: ["/wey", "\xff\x012"] },
  { kind: "object.dotnet", weight: 5, pattern: /^(?:\x00\x01\x00\x00\x00\xff\xff\xff\xff|AAEAAAD\/{5})/, words: ["\0\x01\0\0\0", "aaeaaad"] },
  { kind: "object.python", weight: 5, pattern: /^(?:\x80[\x02-\x05](?:\x95|c|\}|\]|\()|gA(?:N|J)[jx]|gASV|gAWV)/, words: ["\x80\x02", "\x80\x03", "\x80\x04", "\x80\x05", "gan", "gaj", "gasv", "gawv"] },
  { kind: "object.python", weight: 5, pattern: new RegExp(String.raw`^\(?c(?:${MODULES.join("|")})\n\w{2,20}\n`), words: MODULES.flatMap((name) => [`c${name}\n`, `(c${name}\n`]) },
  // The oldest form, whose command stands behind what it is given.
  { kind: "object.python", weight: 5, pattern: new RegExp(String.raw`^\(+[SVIF][^\n]{0,200}\n(?:[^\n]{0,80}\n){0,6}i(?:${MODULES.join("|")})\n\w{2,20}\n`), words: MODULES.map((name) => `\ni${name}\n`) },
  { kind: "object.ruby", weight: 5, pattern: /^(?:\x04\x08[o[{UCcIu]|BAh(?:vO|bC|7B|VO|jO|JI|1O)|BAhv|BAhV)/, words: ["\x04\x08", "bah"] },
]; // biome-ignore format: one row each

/** The first bytes of all of them, in either case. */
const HEAD_FIRST = byteSet(HEADS.flatMap(({ words }) => words.flatMap((word) => [word.charAt(0), word.charAt(0).toUpperCase()])).join(""));

/** Types in tags of YAML, by the language before the slash, and classes of Java. */
const TAGS: readonly string[] = ["python/", "ruby/", "php/", "js/", "perl/", "javax.", "java.", "com.", "org.", "sun."];
const TAG_FIRST = byteSet(TAGS.map((tag) => tag.charAt(0)).join(""));
/** The same, named in full, as a shorthand for tags or a tag itself may be (YAML 1.2 section 6.8.2). */
const FULL_TAG = "tag:yaml.org,2002:";
const LANGUAGES = ["python", "ruby", "perl", "php", "js", "java"];
const FULL_TAGS: readonly string[] = LANGUAGES.map((language) => `${FULL_TAG}${language}/`);
/** References that hold each other, a member of Python's jsonpickle, and functions of node-serialize. */
const REFERENCE = "[*";
const JSON_PYTHON = '"py/';
const NODE_MARKS: readonly string[] = ["_$$ND_FUNC$$_", "$$ND_CC$$"];

export const objectDetector: Detector = {
  name: "object",
  needs: undefined,
  words: [
    ...(objectTraceDetector.words ?? []),
    ...HEADS.flatMap(({ words }) => words),
    // PHP: the length of a name, and how many members there are.
    ...[..."0123456789"].flatMap((digit) => [`${digit}:"`, `${digit}:{`]),
    ...TAGS.map((tag) => `!${tag}`),
    ...FULL_TAGS,
    REFERENCE,
    JSON_PYTHON,
    ...NODE_MARKS.map((mark) => mark.toLowerCase()),
    ...GADGET_WORDS,
  ],
  find: (value) => surer(findObject(value), objectTraceDetector.find(value)),
};

/** A hash, a string or a list with its signature: what Ruby on Rails up to 4 keeps in cookies of its own. */
const SIGNED_RUBY = /^BAh(?:7[A-P]|J[A-P]|b[A-P])[\w+/]{0,4096}(?:=|%3[dD]){0,2}--[\da-f]{40}(?:[\da-f]{24})?$/;

/** Finds serialised objects; linear in the value's length. */
export function findObject(value: string): Finding | undefined {
  let best: Finding | undefined;
  if (HEAD_FIRST[value.charCodeAt(0)] === 1) {
    if (SIGNED_RUBY.test(value)) return undefined;
    for (const head of HEADS) if (head.pattern.test(value)) best = surer(best, finding(head.kind, head.weight, CWE_DESERIALISATION, value));
    if (best !== undefined) return best;
  }
  best = findPhp(value);
  if (best?.weight !== 5) best = surer(best, findTagged(value));
  if (best?.weight !== 5) best = surer(best, findGadget(value));
  return best;
}

/** `O:8:"stdClass":1:{` of PHP; arrays alone are old but honest. */
function findPhp(value: string): Finding | undefined {
  let best: Finding | undefined;
  for (let at = value.indexOf(":"); at >= 0 && at < value.length - 6; at = value.indexOf(":", at + 1)) {
    const type = value.charCodeAt(at - 1) | 0x20;
    if (type !== 0x6f && type !== 0x63 && type !== 0x61 && type !== 0x65) continue;
    const next = value.charCodeAt(at + 1);
    if (next !== PLUS && DIGITS[next] !== 1) continue;
    const before = at >= 2 ? value.charCodeAt(at - 2) : 0x3b;
    if (isWordByte(before)) continue;
    const rest = value.slice(at, at + 120);
    if (/^:\+?\d{1,9}:"[\w\\]{1,80}"(?::\d{1,9}:\{|;)/.test(rest) && type !== 0x61)
      return finding("object.php", 5, CWE_DESERIALISATION, value, at - 1);
    if (type === 0x61 && /^:\d{1,9}:\{(?:i:\d|s:\d|\})/.test(rest))
      best ??= finding("object.php-array", 2, CWE_DESERIALISATION, value, at - 1);
  }
  return best;
}

const PLUS = 0x2b;

function isWordByte(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code === 0x5f || (code >= 0x30 && code <= 0x39);
}

/** Types named in YAML tags, JSON members and XML of the Java world. */
function findTagged(value: string): Finding | undefined {
  for (let at = value.indexOf("!"); at >= 0; at = value.indexOf("!", at + 1)) {
    const next = value.charCodeAt(at + 1);
    if (TAG_FIRST[next === EXCLAMATION ? value.charCodeAt(at + 2) : next] !== 1) continue;
    const head = value.slice(at, at + 60);
    if (/^!{1,2}(?:python\/(?:object|name|module|tuple)|ruby\/(?:object|hash|struct|class|regexp)|php\/object|js\/(?:function|regexp|undefined)|perl\/|(?:javax|java|com|org|sun)\.[\w.$]{4,})/.test(head)) return finding("object.yaml", 5, CWE_DESERIALISATION, value, at); // biome-ignore format: one line
  }
  for (let at = findWord(value, FULL_TAG); at >= 0; at = findWord(value, FULL_TAG, at + 1))
    if (FULL_TAGS.some((tag) => value.startsWith(tag, at))) return finding("object.yaml", 5, CWE_DESERIALISATION, value, at);
  // Anchors that hold each other many times over: the text grows without end (YAML).
  if (value.indexOf(REFERENCE) >= 0 && /&\w{1,20} ?\[ ?(?:\*\w{1,20}, ?){3}/.test(value))
    return finding("object.yaml", 4, CWE_DESERIALISATION, value);
  const python = value.indexOf(JSON_PYTHON);
  if (
    python >= 0 &&
    /^"py\/(?:object|reduce|type|function|repr|newargs|state|module)(?:ex)?"\s{0,4}:/.test(value.slice(python, python + 32))
  )
    return finding("object.python", 5, CWE_DESERIALISATION, value, python);
  return NODE_MARKS.some((mark) => findWord(value, mark) >= 0) ? finding("object.node", 5, CWE_DESERIALISATION, value) : undefined;
}

const EXCLAMATION = 0x21;
