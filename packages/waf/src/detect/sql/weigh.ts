import type { Evidence } from "./evidence.ts";
import { BRANCHES, NUMBERED } from "./numbered.ts";
import { WHOLE_QUERIES } from "./whole.ts";

export interface Weighed {
  readonly kind: string;
  readonly weight: 1 | 2 | 3 | 4 | 5;
}

type Test = (seen: Evidence) => boolean;
export type Rows = readonly (readonly [kind: string, weight: Weighed["weight"], test: Test])[];

/** A comment of this length or less hides the rest of a statement; a longer one is likely to be prose behind a dash. */
const COMMENT_BYTES_MAX = 24;

/** What a closing quote of the application is likely to find of an open string, in bytes. */
const OPEN_BYTES_MAX = 8;

const isCut: Test = (seen) => seen.end === "comment";
/** Does what follows parse, with the quote that the application puts behind the value? */
const isClosed: Test = (seen) => seen.end === "open" || seen.end === "comment";
const isWhole: Test = (seen) => seen.end !== "stop";
/** More than strings: quoted words joined by "and" are prose. */
const hasSubstance: Test = (seen) => seen.numbers + seen.wordCondition + seen.textCalls + seen.informCalls > 0;
/** `#` parts a number from its place in a page more often than it hides anything. */
const isHash: Test = (seen) => seen.commentMark === 0x23;
const isRich: Test = (seen) => seen.unionValues > 0 || seen.froms > 0 || seen.hasComment || seen.end === "comment";

/** What is true wherever the value stands, first match wins. */
const ANYWHERE: Rows = [
  [
    "sql.time",
    5,
    (seen) => seen.timeCalls > 0 && (seen.logic + seen.selects + seen.semicolons + seen.clause > 0 || seen.end === "comment"),
  ],
  ["sql.union", 5, (seen) => seen.union > 0 && isRich(seen) && (isWhole(seen) || seen.unionValues > 1)],
  ["sql.call", 5, (seen) => seen.dangerCalls > 0 && seen.logic + seen.selects + seen.statements + seen.closers + seen.clause > 0],
  ["sql.call", 5, (seen) => seen.dangerCalls > 1],
  ["sql.catalogue", 5, (seen) => seen.catalogues > 0 && seen.selects > 0 && seen.subselect + seen.union + seen.logic > 0],
  ["sql.padding", 4, (seen) => seen.arithmetic + seen.pipes > PADDING_MIN || (seen.isTired && seen.logic + seen.pipes + seen.selects > 0)],
  ["sql.stacked", 5, (seen) => seen.sureStatements > 0 && seen.semicolons > 0 && isWhole(seen) && !seen.startsAsStatement],
];

/** `1 xor 0`, `1 && 1`: two numbers and what joins them, nothing else. */
function isBareLogic(seen: Evidence): boolean {
  const others = seen.columns + seen.strings + seen.arithmetic + seen.selects + seen.plainCalls;
  return (
    seen.startsWithNumber && seen.constantCondition > 0 && seen.numbers === 2 && seen.tokens <= 5 && others === 0 && seen.end === "end"
  );
}

/** The mark of a comment with nothing behind it, in bytes. */
const MARK_BYTES_MAX = 4;

/** Operators in a row that nobody writes but to tire a reader. */
const PADDING_MIN = 500;

