/** Shortest text of this kind that says anything, in bytes. */
const BYTES_MIN = 12;

/** `[a,b]=[]+{}`, `x=!y+y`: letters are taken out of the names of values. */
const SPREAD = /\]\s{0,4}=\s{0,4}\[\s{0,4}\]\s{0,4}\+\s{0,4}[{[]|=!([^\s=!+]{1,6})\+\1,|\(!\[\]\+\[\]\)\[|\[!!\[\]\+/;

/** Is it a program of brackets, `!` and `+` alone, as in `[][(![]+[])[+[]]…`? Check boxes and empty lists of prose are not. */
export function isBrackets(value: string): boolean {
  if (value.indexOf("=") >= 0 && SPREAD.test(value)) return true;
  let run = 0;
  let marks = 0;
  let negations = 0;
  for (let at = 0; at <= value.length; at++) {
    const code = value.charCodeAt(at);
    // A form reads its `+` as blanks.
    if (code === 0x5b || code === 0x5d || code === 0x28 || code === 0x29 || code === 0x21 || code === 0x2b || (code === 0x20 && run > 0)) {
      run++;
      if (code === 0x21) negations++;
      else if (code === 0x2b || code === 0x20) marks++;
      continue;
    }
    if (run >= BYTES_MIN && negations >= 2 && marks + negations >= 4) return true;
    run = 0;
    marks = 0;
    negations = 0;
  }
  return false;
}
