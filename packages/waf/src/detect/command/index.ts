import type { Detector, Finding } from "../contract.ts";
import { finding, surer } from "../finding.ts";
import { Behind, follow, isBlank } from "./follow.ts";
import { findMark, gateOf, globPathAt } from "./marks.ts";
import { isSystemFolder, likelihoodOf, Name, SHELLS } from "./names.ts";
import { surroundings } from "./text.ts";
import { type CommandWord, isWordByte, readWord } from "./word.ts";

// Commands of shells: a name in the place where a shell looks for one, with what a shell expects behind it.

/** CWE-78: improper neutralization of special elements used in an OS command. */
const CWE = 78;
/** Places in one value where a word is read as a shell reads it; plain words that are no commands do not count. */
const PLACES_MAX = 1000;
/** Places in one value where plain names with something behind them are looked at. */
const PLAIN_PLACES_MAX = 10_000;
const SURE = 4;
/** Separators in a row of plain words: a list or a table, not a pipeline. */
const LIST_SEPARATORS_MIN = 3;
/** How much of a value is looked at to tell a list, in bytes. */
const LIST_BYTES_MAX = 200;

/** A word before a separator that may be a host or a name, in bytes. */
const ONE_WORD_BYTES_MAX = 64;

const SEPARATORS = new Uint8Array(256);
for (const character of ";|&\n\r`(<\\") SEPARATORS[character.charCodeAt(0)] = 1;
/** Bytes that end a word for a shell and for everyone else. */
const WORD_ENDS = new Uint8Array(256);
for (const character of " \t\n\r;|&)(=,!#<>]}@") WORD_ENDS[character.charCodeAt(0)] = 1;
const ENTITY_BYTES_MAX = 8;
const ENTITY = /^&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,5}|#x[\da-f]{1,5})$/i;
/** What a field holds before somebody adds to it: no other signs, as a password has. */
const VALUE = /^[\w.@\-/\s'")\]]*$/;
const BINARIES = new Set(["bin", "sbin"]);
const SUBSTITUTION = 0x28;

interface Place {
  /** The byte in front: a separator, 0x28 for `$(`, 0 for the start of the value. */
  readonly mark: number;
  /** Where the word starts. */
  readonly at: number;
  /** Where the separator stands. */
  readonly separator: number;
  /** The separator is the first thing in the value, or stands right behind a quote that closes something. */
  readonly isFirst: boolean;
  /** No blank stands between the separator and the word. */
  readonly isTight: boolean;
}

export const commandDetector: Detector = { name: "command", needs: undefined, find: findCommand };

/** A command that a shell would run if the value reached one. Linear: a bounded number of bytes is read behind each separator. */
export function findCommand(value: string): Finding | undefined {
  const plusIsBlank = value.includes("+") && !value.includes(" ");
  const first = skipBlanks(value, 0, plusIsBlank);
  let best =
    plainName(value, first) === Name.none
      ? undefined
      : judge(value, { mark: 0, separator: 0, at: first, isFirst: true, isTight: true }, plusIsBlank);
  let places = 0;
  let gates = 0;
  let hasWildcard = false;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    gates |= gateOf[code] ?? 0;
    if (code === 0x3f || code === 0x5b) hasWildcard = true;
    if ((SEPARATORS[code] ?? 0) === 0) continue;
    const start = placeBehind(value, at, code);
    if (start < 0) continue;
    const word = skipBlanks(value, start, plusIsBlank);
    const known = plainName(value, word);
    if (known === Name.none) continue;
    if (++places > PLACES_MAX) {
      // Padding hides nothing that is written plainly.
      if (best !== undefined && best.weight >= SURE) return best;
      if (known === undefined || places > PLAIN_PLACES_MAX || !hasArgument(value, word)) continue;
    }
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
      ),
    );
    if (best?.weight === 5) return best;
  }
  if (gates === 0) return best;
  const found = findMark(value.toLowerCase(), gates);
  if (found !== undefined) best = surer(best, finding(found.mark.kind, found.mark.weight, CWE, value, found.at));
  return hasWildcard ? surer(best, wildcards(value)) : best;
}

