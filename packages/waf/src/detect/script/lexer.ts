// Small steps over JavaScript text: words, and what lies between them.

/** 1 for each byte that can stand in a name. */
export const WORD = new Uint8Array(256);
for (let code = 0; code < 256; code++) {
  const lower = code | 0x20;
  if ((lower >= 0x61 && lower <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x5f || code === 0x24) WORD[code] = 1;
}

/** Can the byte stand in a name? NaN, as behind the end, can not. */
export function isWord(code: number): boolean {
  return WORD[code] === 1;
}

/** Where the one-byte mark stands next behind `at`, where it stands as well: rows of it are not searched one by one. */
export function nextMark(value: string, at: number, mark: string): number {
  return value.charCodeAt(at + 1) === value.charCodeAt(at) ? at + 1 : value.indexOf(mark, at + 1);
}

/** Longest run of blanks and comments that is stepped over at once, in bytes: keeps every look-ahead constant. */
const BLANK_BYTES_MAX = 64;

/** The next byte that is neither blank nor comment, from `at` on. */
export function nextSolid(value: string, at: number): number {
  const stop = Math.min(value.length, at + BLANK_BYTES_MAX);
  let here = at;
  while (here < stop) {
    const code = value.charCodeAt(here);
    if (code === 0x2f && value.charCodeAt(here + 1) === 0x2a) {
      const end = value.slice(here + 2, stop).indexOf("*/");
      if (end < 0) return here;
      here += end + 4;
    } else if (code === 0x2f && value.charCodeAt(here + 1) === 0x2f) {
      const end = value.slice(here + 2, stop).indexOf("\n");
      if (end < 0) return here;
      here += end + 3;
    } else if (isBlank(code)) here++;
    else return here;
  }
  return here;
}

/** The last byte before `at` that is not blank; -1 where there is none. */
export function lastSolid(value: string, at: number): number {
  const stop = Math.max(-1, at - BLANK_BYTES_MAX);
  let here = at - 1;
  while (here > stop && isBlank(value.charCodeAt(here))) here--;
  return here;
}

/** Blanks of HTML and JavaScript, NUL, and the bytes of a no-break space or byte order mark as they stand in UTF-8. */
function isBlank(code: number): boolean {
  return code <= 0x20 || code === 0xa0 || code === 0xc2 || code === 0xef || code === 0xbb || code === 0xbf;
}

const METHODS = /^\??\.\s{0,4}(?:call|apply|bind)\b/;
/** Closing brackets behind a name: `((alert))(1)`. */
const CLOSING_MAX = 8;

/** Where the bracket or back-tick stands that calls the name ending at `end`: `alert(`, `(alert)(`, `alert?.(`, `alert.call(`, `` alert` ``. -1: it is not called. */
export function endOfCallee(value: string, end: number): number {
  let at = nextSolid(value, end);
  for (let closing = 0; closing < CLOSING_MAX && value.charCodeAt(at) === 0x29; closing++) at = nextSolid(value, at + 1);
  const first = value.charCodeAt(at);
  const method = first === 0x2e || first === 0x3f ? METHODS.exec(value.slice(at, at + 20)) : null;
  if (method !== null) at = nextSolid(value, at + method[0].length);
  if (value.charCodeAt(at) === 0x3f && value.charCodeAt(at + 1) === 0x2e) at = nextSolid(value, at + 2);
  const code = value.charCodeAt(at);
  return code === 0x28 || code === 0x60 ? at : -1;
}
