import type { Evidence } from "./evidence.ts";
import type { Rows } from "./weigh.ts";

// A value that begins with a number, and behind it a condition over columns that nobody here knows: `1 or id > 0`, `5) or (id)`, `0 || (a = 'b')`.
// Prose that begins so (`1 or more`, `5 or 6-7`, `2 and (3)`) has no comparison and none of the signs of SQL.

/** The mark of a comment with nothing behind it, in bytes. */
const MARK_BYTES_MAX = 4;

/** It begins with a number and parses to its end. */
function isNumbered(seen: Evidence): boolean {
  return seen.startsWithNumber && (seen.end === "end" || seen.end === "comment" || seen.end === "open");
}

const HASH = 0x23;

/** Nothing but the mark of a comment; `#` alone, for a word behind it is a tag. */
function isCut(seen: Evidence): boolean {
  return seen.end === "comment" && seen.commentBytes <= (seen.commentMark === HASH ? 1 : MARK_BYTES_MAX);
}

function conditions(seen: Evidence): number {
  return seen.columnCondition + seen.constantCondition + seen.callCondition;
}

/** What a branch depends on, as SQL writes it. */
function tells(seen: Evidence): boolean {
  return seen.compares + seen.strings + seen.textCalls + seen.informCalls + seen.marks + seen.truths > 0;
}

/** `case when a = 'b' then c else -c end`, `iif(a like 'b%', c, d)` where the name of a column or a number was meant. */
export const BRANCHES: Rows = [
  ["sql.case", 4, (seen) => seen.branches > 0 && (seen.end === "end" || seen.end === "comment") && seen.columns > 0 && tells(seen)],
];

export const NUMBERED: Rows = [
  [
    "sql.boolean",
    4,
    (seen) =>
      isNumbered(seen) && seen.condition > 0 && seen.compares + seen.strings + seen.truths > 0 && (seen.isNumberOr || seen.truths > 0),
  ],
  ["sql.boolean", 4, (seen) => isNumbered(seen) && seen.logic > 0 && seen.tautology + conditions(seen) > 0 && seen.hasComment],
  // `1 is null or 2 > 1`.
  ["sql.tautology", 4, (seen) => isNumbered(seen) && seen.logic > 0 && seen.truths > 0 && seen.tautology + conditions(seen) > 0],
  [
    "sql.boolean",
    4,
    (seen) => isNumbered(seen) && seen.isNumberOr && seen.marks + seen.groups + seen.hex + seen.quietCalls > 0 && conditions(seen) > 0,
  ],
  ["sql.boolean", 4, (seen) => isNumbered(seen) && seen.logic > 0 && conditions(seen) > 0 && isCut(seen)],
  ["sql.concatenation", 4, (seen) => isNumbered(seen) && seen.pipes > 0 && seen.groups + seen.compares > 0],
  ["sql.comparison", 4, (seen) => isNumbered(seen) && seen.groups > 0 && (seen.unequal > 0 || (seen.compares > 0 && seen.strings > 0))],
  ["sql.comparison", 4, (seen) => isNumbered(seen) && seen.compares > 1 && seen.groups > 0],
  // `0) - (abs(id)) --`, `5) || rowid --`: what opens the parenthesis is the application's.
  ["sql.concatenation", 4, (seen) => isNumbered(seen) && seen.closers > 0 && isCut(seen) && seen.tokens > 1 + seen.closers],
];
