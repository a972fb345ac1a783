// The program's table made on the way: one look-up for each byte, whatever the pattern.
//
// Whatever the value, a byte costs at most one walk through the program, and that is spent from the budget of the request.

import { bytesOf } from "../text/index.ts";
import type { Program } from "./program.ts";
import { DEAD, FOUND, RowTable, UNKNOWN } from "./row-table.ts";
import { Walker } from "./walker.ts";

/** Bytes read before the row is looked at. */
const STRIDE = 4;
/** Shorter values, names above all, are read sooner than they are laid on the bench. */
const SHORT_BYTES_MAX = 48;
const NO_BYTES = new Uint8Array(0);
/** A state that is walked through to make a row costs as much time as so many bytes read by the table (measured: 20–35 ns against 2–3 ns). */
export const WALK_STEPS = 16;

/** Whoever pays for what is read. */
export interface Payer {
  spend(steps: number): void;
}

export interface Machine {
  /** Does a match lie anywhere in the value? The payer is asked for every step beyond one a byte. */
  has(value: string, payer: Payer): boolean;
  /** What its tables take at the moment. */
  bytes(): number;
}

/** Builds a first row and nothing else: the rest comes with the values. */
export function createMachine(program: Program): Machine {
  return new LazyMachine(program);
}

class LazyMachine implements Machine {
  readonly #program: Program;
  readonly #walker: Walker;
  readonly #rows: RowTable;
  readonly #found: number;

  constructor(program: Program) {
    this.#program = program;
    this.#walker = new Walker(program, "stops at a match");
    this.#rows = new RowTable(program.classCount + 1, this.#walker.firstRow());
    this.#found = FOUND * this.#rows.width;
  }

  bytes(): number {
    return this.#rows.bytes + this.#walker.bytes;
  }

  has(value: string, payer: Payer): boolean {
    if (this.#walker.isEntryDone) return true;
    const { classes, classCount } = this.#program;
    const first = this.#rows.firstRow;
    const end = value.length;
    const inStrides = end <= SHORT_BYTES_MAX ? 0 : end - (end % STRIDE);
    let table = this.#rows.entries;
    let row = first;
    let at = 0;
    for (; at < end && inStrides === 0; at++) {
      const next = table[row + (classes[value.charCodeAt(at) & 0xff] as number)] as number;
      if (next === UNKNOWN) break;
      if (next < first) return next === this.#found;
      row = next;
    }
    const bytes = inStrides === 0 ? NO_BYTES : bytesOf(value);
    while (at < inStrides) {
      let next = table[row + (classes[bytes[at] as number] as number)] as number;
      next = table[next + (classes[bytes[at + 1] as number] as number)] as number;
      next = table[next + (classes[bytes[at + 2] as number] as number)] as number;
      next = table[next + (classes[bytes[at + 3] as number] as number)] as number;
      if (next === UNKNOWN) {
        next = this.#read(row, value, at, at + STRIDE, payer);
        table = this.#rows.entries;
      }
      if (next < first) return next === this.#found;
      row = next;
      at += STRIDE;
    }
    row = this.#read(row, value, at, value.length, payer);
    return (row < first ? row : this.#next(row, classCount, payer)) === this.#found;
  }

  /** Byte by byte: builds the rows that are missing. */
  #read(start: number, value: string, from: number, to: number, payer: Payer): number {
    const { classes } = this.#program;
    let row = start;
    for (let at = from; at < to && row >= this.#rows.firstRow; at++)
      row = this.#next(row, classes[value.charCodeAt(at) & 0xff] ?? 0, payer);
    return row;
  }

  #next(row: number, column: number, payer: Payer): number {
    const known = this.#rows.entries[row + column] ?? UNKNOWN;
    if (known !== UNKNOWN) return known;
    const reached = this.#walker.step(this.#rows.at(row), column);
    payer.spend(this.#walker.walked * WALK_STEPS);
    if (reached === undefined || reached.isMatch) return this.#note(row, column, (reached === undefined ? DEAD : FOUND) * this.#rows.width);
    const { age } = this.#rows;
    const next = this.#rows.place(reached);
    // Not where all rows were forgotten on the way: this one is gone as well.
    return age === this.#rows.age ? this.#note(row, column, next) : next;
  }

  #note(row: number, column: number, next: number): number {
    this.#rows.entries[row + column] = next;
    return next;
  }
}