/** Behind a quote that the value closed itself. */
const BROKEN_OUT: Rows = [
  ["sql.stacked", 5, (seen) => seen.sureStatements > 0],
  ["sql.time", 5, (seen) => seen.timeCalls > 0 && (isClosed(seen) || seen.arithmetic + seen.pipes + seen.commas > 0)],
  ["sql.tautology", 5, (seen) => seen.tautology > 0 && isClosed(seen)],
  ["sql.union", 5, (seen) => seen.union > 0],
  [
    "sql.subquery",
    5,
    (seen) => seen.subselect > 0 && seen.logic + seen.pipes + seen.arithmetic + seen.comparison + seen.commas + seen.semicolons > 0,
  ],
  ["sql.subquery", 5, (seen) => seen.subselect > 0 && seen.froms > 0 && isCut(seen)],
  ["sql.stacked", 4, (seen) => seen.semicolons > 0 && seen.statements > 0],
  ["sql.stacked", 4, (seen) => seen.selects > 0 && seen.statements > 0 && (seen.catalogues > 0 || isCut(seen))],
  ["sql.tautology", 4, (seen) => seen.tautology > 0 && isWhole(seen)],
  ["sql.boolean", 5, (seen) => seen.constantCondition > 0 && seen.logic > 0 && isCut(seen) && seen.commentBytes <= COMMENT_BYTES_MAX],
  ["sql.boolean", 4, (seen) => seen.constantCondition > 0 && seen.logic > 0 && isClosed(seen) && hasSubstance(seen)],
  [
    "sql.boolean",
    4,
    (seen) =>
      seen.constantCondition > 0 && seen.logic > 0 && seen.arithmetic > 0 && seen.end === "open" && seen.openBytes <= OPEN_BYTES_MAX,
  ],
  ["sql.call", 4, (seen) => seen.dangerCalls > 0 && isWhole(seen)],
  ["sql.boolean", 4, (seen) => seen.comparison > 0 && seen.constantCondition > 0 && seen.end === "open"],
  ["sql.boolean", 4, (seen) => seen.condition > 0 && isClosed(seen)],
  ["sql.clause", 4, (seen) => seen.clause > 0 && isWhole(seen) && (seen.numbers > 0 || isCut(seen))],
  [
    "sql.call",
    4,
    (seen) => seen.informCalls + seen.textCalls > 0 && isWhole(seen) && seen.logic + seen.pipes + seen.arithmetic + seen.commas > 0,
  ],
  ["sql.boolean", 3, (seen) => seen.condition > 0 && isWhole(seen)],
  ["sql.tautology", 3, (seen) => seen.tautology > 0],
  ["sql.comparison", 4, (seen) => seen.comparison > 0 && isCut(seen)],
  ["sql.comparison", 3, (seen) => seen.comparison > 0 && seen.end === "open" && seen.openBytes <= OPEN_BYTES_MAX],
  [
    "sql.comment",
    4,
    (seen) =>
      isCut(seen) && seen.isBareComment && seen.commentBytes <= COMMENT_BYTES_MAX && seen.tokens <= 1 + seen.closers + seen.semicolons,
  ],
  ["sql.case", 4, (seen) => seen.cases > 0 && seen.closers > 0 && seen.selects > 0],
  ["sql.list", 4, (seen) => seen.commas > 0 && seen.closers > 0 && isCut(seen)],
  ["sql.concatenation", 4, (seen) => seen.pipes > 0 && seen.tokens > 2 && seen.end === "open" && seen.openBytes <= OPEN_BYTES_MAX],
  [
    "sql.concatenation",
    4,
    (seen) =>
      seen.arithmetic + seen.pipes > 0 && seen.numbers + seen.wordCondition > 0 && isCut(seen) && seen.commentBytes <= MARK_BYTES_MAX,
  ],
  ["sql.concatenation", 3, (seen) => seen.pipes > 0 && isClosed(seen)],
  ["sql.boolean", 3, (seen) => seen.wordCondition > 0 && seen.logic > 0 && isWhole(seen)],
  [
    "sql.boolean",
    2,
    (seen) => seen.constantCondition > 0 && seen.logic > 0 && isWhole(seen) && (hasSubstance(seen) || seen.end === "open"),
  ],
  ["sql.concatenation", 2, (seen) => seen.arithmetic > 0 && isClosed(seen)],
  ["sql.boolean", 4, (seen) => seen.callCondition > 0 && isCut(seen)],
  ["sql.boolean", 2, (seen) => seen.callCondition > 0 && isWhole(seen)],
  ["sql.terminated", 3, (seen) => seen.semicolons > 0 && seen.end === "end" && seen.tokens <= 1 + seen.closers],
  ["sql.time", 3, (seen) => seen.timeCalls > 0],
  ["sql.comment", 2, (seen) => isCut(seen) && seen.isBareComment && seen.tokens <= 2],
  ["sql.subquery", 3, (seen) => seen.subselect > 0],
  ["sql.adjacent", 1, (seen) => seen.end === "open" && seen.tokens === 1],
  ["sql.union", 4, (seen) => seen.bareUnion > 0 && seen.logic > 0 && seen.numbers > 0],
  ["sql.union", 1, (seen) => seen.bareUnion > 0],
];

