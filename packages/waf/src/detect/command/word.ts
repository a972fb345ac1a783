// The first word of a command as a shell reads it: quotes, escapes and empty expansions are taken off, for that is what hides a name.

/** Bytes of one word that are read. */
export const WORD_BYTES_MAX = 64;
const ENDINGS = new Set(["exe", "bat", "cmd", "ps1"]);

const PLAIN = new Uint8Array(256);
for (const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/.-+:%~") PLAIN[character.charCodeAt(0)] = 1;

/** What no name of a command holds, in quotes or not. */
const NO_WORD = /[\s,;<>]/;

export interface CommandWord {
  /** Lower case, without its folder and ending. */
  readonly name: string;
  /** With what was before the name: `/usr/bin/`. */
  readonly path: string;
  /** Quotes, escapes or expansions stood inside the word. */
  readonly isHidden: boolean;
  readonly hasGlob: boolean;
  /** It is, or starts with, a variable. */
  readonly isVariable: boolean;
  /** It ends as programs of Windows do. */
  readonly hasEnding: boolean;
  /** Ended by an expansion that stands for a blank: `${IFS}`. */
  readonly hasFalseBlank: boolean;
  /** Where it ends. */
  readonly end: number;
}

/** Reads one word from `start`, which is no blank. `plusIsBlank`: the value came with its blanks written as `+`. */
export function readWord(value: string, start: number, plusIsBlank: boolean): CommandWord {
  const limit = Math.min(value.length, start + WORD_BYTES_MAX);
  let at = start;
  while (at < limit && isPlain(value.charCodeAt(at)) && !(plusIsBlank && value.charCodeAt(at) === 0x2b)) at++;
  let text = value.slice(start, at);
  let isHidden = false;
  let hasGlob = false;
  let carets = 0;
  let hasFalseBlank = false;
  while (at < limit) {
    const code = value.charCodeAt(at);
    if (isPlain(code) && !(plusIsBlank && code === 0x2b)) {
      text += value.charAt(at);
      at++;
    } else if (code === 0x27 || code === 0x22) {
      const close = value.indexOf(value.charAt(at), at + 1);
      if (close < 0 || close > limit) break;
      if (NO_WORD.test(value.slice(at + 1, close))) break;
      text += value.slice(at + 1, close);
      if (at > start || isWordByte(value.charCodeAt(close + 1))) isHidden = true;
      at = close + 1;
    } else if (code === 0x24 && standIn(value, at) > 0) {
      const length = standIn(value, at);
      text += value.slice(value.indexOf("-", at) + 1, at + length - 1);
      isHidden = true;
      at += length;
    } else if (code === 0x24 && isQuote(value.charCodeAt(at + 1)) && value.indexOf(value.charAt(at + 1), at + 2) > 0) {
      // `$'a'` and `$"a"` are texts in quotes.
      isHidden = true;
      at++;
    } else if (code === 0x5c || code === 0x5e) {
      const next = value.charCodeAt(at + 1);
      if (!isPlain(next) && next !== 0x0a) break;
      // A line end that somebody wrote out.
      if (code === 0x5c && (next === 0x6e || next === 0x72) && !isWordByte(value.charCodeAt(at + 2))) break;
      const isPath = code === 0x5c && (/^[a-z]:/i.test(text) || text.startsWith("%") || text === "" || text.includes("\\"));
      if (code === 0x5e) carets++;
      // One caret alone is a sign of passwords and of powers.
      else if (isPath) text += "\\";
      else isHidden = true;
      if (carets > 1) isHidden = true;
      at += next === 0x0a ? 2 : 1;
    } else if (code === 0x3f || code === 0x2a || code === 0x5b || code === 0x5d) {
      hasGlob = true;
      text += value.charAt(at);
      at++;
    } else if (code === 0x24 || code === 0x60) {
      const empty = emptyExpansion(value, at);
      // Pairs of back-quotes around a word are a mark of code.
      const isMark = code === 0x60 && (at === start || !isWordByte(value.charCodeAt(at + 2)));
      if (empty === 0 || isMark) break;
      if (empty < 0) {
        hasFalseBlank = true;
        at -= empty;
        break;
      }
      isHidden = true;
      at += empty;
    } else break;
  }
  const isVariable = text === "" && value.charCodeAt(at) === 0x24;
  const cut = Math.max(text.lastIndexOf("/"), text.lastIndexOf("\\"));
  const base = text.slice(cut + 1).toLowerCase();
  const ending = endingOf(base);
  return {
    name: ending === 0 ? base : base.slice(0, -ending),
    path: cut < 0 ? "" : text.slice(0, cut + 1),
    isHidden,
    hasGlob,
    isVariable,
    hasEnding: ending > 0,
    hasFalseBlank,
    end: at,
  };
}

/** `${x:-cat}`: what stands in for a variable that nobody has set. */
const STAND_IN = /\$\{[a-z_]\w{0,7}:?-[\w./]{0,20}\}/iy;

function standIn(value: string, at: number): number {
  if (value.charCodeAt(at + 1) !== 0x7b) return 0;
  STAND_IN.lastIndex = at;
  return STAND_IN.test(value) ? STAND_IN.lastIndex - at : 0;
}

function isQuote(code: number): boolean {
  return code === 0x27 || code === 0x22;
}

/** Bytes of `.exe` and its like at the end of a name. */
function endingOf(name: string): number {
  if (name.charCodeAt(name.length - 4) !== 0x2e || name.length < 5) return 0;
  return ENDINGS.has(name.slice(-3)) ? 4 : 0;
}

/** Bytes of an expansion that gives nothing (positive) or a blank (negative); 0 where none stands. */
export function emptyExpansion(value: string, at: number): number {
  if (value.charCodeAt(at) === 0x60) return value.charCodeAt(at + 1) === 0x60 ? 2 : 0;
  const next = value.charCodeAt(at + 1);
  if (next === 0x40 || next === 0x2a || next === 0x21 || (next >= 0x31 && next <= 0x39)) return 2;
  if (next === 0x28 && value.charCodeAt(at + 2) === 0x29) return 3;
  // `cat$u /etc$u/passwd$u`: a variable of one or two letters that nobody has set.
  if (isWordByte(value.charCodeAt(at - 1)) && /^\$[a-z]{1,2}(?:[\s+]\/|\/|\\[a-z]|$)/i.test(value.slice(at, at + 6)))
    return value.slice(at + 1, at + 3).search(/[^a-z]|$/i) + 1;
  const rest = value.slice(at + 1, at + 12);
  const blank = /^(?:\{IFS[^}]{0,6}\}|IFS(?:\$\d)?)/.exec(rest);
  if (blank !== null) return -(blank[0].length + 1);
  const isInside = isWordByte(value.charCodeAt(at - 1));
  const none = isInside ? /^\{(?:[@*!\d]|[a-z_]\w{0,7}(?=\}\w))\}/i.exec(rest) : /^\{[@*!\d]\}/.exec(rest);
  return none === null ? 0 : none[0].length + 1;
}

/** Letters, digits and what paths and options are made of. */
export function isPlain(code: number): boolean {
  return PLAIN[code] === 1;
}

/** Bytes at which a word goes on although they are not plain: quotes, escapes, wildcards, expansions. */
const GOES_ON = new Uint8Array(256);
for (const character of "'\"\\^?*[]$`") GOES_ON[character.charCodeAt(0)] = 1;

/** May a word go on at this byte, which is not plain? */
export function goesOn(code: number): boolean {
  return GOES_ON[code] === 1;
}

/** Does a word end at this byte, which is not plain, whatever follows? */
export function endsPlain(value: string, at: number, code: number): boolean {
  if (code === 0x60) return value.charCodeAt(at + 1) !== 0x60;
  return GOES_ON[code] !== 1;
}

export function isWordByte(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || ((code | 32) >= 0x61 && (code | 32) <= 0x7a) || code === 0x5f;
}
