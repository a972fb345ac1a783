// Which ASCII character a character of Unicode is taken for where a program cannot show it: code page 20127 of Windows, which
// ModSecurity's unicode.mapping and the Core Rule Set go by. Letters with marks, wide and raised forms follow from Unicode's own
// compatibility decomposition; the table names the ones that only look alike.

const LOOK_ALIKE: Readonly<Record<string, string>> = {
  " ": "\u00a0",
  "!": "\u00a1\u01c3",
  '"': "\u02ba\u030e\u201c\u201d\u201e",
  $: "\u00a4",
  "'": "\u02b9\u02bc\u02c8\u2018\u2019\u2032",
  ",": "\u00b8\u201a",
  "-": "\u00ad\u2010\u2011\u2013\u2014",
  ".": "\u00b7\u2022\u2026",
  "<": "\u00ab\u2039",
  ">": "\u00bb\u203a",
  A: "\u00c6",
  C: "\u00a9",
  D: "\u00d0\u0110\u0189",
  F: "\u0191",
  G: "\u01e4",
  H: "\u0126",
  I: "\u0197",
  L: "\u0141",
  O: "\u00d8\u0152\u019f",
  R: "\u00ae",
  T: "\u0166\u01ae\u2122",
  Y: "\u00a5",
  "^": "\u02c4\u02c6\u0302",
  _: "\u02cd\u0331\u0332",
  "`": "\u02cb\u0300\u2035",
  a: "\u00e6",
  b: "\u0180",
  c: "\u00a2",
  d: "\u0111",
  f: "\u0192",
  g: "\u01e5\u0261",
  h: "\u0127",
  i: "\u0131",
  l: "\u0142\u019a",
  o: "\u00f8\u0153",
  t: "\u0167\u01ab",
  z: "\u01b6",
  "|": "\u00a6\u01c0",
  "~": "\u02dc\u0303",
};

/** Where characters stand that decompose to one of ASCII: Latin, phonetic extensions, punctuation, letter-like, enclosed, small and wide forms. */
const DECOMPOSED: readonly (readonly [first: number, last: number])[] = [
  [0x00a0, 0x02ff],
  [0x1d00, 0x1eff],
  [0x2000, 0x24ff],
  [0x3000, 0x3000],
  [0xfe50, 0xfe6f],
  [0xff01, 0xff5e],
];

const UNICODE_SIZE = 0x10000;

/** By code point below U+10000: the ASCII byte it is taken for, 0 where there is none. */
export const BEST_FIT: Uint8Array = bestFit();

function bestFit(): Uint8Array {
  const fit = new Uint8Array(UNICODE_SIZE);
  for (const [first, last] of DECOMPOSED) {
    for (let code = first; code <= last; code++) fit[code] = decomposed(String.fromCharCode(code));
  }
  for (const [ascii, characters] of Object.entries(LOOK_ALIKE)) {
    for (const character of characters) fit[character.charCodeAt(0)] = ascii.charCodeAt(0);
  }
  return fit;
}

/** The letter under the marks. A mark that stands alone decomposes to a space with a mark: that is no space. */
function decomposed(character: string): number {
  const parts = character.normalize("NFKD");
  const base = parts.charCodeAt(0);
  if (base > 0x7e || (base === 0x20 && parts.length > 1)) return 0;
  for (let at = 1; at < parts.length; at++) if (!isMark(parts.charCodeAt(at))) return 0;
  return base;
}

/** The block of combining marks: all that letters of Latin decompose to. */
function isMark(code: number): boolean {
  return code >= 0x0300 && code <= 0x036f;
}