/** `1 < 2 and 3 > 2`: numbers are compared from the first one on, and there is nothing else. */
function isLesson(seen: Evidence): boolean {
  const others =
    seen.truths +
    seen.strings +
    seen.selects +
    seen.hex +
    seen.textCalls +
    seen.informCalls +
    seen.plainCalls +
    seen.statements +
    seen.columns;
  return (
    seen.tautology > 0 &&
    seen.comparison > 0 &&
    others === 0 &&
    seen.startsWithNumber &&
    seen.end === "end" &&
    !seen.hasComment &&
    !seen.odd
  );
}

/** The value stands in the place of a number or a name, or goes on behind one. */
const IN_PLACE: Rows = [
  ["sql.statement", 5, (seen) => seen.harshStatements > 0 && seen.dangerCalls + seen.variables + seen.hex > 0],
  ["sql.statement", 4, (seen) => seen.harshStatements > 0 && isWhole(seen)],
  ["sql.statement", 4, (seen) => seen.startsAsStatement && seen.informCalls + seen.catalogues > 0 && isWhole(seen)],
  ["sql.statement", 4, (seen) => seen.statements > 0 && isCut(seen) && !isHash(seen) && seen.commentBytes <= MARK_BYTES_MAX],
  ["sql.statement", 3, (seen) => seen.startsAsStatement && seen.sureStatements + seen.semicolons > 0 && isWhole(seen)],
  ["sql.stacked", 5, (seen) => seen.sureStatements > 0 && (seen.numbers > 0 || seen.variables > 0 || seen.strings > 0) && isWhole(seen)],
  ["sql.time", 4, (seen) => seen.timeCalls > 0 && (isWhole(seen) || seen.arithmetic > 0)],
  ["sql.tautology", 5, (seen) => seen.tautology > 0 && isCut(seen)],
  ["sql.tautology", 3, isLesson],
  ["sql.tautology", 4, (seen) => seen.tautology > 0 && isWhole(seen)],
  [
    "sql.subquery",
    4,
    (seen) =>
      seen.subselect > 0 && isWhole(seen) && (seen.froms > 0 || seen.numbers + seen.strings + seen.informCalls + seen.textCalls > 0),
  ],
  ["sql.catalogue", 4, (seen) => seen.catalogues > 0 && seen.selects > 0],
  ["sql.call", 4, (seen) => seen.dangerCalls > 0 && (isWhole(seen) || seen.strings > 0)],
  [
    "sql.stacked",
    4,
    (seen) => seen.semicolons > 0 && seen.statements > 0 && isWhole(seen) && !(seen.tokens > 0 && seen.columns > 3 && !isCut(seen)),
  ],
  ["sql.statement", 4, (seen) => seen.sureStatements > 0 && isWhole(seen)],
  ["sql.boolean", 4, (seen) => seen.wordCondition > 0 && seen.logic > 0 && isWhole(seen) && (seen.numbers > 0 || isCut(seen))],
  ["sql.boolean", 4, (seen) => seen.constantCondition > 0 && seen.logic > 0 && isCut(seen)],
  ["sql.boolean", 4, (seen) => isBareLogic(seen) && (seen.signs > 0 || seen.hasComment)],
  ["sql.boolean", 4, (seen) => seen.startsInside && seen.tokens === 2 && seen.wordCondition > 0 && seen.logic > 0 && isWhole(seen)],
  ["sql.call", 4, (seen) => seen.startsWithCall && seen.informCalls > 0 && seen.textCalls + seen.informCalls > 1 && isWhole(seen)],
  ...WHOLE_QUERIES,
  ...NUMBERED,
  ...BRANCHES,
  ["sql.call", 4, (seen) => seen.startsWithCall && seen.textCalls > 0 && seen.comparison > 0 && seen.columns === 0 && isWhole(seen)],
  ["sql.call", 4, (seen) => seen.arithmetic > 0 && seen.textCalls > 0 && seen.comparison > 0 && seen.columns === 0 && isWhole(seen)],
  ["sql.clause", 4, (seen) => seen.startsInside && seen.orders > 0 && seen.columns + seen.strings === 0 && seen.end === "end"],
  ["sql.comparison", 4, (seen) => seen.oddCompares > 0 && seen.comparison > 0 && seen.startsWithNumber && isWhole(seen)],
  ["sql.statement", 4, (seen) => seen.statements + seen.selects > 1 && seen.comparison > 0 && seen.columns < 4 && isCut(seen)],
  ["sql.union", 4, (seen) => seen.union > 0 && seen.startsWithNumber],
  ["sql.subquery", 4, (seen) => seen.startsWithNumber && seen.logic > 0 && seen.subselect > 0],
  ["sql.union", 3, (seen) => seen.union > 0 && isWhole(seen) && (seen.numbers + seen.strings > 0 || seen.startsInside)],
  ["sql.union", 1, (seen) => seen.union > 0 && isWhole(seen)],
  [
    "sql.clause",
    4,
    (seen) => seen.clause > 0 && seen.selects === 0 && isWhole(seen) && seen.numbers > 0 && (isCut(seen) || seen.numbers > 1),
  ],
  ["sql.boolean", 4, (seen) => seen.condition > 0 && isCut(seen)],
  [
    "sql.call",
    4,
    (seen) => seen.textCalls + seen.informCalls > 1 && seen.logic + seen.selects > 0 && seen.numbers + seen.strings > 0 && isWhole(seen),
  ],
  ["sql.statement", 4, (seen) => seen.selects > 0 && seen.informCalls > 0 && isWhole(seen)],
  [
    "sql.case",
    4,
    (seen) => seen.cases > 0 && seen.selects > 0 && seen.startsAsStatement && seen.columns < 8 && seen.numbers > 1 && isWhole(seen),
  ],
  ["sql.clause", 3, (seen) => seen.clause > 0 && seen.startsInside && seen.selects === 0 && isWhole(seen) && seen.numbers > 0],
  [
    "sql.statement",
    3,
    (seen) =>
      seen.selects > 0 &&
      seen.statements > 0 &&
      isWhole(seen) &&
      (seen.star || seen.commas + seen.clause + seen.numbers + seen.textCalls > 0),
  ],
  ["sql.statement", 1, (seen) => seen.selects > 0 && seen.statements > 0 && isWhole(seen)],
  [
    "sql.boolean",
    4,
    (seen) => seen.startsWithNumber && seen.logic > 0 && isWhole(seen) && seen.hex + seen.textCalls + seen.informCalls > 0,
  ],
  ["sql.boolean", 4, (seen) => seen.startsWithNumber && seen.condition > 0 && seen.strings > 0 && isWhole(seen)],
  ["sql.boolean", 4, (seen) => seen.startsWithNumber && seen.callCondition > 0 && isCut(seen)],
  ["sql.boolean", 3, (seen) => seen.condition > 0 && seen.columns === 1 && seen.numbers > 1 && isWhole(seen)],
  ["sql.boolean", 3, (seen) => seen.condition > 0 && seen.variables > 0 && isWhole(seen)],
  ["sql.call", 4, (seen) => seen.textCalls > 0 && seen.comparison > 0 && seen.numbers > 1 && isCut(seen)],
  ["sql.call", 3, (seen) => seen.textCalls > 0 && (seen.informCalls > 0 || seen.comparison > 0) && isWhole(seen)],
  ["sql.call", 2, (seen) => seen.textCalls + seen.informCalls > 1 && isWhole(seen)],
  ["sql.clause", 2, (seen) => seen.clause > 0 && isWhole(seen) && seen.selects === 0],
  ["sql.comment", 2, (seen) => isCut(seen) && !isHash(seen) && seen.numbers > 0 && seen.tokens <= 4 && seen.startsInside === false],
  ["sql.comment", 2, (seen) => seen.hasComment && seen.end === "end" && seen.tokens <= 2],
  ["sql.union", 2, (seen) => seen.bareUnion > 0 && seen.hasComment],
  ["sql.cast", 4, (seen) => seen.casts > 0 && isWhole(seen)],
  ["sql.comment", 2, (seen) => seen.odd],
  ["sql.boolean", 2, (seen) => seen.constantCondition > 0 && seen.comparison > 0 && isWhole(seen)],
  ["sql.boolean", 1, (seen) => seen.constantCondition > 0 && seen.logic > 0 && seen.end === "end"],
  ["sql.boolean", 1, (seen) => seen.condition > 0 && isWhole(seen)],
];

