// The named character references that stand for one ASCII character (HTML §13.5) and the no-break space.

/** ModSecurity's five: without case, with or without the semicolon. By the bytes of the name in lower case, one behind the other. */
export const LOOSE_ENTITIES: ReadonlyMap<number, number> = new Map(
  Object.entries({ quot: 0x22, amp: 0x26, lt: 0x3c, gt: 0x3e, nbsp: 0xa0 }).map(([name, code]) => [packName(name), code]),
);

export const LOOSE_BYTES_MAX = 4;

function packName(name: string): number {
  let packed = 0;
  for (let at = 0; at < name.length; at++) packed = packed * 256 + name.charCodeAt(at);
  return packed;
}

/** The rest of ASCII: as browsers take them, in this case and with the semicolon alone. */
export const STRICT_ENTITIES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    Tab: "\t",
    NewLine: "\n",
    excl: "!",
    num: "#",
    dollar: "$",
    percnt: "%",
    apos: "'",
    lpar: "(",
    rpar: ")",
    ast: "*",
    midast: "*",
    plus: "+",
    comma: ",",
    period: ".",
    sol: "/",
    colon: ":",
    semi: ";",
    equals: "=",
    quest: "?",
    commat: "@",
    lsqb: "[",
    lbrack: "[",
    bsol: "\\",
    rsqb: "]",
    rbrack: "]",
    Hat: "^",
    lowbar: "_",
    UnderBar: "_",
    grave: "`",
    DiacriticalGrave: "`",
    lcub: "{",
    lbrace: "{",
    verbar: "|",
    vert: "|",
    VerticalLine: "|",
    rcub: "}",
    rbrace: "}",
  }).map(([name, character]) => [name, character.charCodeAt(0)]),
);

/** The longest name above; longer runs of letters are no name. */
export const NAME_BYTES_MAX = 16;
