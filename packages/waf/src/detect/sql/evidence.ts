/** What a reader saw while it followed SQL; counters and marks, weighed afterwards. */
export interface Evidence {
  /** How the reading ended. */
  end: "end" | "comment" | "open" | "stop" | "half";
  tokens: number;
  logic: number;
  /** A condition between constants alone, or of a thing with itself. */
  tautology: number;
  /** A constant standing as a condition behind `or`: `or 1`, `or true`. */
  constantCondition: number;
  /** `true` and `false` among those. */
  wordCondition: number;
  /** A comparison that names a column, behind `or`. */
  condition: number;
  /** A comparison of constants before any `or`. */
  comparison: number;
  arithmetic: number;
  pipes: number;
  commas: number;
  closers: number;
  /** `union` with nothing fit behind it. */
  bareUnion: number;
  union: number;
  /** Numbers, strings, calls, `null`, `*` and commas behind `union select`. */
  unionValues: number;
  subselect: number;
  selects: number;
  froms: number;
  clause: number;
  statements: number;
  /** Statements that nobody writes by accident. */
  sureStatements: number;
  textCalls: number;
  informCalls: number;
  dangerCalls: number;
  timeCalls: number;
  catalogues: number;
  variables: number;
  hex: number;
  odd: boolean;
  hasComment: boolean;
  /** Bytes behind the mark of a comment that ends the reading. */
  commentBytes: number;
  /** Its first byte. */
  commentMark: number;
  /** It holds no quote of the kind that the value broke out of: `'#x'` is a word in quotes. */
  isBareComment: boolean;
  /** Bytes of the string that the value leaves open. */
  openBytes: number;
  semicolons: number;
  columns: number;
  numbers: number;
  strings: number;
  plainCalls: number;
  star: boolean;
  /** A keyword, an operator or a closer was the first thing read. */
  startsInside: boolean;
  /** Statements that destroy, run programs or wait. */
  harshStatements: number;
  /** A statement was the first thing read. */
  startsAsStatement: boolean;
  /** A condition that is a call and nothing else. */
  callCondition: number;
  /** Casts of what a call gave to a type of SQL. */
  casts: number;
  /** A number was the first thing read. */
  startsWithNumber: boolean;
  /** `case` with its branches. */
  cases: number;
  /** `order by` and `group by`. */
  orders: number;
  /** `xor`, `&&` and `||` between operands: no prose joins numbers so. */
  signs: number;
  /** Comparisons by a word or a sign that only SQL has. */
  oddCompares: number;
  /** A column, or something calculated from one, standing as a condition behind `or`. */
  columnCondition: number;
  /** Comparisons by a sign, with a list or with nothing: not by words that prose has. */
  compares: number;
  /** `null`, `true` and `false`. */
  truths: number;
  /** `<>` and `!=`. */
  unequal: number;
  /** A number, and `or` right behind it. */
  isNumberOr: boolean;
  /** Calls that calculate, without a blank before their parenthesis. */
  quietCalls: number;
  /** `case … end`, and calls of `iif`. */
  branches: number;
  /** Parentheses around operands that are no arguments of a call. */
  groups: number;
  /** Signs of bits, of quoted names and of types at an operand: no prose and no price list has them. */
  marks: number;
  /** A call was the first thing read. */
  startsWithCall: boolean;
  /** More tokens followed each other than a reader follows. */
  isTired: boolean;
  endsAt: number;
}

export function createEvidence(): Evidence {
  return {
    end: "end", tokens: 0, logic: 0, tautology: 0, constantCondition: 0, wordCondition: 0, condition: 0, comparison: 0, arithmetic: 0, pipes: 0,
    commas: 0, closers: 0, bareUnion: 0, union: 0, unionValues: 0, subselect: 0, selects: 0, froms: 0, clause: 0, statements: 0,
    sureStatements: 0, textCalls: 0, informCalls: 0, dangerCalls: 0, timeCalls: 0, catalogues: 0, variables: 0, hex: 0, odd: false,
    hasComment: false, commentBytes: 0, commentMark: 0,
    isBareComment: false, openBytes: 0,
    semicolons: 0, columns: 0, numbers: 0, strings: 0, plainCalls: 0, star: false, startsInside: false, harshStatements: 0, startsAsStatement: false, callCondition: 0, casts: 0, startsWithNumber: false, cases: 0, orders: 0, signs: 0, oddCompares: 0, columnCondition: 0, compares: 0, truths: 0, unequal: 0, isNumberOr: false, quietCalls: 0, branches: 0, groups: 0, marks: 0, startsWithCall: false, isTired: false, endsAt: 0,
  }; // biome-ignore format: a list of zeros
}
