// The named character references that stand for one ASCII character (HTML §13.5) and the no-break space.

/** ModSecurity's five: without case, with or without the semicolon. */
export const LOOSE_ENTITIES: ReadonlyMap<string, number> = new Map([
  ["quot", 0x22],
  ["amp", 0x26],
  ["lt", 0x3c],
  ["gt", 0x3e],
  ["nbsp", 0xa0],
]);

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
