import { byteSet, bytesOf } from "../../text/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { finding, surer } from "../finding.ts";
import { Behind, createPairs, follow, isBlank, type Pairs } from "./follow.ts";
import { glance, NOTHING } from "./glance.ts";
import { findMark, GATES, globPathAt, MARK_WORDS } from "./marks.ts";
import { isProgramPath, likelihoodOf, Name } from "./names.ts";
import { asText, ONE_WORD_BYTES_MAX, type Place, SURE, weigh } from "./weigh.ts";
import { type CommandWord, readWord } from "./word.ts";

// Commands of shells: a name in the place where a shell looks for one, with what a shell expects behind it.

/** CWE-78: improper neutralization of special elements used in an OS command. */
const CWE = 78;
/** Places in one value where a word is read as a shell reads it; plain words that are no commands do not count. */
const PLACES_MAX = 1000;
/** Places in one value where plain names with something behind them are looked at. */
const PLAIN_PLACES_MAX = 10_000;
const SEPARATORS = new Uint8Array(256);
for (const character of ";|&\n\r`(<\\") SEPARATORS[character.charCodeAt(0)] = 1;
/** Of those, the ones behind which a command may start; and the backslash of a line end that is written out. */
const STARTS = SEPARATORS.slice();
STARTS[0x3c] = 0;
const ENTITY_BYTES_MAX = 8;
const ENTITY = /^&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,5}|#x[\da-f]{1,5})$/i;
const SUBSTITUTION = 0x28;

/** `/bin/2024/report`: a folder of a page, for programs stand in `bin` itself. */
const BELOW_BIN = /^\/(?:usr\/(?:local\/)?)?s?bin\/[^?*[]/;

/** Asked in this order: what the first finds is what both find together, and only values with words of marks are shown to it. */
export const commandDetectors: readonly Detector[] = [
  { name: "command", sparesDocuments: true, needs: byteSet(GATES), words: MARK_WORDS, find: findMarked },
  { name: "command", sparesDocuments: true, needs: undefined, find: (value) => surer(findPlaces(value).best, wildcards(value)) },
];

function findMarked(value: string): Finding | undefined {
  const found = findMark(value);
  if (found === undefined) return undefined;
  const { best, isEnough } = findPlaces(value);
  if (isEnough) return best;
  return surer(surer(best, finding(found.mark.kind, found.mark.weight, CWE, value, found.at)), wildcards(value));
}

interface Places {
  readonly best: Finding | undefined;
  /** Nothing else can be surer, or there were more places than are looked at. */
  readonly isEnough: boolean;
}

/** A command in its place that a shell would run if the value reached one. Linear: a bounded number of bytes is read behind each separator. */
function findPlaces(value: string): Places {
  const plusIsBlank = value.includes("+") && !value.includes(" ");
  const first = skipBlanks(value, 0, plusIsBlank);
  const pairs = createPairs();
  let best = isNone(glance(value, first, plusIsBlank))
    ? undefined
    : judge(value, { mark: 0, separator: 0, at: first, isFirst: true, isTight: true }, plusIsBlank, pairs, 0);
  let places = 0;
  const bytes = bytesOf(value);
  for (let at = nextSeparator(bytes, 0, value.length); at < value.length; at = nextSeparator(bytes, at + 1, value.length)) {
    const code = value.charCodeAt(at);
    const start = placeBehind(value, at, code);
    if (start < 0) continue;
    let word = skipBlanks(value, start, plusIsBlank);
    let known = glance(value, word, plusIsBlank);
    if (at <= ONE_WORD_BYTES_MAX) {
      const behind = skipLead(value, word);
      if (behind > word) {
        word = behind;
        known = glance(value, word, plusIsBlank);
      }
    }
    const mayBeUnknown = (code === 0x3b || code === 0x7c) && isFirst(value, at);
    if (known === Name.none && !mayBeUnknown) continue;
    if (++places > PLACES_MAX) {
      // Padding hides nothing that is written plainly.
      if (best !== undefined && best.weight >= SURE) return { best, isEnough: true };
      if (places > PLAIN_PLACES_MAX) break;
      if (known === undefined || known === NOTHING || !hasArgument(value, word)) continue;
    }
    if (known === NOTHING && !mayBeUnknown) continue;
    best = surer(
      best,
      judge(
        value,
        {
          mark: code === 0x5c || code === 0x0d ? 0x0a : code,
          separator: at,
          at: word,
          isFirst: isFirst(value, at),
          isTight: word === start,
        },
        plusIsBlank,
        pairs,
        best?.weight ?? 0,
      ),
    );
    if (best?.weight === 5) return { best, isEnough: true };
  }
  return { best, isEnough: false };
}

function nextSeparator(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && STARTS[bytes[at] as number] === 0) at++;
  return at;
}

