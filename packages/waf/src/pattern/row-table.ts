// The table of a machine: a row for each set of states of the program that values have led to.

/** Rows are named by where they begin in the table, in 16 bits: no pattern's table grows beyond 128 KiB. */
const TABLE_ENTRIES_MAX = 65_536;
const TABLE_ENTRIES_FIRST = 512;
/** States of the program that all rows together remember: 256 KiB. */
const REMEMBERED_MAX = 65_536;

/** Rows that lead to themselves only, so that a loop may look at every fourth byte's row: how many, and their numbers. */
export const UNKNOWN = 0;
export const DEAD = 1;
export const FOUND = 2;
const FINAL_ROWS = 3;

/** What a row stands for. */
export interface Row {
  /** The states of the program, rising; those of the entry are in every row and not listed. */
  readonly states: Int32Array;
  /** A class of the kind that was read last; the edge at the start. */
  readonly before: number;
  /** A match was complete before the byte that led here was read; only for those who go on behind a match. */
  readonly isMatch: boolean;
}

/** Rows by where they begin. When there is no room for another, all but the first are forgotten. */
export class RowTable {
  readonly width: number;
  /** Where the first row begins: everything below is final. */
  readonly firstRow: number;
  /** `entries[row + column]`: the row that follows, or UNKNOWN. A new array when it has grown. */
  entries: Uint16Array<ArrayBuffer>;
  /** Counts how often all rows were forgotten: a row of before is no row any more. */
  age = 0;
  readonly #first: Row;
  #rows: Row[] = [];
  #names = new Map<number, number[]>();
  #remembered = 0;

  constructor(width: number, first: Row) {
    this.width = width;
    this.firstRow = FINAL_ROWS * width;
    this.entries = this.#empty();
    this.#first = first;
    this.#add(first, nameOf(first));
  }

  get bytes(): number {
    return this.entries.byteLength + this.#remembered * Int32Array.BYTES_PER_ELEMENT;
  }

  at(row: number): Row {
    return this.#rows[(row - this.firstRow) / this.width] ?? this.#first;
  }

  /** Where the row of these states begins. */
  place(row: Row): number {
    const name = nameOf(row);
    for (const index of this.#names.get(name) ?? []) {
      const known = this.#rows[index];
      if (known !== undefined && isSame(known, row)) return this.firstRow + index * this.width;
    }
    const isFull = this.firstRow + (this.#rows.length + 1) * this.width > TABLE_ENTRIES_MAX;
    if (isFull || this.#remembered + row.states.length > REMEMBERED_MAX) this.#forget();
    return this.#add(row, name);
  }

  #add(row: Row, name: number): number {
    const index = this.#rows.push(row) - 1;
    this.#names.set(name, [...(this.#names.get(name) ?? []), index]);
    this.#remembered += row.states.length;
    const start = this.firstRow + index * this.width;
    if (start + this.width > this.entries.length) {
      const larger = new Uint16Array(Math.min(TABLE_ENTRIES_MAX, Math.max(this.entries.length * 2, start + this.width)));
      larger.set(this.entries);
      this.entries = larger;
    }
    return start;
  }

  #forget(): void {
    this.age++;
    this.#rows = [];
    this.#names = new Map();
    this.#remembered = 0;
    this.entries = this.#empty();
    this.#add(this.#first, nameOf(this.#first));
  }

  #empty(): Uint16Array<ArrayBuffer> {
    const entries = new Uint16Array(TABLE_ENTRIES_FIRST + this.firstRow);
    for (const final of [DEAD, FOUND]) entries.fill(final * this.width, final * this.width, (final + 1) * this.width);
    return entries;
  }
}

function nameOf({ states, before }: Row): number {
  let name = before;
  for (let index = 0; index < states.length; index++) name = (Math.imul(name, 31) + (states[index] ?? 0)) | 0;
  return name;
}

function isSame(left: Row, right: Row): boolean {
  if (left.before !== right.before || left.isMatch !== right.isMatch || left.states.length !== right.states.length) return false;
  for (let index = 0; index < left.states.length; index++) if (left.states[index] !== right.states[index]) return false;
  return true;
}
