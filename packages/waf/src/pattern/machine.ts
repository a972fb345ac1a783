// The program's table made on the way, a row for each set of states that a value leads to: one look-up for each byte.
//
// Whatever the value, a byte costs at most one walk through the program, and that is spent from the budget of the request.

import { DONE, FORK, LOOK_AHEAD, LOOK_BEHIND, type Program, READ } from "./program.ts";

/** Rows are named by where they begin in the table, in 16 bits: no pattern's table grows beyond 128 KiB. */
const TABLE_ENTRIES_MAX = 65_536;
const TABLE_ENTRIES_FIRST = 512;
/** States of the program that all rows together remember: 256 KiB. */
const REMEMBERED_MAX = 65_536;

/** Rows that lead to themselves only, so that a loop may look at every fourth byte's row: how many, and their numbers. */
const UNKNOWN = 0;
const DEAD = 1;
const FOUND = 2;
const FINAL_ROWS = 3;
/** Bytes read before the row is looked at. */
const STRIDE = 4;

/** A state that is walked through costs as much time as so many bytes read by the table (measured: 14–25 ns against 2–3 ns). */
export const WALK_STEPS = 8;

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

/** What a step from the entry of the program leads to, wherever it is taken. */
type Leads = Int32Array | typeof FOUND;

/** Builds a first row and nothing else: the rest comes with the values. */
export function createMachine(program: Program): Machine {
  return new LazyMachine(program);
}

class LazyMachine implements Machine {
  readonly #program: Program;
  readonly #width: number;
  readonly #firstRow: number;
  #table = new Uint16Array(0);
  /** The states of the program that each row stands for, rising; those of the entry are in every row and not listed. */
  #rows: Int32Array[] = [];
  /** A class of the kind that was read last, for each row; the edge at the start. */
  #before: number[] = [];
  #names = new Map<number, number[]>();
  #remembered = 0;
  readonly #marks: Int32Array;
  #mark = 0;
  readonly #stack: Int32Array;
  readonly #ready: Int32Array;
  readonly #reached: Int32Array;
  #reachedCount = 0;
  #walked = 0;
  /** A class of each kind. */
  readonly #models: Int32Array;
  readonly #isEntry: Uint8Array;
  readonly #entry: Int32Array;
  readonly #entryLeads = new Map<number, Leads>();
  readonly #isAlwaysFound: boolean;