/** All of them. */
export const WEIGHTS: Rows = [...ANYWHERE, ...BROKEN_OUT, ...IN_PLACE];

/** What was seen behind a quote that the value closed. */
export function weighBrokenOut(seen: Evidence): Weighed | undefined {
  return tellsSomething(seen) ? (first(ANYWHERE, seen) ?? first(BROKEN_OUT, seen)) : undefined;
}

/** Behind a quote that opens a text of code rather than closing one: `("select …")` is read, and believed only where it does harm. */
export function weighOpened(seen: Evidence): Weighed | undefined {
  const weighed = weighBrokenOut(seen);
  if (
    weighed === undefined ||
    !seen.startsAsStatement ||
    seen.union + seen.timeCalls + seen.dangerCalls + seen.catalogues > 0 ||
    isCut(seen)
  )
    return weighed;
  return weighed.weight < 3 ? weighed : { kind: weighed.kind, weight: 3 };
}

/** In the middle of a value, behind no quote at all: another query with its columns, or a wait. */
export function weighEmbedded(seen: Evidence): Weighed | undefined {
  if (seen.union > 0 && seen.unionValues > 1 && isWhole(seen)) return { kind: "sql.union", weight: isCut(seen) || seen.froms > 0 ? 5 : 4 };
  return seen.harshStatements > 0 && seen.strings > 0 ? { kind: "sql.stacked", weight: 5 } : undefined;
}

