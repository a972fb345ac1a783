/** Shortest text of this kind that says anything, in bytes. */
const BYTES_MIN = 12;

/** `[a,b]=[]+{}`, `x=!y+y`: letters are taken out of the names of values. */
const SPREAD = /\]\s{0,4}=\s{0,4}\[\s{0,4}\]\s{0,4}\+\s{0,4}[{[]|=!([^\s=!+]{1,6})\+\1,|\(!\[\]\+\[\]\)\[|\[!!\[\]\+/;

/** Is it a program of brackets, `!` and `+` alone, as in `[][(![]+[])[+[]]…`? Check boxes and empty lists of prose are not. */
export function isBrackets(value: string): boolean {
  if (maySpread(value) && SPREAD.test(value)) return true;
  // Every such run holds a `!`, which is rare: it is read to both sides from there.
  for (let at = value.indexOf("!"); at >= 0; ) {
    let start = at;
    while (start > 0 && RUN[value.charCodeAt(start - 1)] === 1) start--;
    while (value.charCodeAt(start) === 0x20) start++;
    let end = at + 1;
    while (RUN[value.charCodeAt(end)] === 1) end++;
    if (end - start >= BYTES_MIN && isProgram(value, start, end)) return true;
    at = value.indexOf("!", end);
  }
  return false;
}

/** A form reads its `+` as blanks. */
const RUN = new Uint8Array(256);
for (const character of "[]()!+ ") RUN[character.charCodeAt(0)] = 1;

function isProgram(value: string, start: number, end: number): boolean {
  let marks = 0;
  let negations = 0;
  for (let at = start; at < end; at++) {
    const code = value.charCodeAt(at);
    if (code === 0x21) negations++;
    else if (code === 0x2b || code === 0x20) marks++;
  }
  return negations >= 2 && marks + negations >= 4;
}

/** What each of the ways begins with is looked for first: `=!`, `(![]+`, `[!![]+`, or a bracket that closes in front of `=`. */
function maySpread(value: string): boolean {
  if (value.indexOf("=") < 0) return false;
  if (value.indexOf("=!") >= 0 || value.indexOf("![]+") >= 0) return true;
  for (let at = value.indexOf("]"); at >= 0; at = value.indexOf("]", at + 1)) {
    let next = at + 1;
    while (next < at + 5 && isSpace(value.charCodeAt(next))) next++;
    if (value.charCodeAt(next) === 0x3d) return true;
  }
  return false;
}

/** `\s` of a pattern, over bytes. */
function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0;
}