function isNone(known: number | undefined): boolean {
  return known === Name.none || known === NOTHING;
}

/** Where a command may start behind this byte, or -1: `\n` may be written out, and `(` starts one only behind `$`, `<` or `>`. */
function placeBehind(value: string, at: number, code: number): number {
  const next = value.charCodeAt(at + 1);
  if (code === 0x5c) return (next | 32) === 0x6e || (next | 32) === 0x72 ? at + 2 : -1;
  if (code === SUBSTITUTION) {
    const before = value.charCodeAt(at - 1);
    return before === 0x24 || before === 0x3c || before === 0x3e ? at + 1 : -1;
  }
  // The second of two separators counts; two back-quotes hold nothing, three open a block of code.
  if (next === code || (code === 0x60 && value.charCodeAt(at - 1) === code)) return -1;
  if (code === 0x3b && isEntity(value, at)) return -1;
  return at + 1;
}

/** What may go before the name of a command: a variable of its own, a file that it reads, `!`, `{`. */
const LEAD = /(?:[A-Za-z_]\w{0,20}=[\w./:-]{0,20}\s{1,2}|[<>]{1,2} ?[\w./~-]{1,40}\s{1,2}|[!{]\s{1,2}){1,3}/y;

function skipLead(value: string, from: number): number {
  LEAD.lastIndex = from;
  return LEAD.test(value) ? LEAD.lastIndex : from;
}

/** `&lt;` is no end of a command. */
function isEntity(value: string, at: number): boolean {
  let start = at - 1;
  while (start >= 0 && at - start < ENTITY_BYTES_MAX && value.charCodeAt(start) !== 0x26 && value.charCodeAt(start) > 0x20) start--;
  return value.charCodeAt(start) === 0x26 && ENTITY.test(value.slice(start, at));
}

function skipBlanks(value: string, from: number, plusIsBlank: boolean): number {
  let at = from;
  while (
    at < value.length &&
    (isBlank(value.charCodeAt(at), plusIsBlank || from > 0) || value.charCodeAt(at) === 0x40 || value.charCodeAt(at) === 0x28)
  )
    at++;
  return at;
}

function isFirst(value: string, at: number): boolean {
  if (at > ONE_WORD_BYTES_MAX) return false;
  let before = at - 1;
  while (before >= 0 && (value.charCodeAt(before) <= 0x20 || value.charCodeAt(before) === value.charCodeAt(at))) before--;
  if (before < 0) return true;
  const code = value.charCodeAt(before);
  return (code === 0x27 || code === 0x22 || code === 0x29) && before < 24;
}

/** `weight`: that of what was found already; what is not surer need not be looked at any closer. */
function judge(value: string, place: Place, plusIsBlank: boolean, pairs: Pairs, weight: number): Finding | undefined {
  const code = value.charCodeAt(place.at);
  if (place.at >= value.length || code <= 0x20) return undefined;
  const word = readWord(value, place.at, plusIsBlank);
  if (word.isVariable) return variable(value, place);
  if (word.name === "") return undefined;
  // The first line of a request, as tickets and logs quote it.
  if (place.mark === 0 && /^(?:GET|HEAD|PUT|DELETE|PATCH) \//.test(value)) return undefined;
  const known = likelihoodOf(word.name);
  const likelihood = known === Name.none && word.hasEnding && place.mark !== 0 ? Name.short : known;
  const isProgram =
    word.path !== "" && /^[a-z?*[]/.test(word.name) && isProgramPath(word.path) && (known !== Name.none || !BELOW_BIN.test(word.path));
  if (likelihood === Name.none && !isProgram) return unknown(value, place, word);
  const behind = word.hasFalseBlank ? Behind.shell : follow(value, word.end, word.name, plusIsBlank, pairs);
  const sure = weigh(value, place, word, isProgram ? Name.sure : likelihood, behind);
  if (sure === 0 || sure <= weight) return undefined;
  const told = sure >= SURE && place.mark !== 0 ? asText(value, place, sure, behind) : sure;
  return finding("command.run", told, CWE, value, Math.max(0, place.at - 2));
}

/** A blank and a byte of an argument follow the plain word. */
function hasArgument(value: string, start: number): boolean {
  let at = start;
  while ((value.charCodeAt(at) | 32) >= 0x61 && (value.charCodeAt(at) | 32) <= 0x7a) at++;
  return value.charCodeAt(at) === 0x20 && SEPARATORS[value.charCodeAt(at + 1)] !== 1;
}

/** An option, or a path of the system. */
const ARGUMENT = /^ (?:--?[a-z]|\/(?:etc|proc|var|root|home|usr|bin|dev|tmp)\/[\w.])/i;

/** `;tool --option`: nobody knows all programs, and no text starts so. */
function unknown(value: string, place: Place, word: CommandWord): Finding | undefined {
  const isPlace = place.isFirst && (place.mark === 0x3b || place.mark === 0x7c);
  // `;./a`: a file that was put there before.
  if (isPlace && /^(?:\.{1,2}\/|\/(?:tmp|dev\/shm|var\/tmp)\/)/.test(word.path) && /^[a-z]/.test(word.name))
    return finding("command.run", 4, CWE, value, place.at - 1);
  if (!isPlace || !/^[a-z][\w.-]{1,30}$/.test(word.name) || !ARGUMENT.test(value.slice(word.end, word.end + 24))) return undefined;
  return finding("command.run", 4, CWE, value, place.at - 1);
}

/** Bytes of a value in which a variable is set and then run. */
const LINE_BYTES_MAX = 80;
/** What stands in front of a variable that is set. */
const SETS = [";", "; ", "&", "& ", "|", "| ", "(", "\n"];

/** `;$cmd`, `&&$a $b`: a command that is put together from variables. */
function variable(value: string, place: Place): Finding | undefined {
  if (/^\$\{?(?:SHELL|BASH|0)\}?(?:[\s;|&]|$)/.test(value.slice(place.at, place.at + 10)))
    return finding("command.variable", 4, CWE, value, place.at);
  if (place.mark === 0 || place.mark === 0x0a) return undefined;
  if (/^\$env:[a-z]\w/i.test(value.slice(place.at, place.at + 8))) return finding("command.variable", 4, CWE, value, place.at - 1);
  // `a=cat;$a .env`.
  const name = /^\$\{?(\w{1,20})\}?[\s;|&]/.exec(value.slice(place.at, place.at + 30))?.[1];
  if (name !== undefined && place.at <= LINE_BYTES_MAX && SETS.some((mark) => value.lastIndexOf(`${mark}${name}=`, place.at) >= 0))
    return finding("command.variable", 4, CWE, value, place.at - 1);
  const isPieces =
    /^\$\w{1,20}(?:[\s;|&]+\$\w|\$\w|$)/.test(value.slice(place.at, place.at + 60)) &&
    /(?:^|[;&|^\n\r(`{]) ?\w{1,20}=/.test(value.slice(Math.max(0, place.at - 80), place.at));
  return isPieces ? finding("command.variable", 4, CWE, value, place.at - 1) : undefined;
}

function wildcards(value: string): Finding | undefined {
  if (!value.includes("?") && !value.includes("[")) return undefined;
  let at = value.indexOf("/");
  for (let tries = 0; at >= 0 && tries < 64; tries++) {
    if (globPathAt(value, at)) return finding("command.wildcard", 4, CWE, value, at);
    at = value.indexOf("/", at + 1);
  }
  return undefined;
}
