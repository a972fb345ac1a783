import type { Finding } from "../contract.ts";
import { isChore, isLogged, isOwnVersion } from "./chore.ts";
import { Behind } from "./follow.ts";
import { isProgramPath, Name, SHELLS } from "./names.ts";
import { isService } from "./service.ts";
import { surroundings } from "./text.ts";
import { type CommandWord, isWordByte } from "./word.ts";

// How sure a command in its place is.

/** A finding of this weight refuses a request on its own. */
export const SURE = 4;
/** A word before a separator that may be a host or a name, in bytes. */
export const ONE_WORD_BYTES_MAX = 64;
/** Separators in a row of plain words: a list or a table, not a pipeline. */
const LIST_SEPARATORS_MIN = 3;
/** Bytes of a command with its arguments that are looked at. */
const COMMAND_BYTES_MAX = 100;
/** How much of a value is looked at to tell a list, in bytes. */
const LIST_BYTES_MAX = 200;
/** What a field holds before somebody adds to it: no other signs, as a password has. */
const VALUE = /^[\w.@\-/\s'")\]]*$/;
const SUBSTITUTION = 0x28;

/** Where a command may stand. */
export interface Place {
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

/** Names of one or two letters that Windows has, in capitals as well. */
const SHORT_OF_WINDOWS = /^(?:cd|md|rd|sc|fc|nc|at|ls|id|ps)$/i;
/** What may follow them at once: the end of a word or of somebody else's text, a file. */
const ENDS_SHORT = /^(?:$|[\s;|&)(`#/+${*]|\\[nrt0x]|["'](?:$|[\s;|&)#"'/])|[<>]{1,2}(?:[&(/~.%]|\s|\w{1,40}[./]))/;
const ENDS_SHORT_BYTES = 48;

/** How sure a command in its place is; 0 where it is none. */
export function weigh(value: string, place: Place, word: CommandWord, likelihood: number, behind: number): 0 | Finding["weight"] {
  const sure = weighName(value, place, word, likelihood, behind);
  return sure >= SURE && isAccident(value, place, word) ? 3 : sure;
}

/** `z;Ss>q`, `h;w'^9`: one or two letters between signs are a command in small letters alone, and only where a word ends behind them. */
function isAccident(value: string, place: Place, { name, path, isHidden, hasEnding, end }: CommandWord): boolean {
  if (name.length > 2 || path !== "" || isHidden || hasEnding) return false;
  const written = value.slice(place.at, place.at + name.length);
  const isNamed = written === name || (written === name.toUpperCase() && SHORT_OF_WINDOWS.test(name));
  // A back-quote ends only what one has begun.
  if (value.charCodeAt(end) === 0x60 && value.indexOf("`") === end) return true;
  return !isNamed || !ENDS_SHORT.test(value.slice(end, end + ENDS_SHORT_BYTES));
}

function weighName(value: string, place: Place, word: CommandWord, likelihood: number, behind: number): 0 | Finding["weight"] {
  if (behind === Behind.other) return 0;
  if (behind >= Behind.argument && (isChore(value, place, word) || isLogged(value, place, word) || isOwnVersion(value, place))) return 3;
  if (likelihood === Name.everyday && isInElement(value, place, word)) return 0;
  if (word.isHidden && word.name.length > 2) return place.mark === 0 && behind < Behind.argument ? 4 : 5;
  if (place.mark === 0) {
    if (isService(value, place, word)) return 3;
    const sure = atStart(word, likelihood, behind, value.includes("\n"));
    return isIndented(value, place.at) && sure > 3 ? 3 : sure;
  }
  if (behind === Behind.system) return place.mark === 0x0a && !place.isFirst ? 4 : 5;
  if (place.mark === SUBSTITUTION) return substitution(value, place, likelihood, behind);
  if (place.mark === 0x60) return backquote(value, place, likelihood, behind);
  if (SHELLS.has(word.name) && place.mark === 0x7c && (behind === Behind.nothing || behind === Behind.separator) && word.name !== "node")
    return isList(value) ? 2 : 4;
  if (behind === Behind.shell) return behindSeparator(value, place, likelihood);
  const isProgram = isProgramPath(word.path) && likelihood === Name.sure && isOneWord(value, place.separator) && place.mark !== 0x0a;
  if (behind === Behind.prose && (isProgram || isBidden(value, place, word))) return 4;
  if (behind === Behind.prose)
    return likelihood === Name.sure && place.mark !== 0x0a
      ? place.isFirst || isTarget(value, place.separator)
        ? 4
        : 3
      : likelihood === Name.short && place.isFirst && place.mark !== 0x0a
        ? 3
        : 0;
  if (behind === Behind.argument && place.mark === 0x0a && isProgramPath(word.path) && isOneWord(value, place.separator)) return 4;
  if (behind === Behind.argument) return isSaid(value, place, word) ? 3 : withArgument(value, place, likelihood);
  return alone(value, place, likelihood);
}

/** A command in a text about commands is a sign at most; where the line is a shell's own, only what touches the system is more. */
export function asText(value: string, place: Place, sure: Finding["weight"], behind: number): Finding["weight"] {
  const around = surroundings(value, place.separator);
  if (around === "value") return sure;
  return behind === Behind.system && around !== "fence" ? 4 : 3;
}

/** `<p>Ship & test</p>`: a word of prose, and the end of its element. */
function isInElement(value: string, place: Place, { end, isHidden }: CommandWord): boolean {
  const joins = place.mark === 0x3b || (place.mark === 0x26 && value.charCodeAt(place.separator - 1) === 0x20);
  if (!joins || place.isTight || place.isFirst || isHidden || value.charCodeAt(end) !== 0x3c) return false;
  return /^<\/[a-z][a-z\d]{0,10}>/i.test(value.slice(end, end + 16));
}

/** A line of a program: nobody sends blanks first who wants a command to run. */
function isIndented(value: string, at: number): boolean {
  return at > 0 && (value.charCodeAt(0) === 0x09 || (at > 1 && value.charCodeAt(0) === 0x20 && value.charCodeAt(1) === 0x20));
}

/** The value is the command itself: documents quote commands as well. */
function atStart(word: CommandWord, likelihood: number, behind: number, isText: boolean): 0 | Finding["weight"] {
  if (behind === Behind.system) return 4;
  if (isProgramPath(word.path) && likelihood === Name.sure) return behind === Behind.prose ? 3 : 4;
  if (behind === Behind.shell) return (likelihood === Name.everyday && word.name !== "touch") || isText ? 3 : 4;
  if (behind === Behind.argument) return likelihood === Name.sure ? 3 : likelihood === Name.short ? 2 : 0;
  if (behind === Behind.separator) return likelihood === Name.everyday ? 0 : 2;
  return likelihood === Name.sure && behind === Behind.nothing ? 3 : 0;
}

function substitution(value: string, place: Place, likelihood: number, behind: number): 0 | Finding["weight"] {
  // `$(` first of all, or right behind a separator.
  const isOwn = place.at === 2 || (place.at < ONE_WORD_BYTES_MAX && /[;|&]/.test(value.charAt(place.at - 3)));
  if (behind === Behind.prose) return likelihood >= Name.short && isOwn ? 4 : likelihood === Name.sure ? 3 : 0;
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
    (isWordByte(before) ||
      (before === 0x5b && isWordByte(value.charCodeAt(place.at - 3))) ||
      before === 0x3d ||
      before === 0x24 ||
      before === 0x3b ||
      before === 0x7c ||
      before === 0x26 ||
      isInside);
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
  return end <= ONE_WORD_BYTES_MAX && !/\S\s+\S/.test(value.slice(0, end).replace(/[\s;|&]+$/, ""));
}

/** An address, or a name with an ending, with or without the quote that ends it: what a program was to be asked about. */
const TARGET = /^\s{0,2}(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[\w-]{1,40}\.){1,6}[a-z]{2,10}|localhost)['")]{0,3}[\s;|&]{0,4}$/i;

/** Is what stands before `end` nothing but an address, a name of a host or of a file? */
function isTarget(value: string, end: number): boolean {
  return end > 0 && end <= ONE_WORD_BYTES_MAX && TARGET.test(value.slice(0, end));
}

const SENTENCE = /(?:^|[\s.!?(])(?:[A-Za-z'"-]{1,20}[,:]? ){3}[A-Za-z'"-]{1,20}$/;
const SENTENCE_BYTES = 100;

/** `… for cat food; echo that; kill the lights`: words before it, a blank, and one word behind it, which is all that would be said. */
function isSaid(value: string, { mark, separator, isTight }: Place, { name, end, isHidden }: CommandWord): boolean {
  if (mark !== 0x3b || isTight || isHidden || (name !== "echo" && name !== "say" && name !== "print")) return false;
  return (
    /^ [a-z]{2,20};(?: |$)/.test(value.slice(end, end + 24)) &&
    SENTENCE.test(value.slice(Math.max(0, separator - SENTENCE_BYTES), separator))
  );
}

/** A line end right behind a quote or at the beginning, one line of a few words behind it, and nothing more. */
const FEW_WORDS = /^(?:[^\s]{1,60}[ \t]{1,2}){1,3}[^\s]{1,60}\s{0,4}$/;

function isAlone(value: string, { isFirst, separator, at }: Place): boolean {
  if (!isFirst || value.length - at > COMMAND_BYTES_MAX) return false;
  // What begins with a line end may be a text that somebody has typed.
  return separator > 0 && /['")]/.test(value.slice(0, separator)) && FEW_WORDS.test(value.slice(at));
}

function withArgument(value: string, place: Place, likelihood: number): 0 | Finding["weight"] {
  if (
    place.mark === 0x0a &&
    (!place.isFirst || likelihood === Name.everyday) &&
    !isTarget(value, place.separator) &&
    !isAlone(value, place)
  )
    return likelihood === Name.sure ? 3 : 0;
  if (place.mark === 0x0a) return 4;
  if (likelihood === Name.everyday) return place.isFirst || isOneWord(value, place.separator) ? 4 : 3;
  return likelihood === Name.sure ? 5 : 4;
}

/** `&set&`: a word of a shell between the separators, and nothing else. */
const BETWEEN = /^[&;] ?(?:set|ver|env|dir|id|ls|pwd|type|date|netstat|hostname|ps|w) ?[&;]$/;
/** They act on the files that are named behind them. */
const ON_FILES = new Set(
  "cat head tail tac nl rev strings base64 xxd od rm cp mv ln mkdir rmdir touch sh bash dash zsh source chmod chown stat wc git tar unlink shred tee paste fold install".split(
    " ",
  ),
);
const FILES = /^(?: {1,2}[\w.*/-]{1,40}){1,2}\s{0,2}(?:$|[;&#\n])/;

/** `;cat secret`, `127.0.0.1;rm f`: the separator ends nothing that the sender has written, and a name or two follow. */
function isBidden(value: string, place: Place, { name, end }: CommandWord): boolean {
  if (place.mark !== 0x3b && value.charCodeAt(place.separator - 1) !== place.mark) return false;
  const isOwn = place.isFirst || (isTarget(value, place.separator) && place.mark !== 0x0a);
  return isOwn && ON_FILES.has(name) && FILES.test(value.slice(end, end + COMMAND_BYTES_MAX));
}

/** `…; id; #`: what the application puts behind is made a comment. */
const SWALLOWED = /^\w{2,20} ?[;|&]{1,2} ?#/;

/** Words of a shell that tell something without an argument, although they are words of everyday language as well. */
const ASKED =
  /^[;|&\n'") ]{1,6}(?:ps|w|who|date|set|export|groups|mount|history|last|jobs|find|nproc|arch|tty|logname|alias|umask|times|vdir|locale|cal|finger)\s{0,2}(?:$|[;&#\n])/;

function alone(value: string, place: Place, likelihood: number): 0 | Finding["weight"] {
  const isAsked = place.isFirst || isTarget(value, place.separator);
  if (isAsked && likelihood !== Name.none && ASKED.test(value.slice(place.separator, place.separator + ONE_WORD_BYTES_MAX))) return 4;
  if (likelihood === Name.short && isTarget(value, place.separator) && !isList(value)) return 4;
  if (place.isFirst && BETWEEN.test(value)) return 4;
  if (likelihood >= Name.short && SWALLOWED.test(value.slice(place.at, place.at + ONE_WORD_BYTES_MAX))) return 4;
  if (isList(value)) return place.isFirst && likelihood === Name.sure ? 4 : 1;
  if (likelihood === Name.sure && place.mark === 0x0a) return place.isFirst || isOneWord(value, place.separator) ? 4 : 3;
  if (likelihood === Name.sure) return 5;
  if (place.mark === 0x0a) return likelihood === Name.short && (place.isFirst || isOneWord(value, place.separator)) ? 4 : 0;
  if (likelihood === Name.everyday) return place.isFirst && place.mark !== 0x26 ? 2 : 0;
  const isDoubled = value.charCodeAt(place.separator - 1) === place.mark;
  const isSingle = place.mark === 0x26 && !isDoubled;
  return place.isFirst ||
    ((place.isTight || isDoubled) &&
      !isSingle &&
      isOneWord(value, isDoubled ? place.separator - 1 : place.separator) &&
      VALUE.test(value.slice(0, place.separator).replace(/[;|&]$/, "")))
    ? 4
    : 2;
}

/** `id | name | date`, `name;id;date`: plain words between separators. */
function isList(value: string): boolean {
  let separators = 0;
  const end = Math.min(value.length, LIST_BYTES_MAX);
  for (let at = 0; at < end; at++) {
    const code = value.charCodeAt(at);
    if (code === 0x7c || code === 0x3b) {
      if (value.charCodeAt(at + 1) === code || value.charCodeAt(at - 1) === code) return false;
      separators++;
    } else if (code === 0x2f || code === 0x5c || code === 0x24 || code === 0x60) return false;
    if (separators >= LIST_SEPARATORS_MIN) return true;
  }
  return separators === 2 && /^[\w -]+[|;][\w -]+[|;][\w -]+$/.test(value.slice(0, 200));
}
