import type { Evidence } from "./evidence.ts";
import type { Rows } from "./weigh.ts";

// Queries that are a value of their own and read no table of the application: a person who asks for data names a table.

function isWhole(seen: Evidence): boolean {
  return seen.end !== "stop";
}

/** Calculations, characters by number, and a second query behind a number. */
export const WHOLE_QUERIES: Rows = [
  [
    "sql.statement",
    4,
    (seen) => seen.startsAsStatement && seen.selects === 1 && seen.arithmetic > 0 && seen.numbers > 3 && seen.columns < 3 && isWhole(seen),
  ],
  ["sql.call", 4, (seen) => seen.startsWithCall && seen.textCalls > 2 && seen.pipes > 1 && seen.columns === 0 && isWhole(seen)],
  [
    "sql.stacked",
    4,
    (seen) =>
      seen.startsWithNumber &&
      seen.semicolons > 0 &&
      seen.selects > 0 &&
      seen.textCalls > 0 &&
      seen.numbers + seen.textCalls + seen.commas > 2,
  ],
];