/** Behind a back-quote, with which prose marks words of code: only what is sure. */
export function weighBrokenName(seen: Evidence): Weighed | undefined {
  const weighed = weighBrokenOut(seen);
  const isSure = weighed !== undefined && weighed.weight >= 4 && seen.tokens > 2;
  return isSure ? weighed : undefined;
}

/** What was seen where the value itself is an operand. */
export function weighInPlace(seen: Evidence): Weighed | undefined {
  return tellsSomething(seen) ? (first(ANYWHERE, seen) ?? first(IN_PLACE, seen)) : undefined;
}

/** Every row of the tables asks for one of these at least: what is read in the values of people mostly holds none. */
export function tellsSomething(seen: Evidence): boolean {
  if (seen.end === "open" || seen.end === "comment" || seen.hasComment || seen.odd || seen.isTired || seen.startsAsStatement) return true;
  const counted =
    seen.logic + seen.tautology + seen.constantCondition + seen.wordCondition + seen.condition + seen.callCondition + seen.comparison +
    seen.pipes + seen.bareUnion + seen.union + seen.subselect + seen.selects + seen.clause + seen.statements + seen.sureStatements +
    seen.harshStatements + seen.textCalls + seen.informCalls + seen.dangerCalls + seen.timeCalls + seen.catalogues + seen.semicolons +
    seen.casts + seen.cases + seen.orders + seen.compares + seen.columnCondition + seen.branches; // biome-ignore format: one sum
  return counted > 0 || seen.arithmetic > PADDING_MIN;
}

function first(rows: Rows, seen: Evidence): Weighed | undefined {
  for (const [kind, weight, test] of rows) if (test(seen)) return { kind, weight };
  return undefined;
}
