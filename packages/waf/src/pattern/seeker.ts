import { type Payer, WALK_STEPS } from "./machine.ts";
import type { Program } from "./program.ts";
import { DEAD, RowTable, UNKNOWN } from "./row-table.ts";
import { Walker } from "./walker.ts";

/** Finds where the leftmost match begins: reads a value from its end with the program of the reversed tree. */
export interface Seeker {
  /** The place, or -1 where nothing matches. */
  firstStart(value: string, payer: Payer): number;
  /** Is it over with the last byte of most values, whatever stands before it? */
  readonly isSoonOver: boolean;
}

/** So many of the 256 bytes may be the last one of a value that is read on. */
const LAST_BYTES_MAX = 64;

/** Builds a seeker from the program of a reversed tree. */
export function createSeeker(program: Program): Seeker {
  const walker = new Walker(program, "goes on behind a match");
  const rows = new RowTable(program.classCount + 1, walker.firstRow());
  const { classes, classCount } = program;

  function build(row: number, column: number, payer: Payer): number {
    const reached = walker.step(rows.at(row), column);
    payer.spend(walker.walked * WALK_STEPS);
    const { age } = rows;
    const next = reached === undefined ? DEAD * rows.width : rows.place(reached);
    // Not where all rows were forgotten on the way: this one is gone as well.
    if (age === rows.age) rows.entries[row + column] = next;
    return next;
  }

  return {
    isSoonOver: lastBytes(program, walker) <= LAST_BYTES_MAX,
    firstStart(value, payer) {
      let row = rows.firstRow;
      let start = -1;
      let at = value.length;
      for (; at >= 0; at--) {
        const column = at > 0 ? (classes[value.charCodeAt(at - 1) & 0xff] ?? 0) : classCount;
        const known = rows.entries[row + column] ?? UNKNOWN;
        row = known === UNKNOWN ? build(row, column, payer) : known;
        if (row < rows.firstRow) break;
        if (rows.at(row).isMatch) start = at;
      }
      payer.spend(value.length - at);
      return start;
    },
  };
}

/** How many bytes a value may end with that may match. */
function lastBytes({ classes, classCount }: Program, walker: Walker): number {
  const row = walker.firstRow();
  const goesOn = Array.from({ length: classCount }, (_, column) => walker.step(row, column) !== undefined);
  return classes.reduce((count, column) => count + (goesOn[column] === true ? 1 : 0), 0);
}