/** Where a command may start behind this byte, or -1: `\n` may be written out, and `(` starts one only behind `$`, `<` or `>`. */
function placeBehind(value: string, at: number, code: number): number {
  const next = value.charCodeAt(at + 1);
  if (code === 0x5c) return (next | 32) === 0x6e || (next | 32) === 0x72 ? at + 2 : -1;
  if (code === SUBSTITUTION) {
    const before = value.charCodeAt(at - 1);
    return before === 0x24 || before === 0x3c || before === 0x3e ? at + 1 : -1;
  }
  if (code === 0x3c) return -1;
  // The second of two separators counts; two back-quotes hold nothing, three open a block of code.
  if (next === code || (code === 0x60 && value.charCodeAt(at - 1) === code)) return -1;
  if (code === 0x3b && isEntity(value, at)) return -1;
  return at + 1;
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

function judge(value: string, place: Place, plusIsBlank: boolean): Finding | undefined {
  const code = value.charCodeAt(place.at);
  if (place.at >= value.length || code <= 0x20) return undefined;
  const word = readWord(value, place.at, plusIsBlank);
  if (word.isVariable) return variable(value, place);
  if (word.name === "") return undefined;
  const known = likelihoodOf(word.name);
  const likelihood = known === Name.none && word.hasEnding && place.mark !== 0 ? Name.short : known;
  const isProgram = word.path !== "" && isProgramPath(word.path);
  if (likelihood === Name.none && !isProgram) return unknown(value, place, word);
  const behind = word.hasFalseBlank ? Behind.shell : follow(value, word.end, word.name, plusIsBlank);
  const sure = weigh(value, place, word, isProgram ? Name.sure : likelihood, behind);
  if (sure === 0) return undefined;
  const weight = sure >= SURE && place.mark !== 0 ? asText(value, place, sure, behind) : sure;
  return finding("command.run", weight, CWE, value, Math.max(0, place.at - 2));
}

/** How likely a plain word is a command, told without reading it as a shell does; undefined where it is not plain. Most benign places end here. */
function plainName(value: string, start: number): number | undefined {
  let at = start;
  while (at < value.length && (value.charCodeAt(at) | 32) >= 0x61 && (value.charCodeAt(at) | 32) <= 0x7a) at++;
  const code = value.charCodeAt(at);
  const isOver = at >= value.length || WORD_ENDS[code] === 1 || (code === 0x3a && at - start > 1);
  return at > start && isOver ? likelihoodOf(value.slice(start, at).toLowerCase()) : undefined;
}

/** A command in a text about commands is a sign at most; where the line is a shell's own, only what touches the system is more. */
function asText(value: string, place: Place, sure: Finding["weight"], behind: number): Finding["weight"] {
  const around = surroundings(value, place.separator);
  if (around === "value") return sure;
  return behind === Behind.system && around !== "fence" ? 4 : 3;
}

/** A blank and a byte of an argument follow the plain word. */
function hasArgument(value: string, start: number): boolean {
  let at = start;
  while ((value.charCodeAt(at) | 32) >= 0x61 && (value.charCodeAt(at) | 32) <= 0x7a) at++;
  return value.charCodeAt(at) === 0x20 && SEPARATORS[value.charCodeAt(at + 1)] !== 1;
}

function isProgramPath(path: string): boolean {
  const folders = path.split(/[/\\]/);
  const [, first = "", second = "", third = ""] = folders;
  if (folders[0] === "" && first !== "") return BINARIES.has(first) || BINARIES.has(second) || BINARIES.has(third) || (/[?*[]/.test(first) && isSystemFolder(first)); // biome-ignore format: one line
  return /^[a-z]:\\+windows|system32/i.test(path);
}

/** `;tool --option`: nobody knows all programs, and no text starts so. */
function unknown(value: string, place: Place, word: CommandWord): Finding | undefined {
  const isPlace = place.isFirst && (place.mark === 0x3b || place.mark === 0x7c);
  if (!isPlace || !/^[a-z][\w.-]{1,30}$/.test(word.name) || !/^ --?[a-z]/i.test(value.slice(word.end, word.end + 4))) return undefined;
  return finding("command.run", 4, CWE, value, place.at - 1);
}

/** `;$cmd`, `&&$a $b`: a command that is put together from variables. */
function variable(value: string, place: Place): Finding | undefined {
  if (/^\$\{?(?:SHELL|BASH|0)\}?\s/.test(value.slice(place.at, place.at + 10))) return finding("command.variable", 4, CWE, value, place.at);
  if (place.mark === 0 || place.mark === 0x0a) return undefined;
  const isPieces =
    /^\$\w{1,20}(?:[\s;|&]+\$\w|\$\w|$)/.test(value.slice(place.at, place.at + 60)) &&
    /(?:^|[;&|]) ?\w{1,20}=/.test(value.slice(Math.max(0, place.at - 80), place.at));
  return isPieces ? finding("command.variable", 4, CWE, value, place.at - 1) : undefined;
}

function weigh(value: string, place: Place, word: CommandWord, likelihood: number, behind: number): 0 | Finding["weight"] {
  if (behind === Behind.other) return 0;
  if (word.isHidden && word.name.length > 2) return place.mark === 0 && behind < Behind.argument ? 4 : 5;
  if (place.mark === 0) return atStart(word, likelihood, behind, value.includes("\n"));
  if (behind === Behind.system) return place.mark === 0x0a && !place.isFirst ? 4 : 5;
  if (place.mark === SUBSTITUTION) return substitution(likelihood, behind);
  if (place.mark === 0x60) return backquote(value, place, likelihood, behind);
  if (SHELLS.has(word.name) && place.mark === 0x7c && (behind === Behind.nothing || behind === Behind.separator) && word.name !== "node")
    return isList(value) ? 2 : 4;
  if (behind === Behind.shell) return behindSeparator(value, place, likelihood);
  if (behind === Behind.prose)
    return likelihood === Name.sure && place.mark !== 0x0a
      ? place.isFirst
        ? 4
        : 3
      : likelihood === Name.short && place.isFirst && place.mark !== 0x0a
        ? 3
        : 0;
  if (behind === Behind.argument) return withArgument(value, place, likelihood);
  return alone(value, place, likelihood);
}

/** The value is the command itself: documents quote commands as well. */
function atStart(word: CommandWord, likelihood: number, behind: number, isText: boolean): 0 | Finding["weight"] {
  if (behind === Behind.system) return 4;
  if (isProgramPath(word.path) && likelihood === Name.sure) return behind === Behind.prose ? 3 : 4;
  if (behind === Behind.shell) return likelihood === Name.everyday || isText ? 3 : 4;
  if (behind === Behind.argument) return likelihood === Name.sure ? 3 : likelihood === Name.short ? 2 : 0;
  if (behind === Behind.separator) return likelihood === Name.everyday ? 0 : 2;
  return likelihood === Name.sure && behind === Behind.nothing ? 3 : 0;
}

function substitution(likelihood: number, behind: number): 0 | Finding["weight"] {
  if (behind === Behind.prose) return likelihood === Name.sure ? 3 : 0;
  if (behind === Behind.shell || behind === Behind.argument) return likelihood === Name.everyday ? 4 : 5;
  return likelihood === Name.everyday ? 3 : 4;
}

/** Prose marks words of code with back-quotes: only a value that is little else, or one glued to what is before, is a substitution. */
function backquote(value: string, place: Place, likelihood: number, behind: number): 0 | Finding["weight"] {
  if (behind === Behind.prose) return 0;
  const before = value.charCodeAt(place.at - 2);
  const close = value.indexOf("`", place.at);
  if (close < 0) return 0;
  const isWhole = place.isFirst && value.length - close < 8;
  const isInside = before === 0x28 && value.charCodeAt(place.at - 3) === 0x24;
  const isGlued =
    place.at > 1 &&
    (isWordByte(before) || before === 0x3d || before === 0x24 || before === 0x3b || before === 0x7c || before === 0x26 || isInside);
  if (!isWhole && !isGlued) return behind === Behind.shell && likelihood !== Name.everyday ? 2 : 1;
  if (behind === Behind.shell || behind === Behind.argument) return likelihood === Name.everyday ? (behind === Behind.shell ? 4 : 3) : 5;
  return likelihood === Name.everyday ? 2 : 4;
}

function behindSeparator(value: string, place: Place, likelihood: number): Finding["weight"] {
  // A line of a text may well be a command that somebody explains.
  if (place.mark === 0x0a) return place.isFirst || isOneWord(value, place.separator) ? 4 : likelihood === Name.everyday ? 2 : 3;
  if (likelihood !== Name.everyday) return 5;
  // "…; make -j works": a sentence goes before, a host or a name would be one word.
  const isDoubled = place.mark !== 0x3b && value.charCodeAt(place.separator - 1) === place.mark;
  return place.isFirst || place.isTight || isDoubled || isOneWord(value, place.separator) ? 4 : 3;
}

/** Is what stands before `end` a single short word: a host, a name, a number? */
function isOneWord(value: string, end: number): boolean {
  return end <= ONE_WORD_BYTES_MAX && !/\S\s+\S/.test(value.slice(0, end));
}

function withArgument(value: string, place: Place, likelihood: number): 0 | Finding["weight"] {
  if (place.mark === 0x0a) return place.isFirst && likelihood !== Name.everyday ? 4 : likelihood === Name.sure ? 3 : 0;
  if (likelihood === Name.everyday) return place.isFirst || isOneWord(value, place.separator) ? 4 : 3;
  return likelihood === Name.sure ? 5 : 4;
}

function alone(value: string, place: Place, likelihood: number): 0 | Finding["weight"] {
  if (isList(value)) return place.isFirst && likelihood === Name.sure ? 4 : 1;
  if (likelihood === Name.sure && place.mark === 0x0a) return place.isFirst || isOneWord(value, place.separator) ? 4 : 3;
  if (likelihood === Name.sure) return 5;
  if (place.mark === 0x0a) return likelihood === Name.short && (place.isFirst || isOneWord(value, place.separator)) ? 4 : 0;
  if (likelihood === Name.everyday) return place.isFirst && place.mark !== 0x26 ? 2 : 0;
  const isSingle = place.mark === 0x26 && value.charCodeAt(place.separator - 1) !== 0x26;
  return place.isFirst ||
    (place.isTight && !isSingle && isOneWord(value, place.separator) && VALUE.test(value.slice(0, place.separator).replace(/[;|&]$/, "")))
    ? 4
    : 2;
}

/** `id | name | date`, `name;id;date`: plain words between separators. */
function isList(value: string): boolean {
  let separators = 0;
  const end = Math.min(value.length, LIST_BYTES_MAX);
  for (let at = 0; at < end; at++) {
    const code = value.charCodeAt(at);
    if (code === 0x7c || code === 0x3b) separators++;
    else if (code === 0x2f || code === 0x24 || code === 0x60) return false;
    if (separators >= LIST_SEPARATORS_MIN) return true;
  }
  return separators === 2 && /^[\w -]+[|;][\w -]+[|;][\w -]+$/.test(value.slice(0, 200));
}

function wildcards(value: string): Finding | undefined {
  let at = value.indexOf("/");
  for (let tries = 0; at >= 0 && tries < 64; tries++) {
    if (globPathAt(value, at)) return finding("command.wildcard", 4, CWE, value, at);
    at = value.indexOf("/", at + 1);
  }
  return undefined;
}