  constructor(program: Program) {
    this.#program = program;
    this.#width = program.classCount + 1;
    this.#firstRow = FINAL_ROWS * this.#width;
    const states = program.operation.length;
    this.#marks = new Int32Array(states);
    this.#stack = new Int32Array(states + 1);
    this.#ready = new Int32Array(states);
    this.#reached = new Int32Array(states);
    this.#isEntry = new Uint8Array(states);
    this.#models = program.kinds.map((kind) => program.kinds.indexOf(kind));
    this.#mark++;
    this.#isAlwaysFound = this.#reach(program.entry);
    this.#entry = this.#reached.slice(0, this.#reachedCount).sort();
    if (!program.isAnchored) for (const state of this.#entry) this.#isEntry[state] = 1;
    this.#forget();
  }

  bytes(): number {
    return this.#table.byteLength + this.#remembered * 4 + this.#marks.byteLength * 4;
  }

  has(value: string, payer: Payer): boolean {
    if (this.#isAlwaysFound) return true;
    const { classes, classCount } = this.#program;
    const first = this.#firstRow;
    const inStrides = value.length - (value.length % STRIDE);
    let table = this.#table;
    let row = first;
    let at = 0;
    while (at < inStrides) {
      let next = table[row + (classes[value.charCodeAt(at) & 0xff] ?? 0)] ?? 0;
      next = table[next + (classes[value.charCodeAt(at + 1) & 0xff] ?? 0)] ?? 0;
      next = table[next + (classes[value.charCodeAt(at + 2) & 0xff] ?? 0)] ?? 0;
      next = table[next + (classes[value.charCodeAt(at + 3) & 0xff] ?? 0)] ?? 0;
      if (next === UNKNOWN) {
        next = this.#walk(row, value, at, at + STRIDE, payer);
        table = this.#table;
      }
      if (next < first) return next === FOUND * this.#width;
      row = next;
      at += STRIDE;
    }
    row = this.#walk(row, value, at, value.length, payer);
    if (row < first) return row === FOUND * this.#width;
    return this.#next(row, classCount, payer) === FOUND * this.#width;
  }

  /** Byte by byte: builds the rows that are missing. */
  #walk(start: number, value: string, from: number, to: number, payer: Payer): number {
    const { classes } = this.#program;
    let row = start;
    for (let at = from; at < to && row >= this.#firstRow; at++) row = this.#next(row, classes[value.charCodeAt(at) & 0xff] ?? 0, payer);
    return row;
  }

  #next(row: number, column: number, payer: Payer): number {
    const next = this.#table[row + column] ?? UNKNOWN;
    return next === UNKNOWN ? this.#step(row, column, payer) : next;
  }

  /** Finds out where a row leads to, and writes it down. */
  #step(row: number, column: number, payer: Payer): number {
    const rows = this.#rows;
    const index = row / this.#width - FINAL_ROWS;
    this.#walked = 0;
    const next = this.#lead(rows[index] ?? this.#entry, this.#before[index] ?? 0, column);
    payer.spend(this.#walked * WALK_STEPS);
    // Not where all rows were forgotten on the way: this one is gone as well.
    if (rows === this.#rows) this.#table[row + column] = next;
    return next;
  }

  #lead(states: Int32Array, before: number, column: number): number {
    const fromEntry = this.#program.isAnchored ? undefined : this.#leadOfEntry(before, column);
    if (fromEntry === FOUND || this.#advance(states, before, column)) return FOUND * this.#width;
    if (column === this.#program.classCount) return DEAD * this.#width;
    for (const state of fromEntry ?? []) this.#keep(state);
    if (this.#program.isAnchored && this.#reachedCount === 0) return DEAD * this.#width;
    return this.#rowOf(this.#reached.slice(0, this.#reachedCount).sort(), this.#models[column] ?? 0);
  }

  #leadOfEntry(before: number, column: number): Leads {
    const key = before * this.#width + column;
    const known = this.#entryLeads.get(key);
    if (known !== undefined) return known;
    const leads = this.#advance(this.#entry, before, column) ? FOUND : this.#reached.slice(0, this.#reachedCount);
    this.#entryLeads.set(key, leads);
    return leads;
  }

  /** Where these states lead over one byte (or over the edge), into `#reached`; true when a match is complete. */
  #advance(states: Int32Array, before: number, column: number): boolean {
    const { members, to, with: sets, classCount } = this.#program;
    const ready = this.#settle(states, before, column);
    if (ready < 0) return true;
    this.#mark++;
    this.#reachedCount = 0;
    if (column === classCount) return false;
    for (let index = 0; index < ready; index++) {
      const state = this.#ready[index] ?? 0;
      if (members[(sets[state] ?? 0) * this.#width + column] === 1 && this.#reach(to[state] ?? 0)) return true;
    }
    return false;
  }

  /** Answers all looks, for the place between two bytes is known now. Gives back how many states wait to read, or -1 at a match. */
  #settle(states: Int32Array, before: number, column: number): number {
    const { operation, members, to, or, with: sets } = this.#program;
    const mark = ++this.#mark;
    let ready = 0;
    for (let index = 0; index < states.length; index++) {
      let depth = 0;
      this.#stack[depth++] = states[index] ?? 0;
      while (depth > 0) {
        const state = this.#stack[--depth] ?? 0;
        if (this.#marks[state] === mark) continue;
        this.#marks[state] = mark;
        this.#walked++;
        const kind = operation[state] ?? DONE;
        if (kind === DONE) return -1;
        if (kind === READ) this.#ready[ready++] = state;
        else if (kind === FORK) {
          this.#stack[depth++] = or[state] ?? 0;
          this.#stack[depth++] = to[state] ?? 0;
        } else if (this.#holds(kind, sets[state] ?? 0, before, column, members)) this.#stack[depth++] = to[state] ?? 0;
      }
    }
    return ready;
  }

  #holds(kind: number, set: number, before: number, column: number, members: Uint8Array): boolean {
    if (kind === LOOK_BEHIND) return members[set * this.#width + before] === 1;
    return kind !== LOOK_AHEAD || members[set * this.#width + column] === 1;
  }

  /** Follows everything that reads nothing and asks nothing. True when that completes a match. */
  #reach(start: number): boolean {
    const { operation, to, or } = this.#program;
    const mark = this.#mark;
    let depth = 0;
    this.#stack[depth++] = start;
    while (depth > 0) {
      const state = this.#stack[--depth] ?? 0;
      if (this.#marks[state] === mark) continue;
      this.#walked++;
      const kind = operation[state] ?? DONE;
      if (kind === DONE) return true;
      if (kind === READ || kind === LOOK_AHEAD || kind === LOOK_BEHIND) {
        this.#keep(state);
        continue;
      }
      this.#marks[state] = mark;
      if (kind === FORK) this.#stack[depth++] = or[state] ?? 0;
      this.#stack[depth++] = to[state] ?? 0;
    }
    return false;
  }

  #keep(state: number): void {
    if (this.#marks[state] === this.#mark || this.#isEntry[state] === 1) return;
    this.#marks[state] = this.#mark;
    this.#reached[this.#reachedCount++] = state;
  }

  #rowOf(states: Int32Array, before: number): number {
    let name = before;
    for (const state of states) name = (Math.imul(name, 31) + state) | 0;
    for (const index of this.#names.get(name) ?? []) {
      const known = this.#rows[index];
      if (known !== undefined && this.#before[index] === before && isSame(known, states)) return this.#firstRow + index * this.#width;
    }
    const isFull = this.#firstRow + (this.#rows.length + 1) * this.#width > TABLE_ENTRIES_MAX;
    if (isFull || this.#remembered + states.length > REMEMBERED_MAX) this.#forget();
    return this.#addRow(states, before, name);
  }

  #addRow(states: Int32Array, before: number, name: number): number {
    const index = this.#rows.push(states) - 1;
    this.#before.push(before);
    this.#names.set(name, [...(this.#names.get(name) ?? []), index]);
    this.#remembered += states.length;
    const row = this.#firstRow + index * this.#width;
    if (row + this.#width > this.#table.length) {
      const larger = new Uint16Array(Math.min(TABLE_ENTRIES_MAX, Math.max(this.#table.length * 2, row + this.#width)));
      larger.set(this.#table);
      this.#table = larger;
    }
    return row;
  }

  #forget(): void {
    this.#rows = [];
    this.#before = [];
    this.#names = new Map();
    this.#remembered = 0;
    this.#table = new Uint16Array(TABLE_ENTRIES_FIRST + this.#firstRow);
    this.#table.fill(DEAD * this.#width, DEAD * this.#width, FOUND * this.#width);
    this.#table.fill(FOUND * this.#width, FOUND * this.#width, this.#firstRow);
    const first = this.#program.isAnchored ? this.#entry : new Int32Array(0);
    this.#addRow(first, this.#program.classCount, first.length);
  }
}

function isSame(left: Int32Array, right: Int32Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}
